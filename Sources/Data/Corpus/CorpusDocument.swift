/// One token sequence of a corpus: a prompt and what follows it.
package struct CorpusDocument: Sendable, Equatable {
  /// What a target model said about each token, given the tokens before it: its k likeliest entries.
  ///
  /// Row i is the distribution that token i was drawn from, so the first row of a document carries nothing.
  package struct Teacher: Sendable, Equatable {
    /// Vocabulary ids [n, k]; -1 where fewer than k are known.
    package var indices: [Int32]
    /// Natural log-probabilities under the full distribution [n, k]: what they lack to 1 is the tail.
    package var logProbabilities: [Float]

    package init(indices: [Int32], logProbabilities: [Float]) {
      (self.indices, self.logProbabilities) = (indices, logProbabilities)
    }
  }

  /// Token ids [n].
  package var tokens: [Int32]
  /// How many tokens at the start were given; a drafter does not learn to write them.
  package var promptLength: Int
  /// Whether each token is to be learnt [n]; nil stands for all after the prompt.
  package var inLoss: [Bool]?
  /// Under which name results are reported.
  package var domain: String
  /// At which temperature the target sampled it (0 is greedy); nil for text that no model wrote.
  package var temperature: Float?
  /// The number of the prompt it was generated from; nil when it came from none.
  package var source: Int?
  package var teacher: Teacher?
  /// The target's hidden states at every token, in the order of the corpus's description; nil for a corpus without them,
  /// and in documents that were read without them. Row i is the state after token i.
  package var features: [StoredRows]?

  package init(
    tokens: [Int32], promptLength: Int = 0, inLoss: [Bool]? = nil, domain: String = "text",
    temperature: Float? = nil, source: Int? = nil, teacher: Teacher? = nil,
    features: [StoredRows]? = nil
  ) {
    self.tokens = tokens
    self.promptLength = promptLength
    self.inLoss = inLoss
    self.domain = domain
    self.temperature = temperature
    self.source = source
    self.teacher = teacher
    self.features = features
  }

  /// Whether each token is to be learnt [n], spelled out.
  package var lossMask: [Bool] { inLoss ?? tokens.indices.map { $0 >= promptLength } }

  /// Traps on a document that its corpus cannot hold: whoever writes one has made a mistake.
  func requireFit(_ description: CorpusDescription) {
    let count = tokens.count
    precondition(
      promptLength >= 0 && promptLength <= count && (inLoss?.count ?? count) == count,
      "a document of \(count) tokens with a prompt of \(promptLength) and another mask")
    precondition(
      tokens.allSatisfy { $0 >= 0 && Int($0) < description.vocabularySize }, "a token outside the vocabulary")
    let entries = description.teacherEntryCount == 0 ? nil : count * description.teacherEntryCount
    precondition(
      teacher?.indices.count == entries && teacher?.logProbabilities.count == entries,
      "a document with other teacher rows than its corpus has")
    precondition(
      features?.map(\.count)
        == description.features.map { [Int](repeating: count * $0.hiddenSize, count: $0.states.count) },
      "a document with other hidden states than its corpus has")
  }
}
