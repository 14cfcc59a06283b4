internal import FileSystem

/// Requests waiting, being decoded and done. A finished line is refilled at once, so that the batch stays full.
struct DecodingQueue {
  private let requests: [DecodingRequest]
  private let capacity: Int
  private var next = 0
  /// Free cache lines, the lowest last.
  private var free: [Int32]
  /// The lines being decoded, in the order of their requests' admission.
  var active: [DecodingLine] = []
  private var completions: [Completion?]

  /// A queue over cache lines `0 ..< lineCount`.
  ///
  /// - Throws: `InputError` (bad data) for a prompt that is empty, longer than the cache, or holds a token
  ///   outside the vocabulary.
  init(_ requests: [DecodingRequest], lineCount: Int, capacity: Int, vocabularySize: Int) throws {
    precondition(lineCount > 0, "DecodingQueue without lines")
    for (index, request) in requests.enumerated() {
      try Self.check(request, index: index, capacity: capacity, vocabularySize: vocabularySize)
    }
    self.requests = requests
    self.capacity = capacity
    free = (0..<Int32(lineCount)).reversed()
    completions = Array(repeating: nil, count: requests.count)
  }

  /// Puts waiting requests on free lines and returns the indices of the new entries of `active`.
  mutating func admit() -> Range<Int> {
    let first = active.count
    while next < requests.count, let cacheLine = free.popLast() {
      active.append(
        DecodingLine(requests[next], index: next, cacheLine: cacheLine, capacity: capacity))
      next += 1
    }
    return first..<active.count
  }

  /// Takes finished lines out of `active`, frees their cache lines and hands their completions over.
  mutating func retire(_ deliver: (Int, Completion) throws -> Void = { _, _ in }) rethrows {
    for line in active {
      guard let ending = line.ending else { continue }
      let completion = Completion(tokens: Array(line.tokens[line.promptCount...]), ending: ending)
      completions[line.request] = completion
      free.append(line.cacheLine)
      try deliver(line.request, completion)
    }
    active.removeAll { $0.ending != nil }
    free.sort(by: >)
  }

  /// Decodes everything: as long as lines are active, new ones get their first token and then all a cycle.
  ///
  /// - Returns: all completions, in the order of the requests.
  mutating func run(
    prefill: (inout DecodingQueue) throws -> Void, cycle: (inout DecodingQueue) throws -> Void
  ) rethrows -> [Completion] {
    while true {
      let fresh = admit()
      retire { _, _ in }  // requests for no token at all
      if active.isEmpty {
        if fresh.isEmpty { return finished() }
        continue
      }
      try prefill(&self)
      retire { _, _ in }
      if active.isEmpty { continue }
      try cycle(&self)
      retire { _, _ in }
    }
  }

  /// All completions, in the order of the requests. Only for a queue that has run empty.
  func finished() -> [Completion] {
    let done = completions.compactMap { $0 }
    precondition(done.count == requests.count, "DecodingQueue: \(done.count) of \(requests.count) are done")
    return done
  }

  private static func check(
    _ request: DecodingRequest, index: Int, capacity: Int, vocabularySize: Int
  ) throws(InputError) {
    let key = "prompts[\(index)]"
    if request.prompt.isEmpty {
      throw InputError(.badData, key: key, found: "no tokens", expected: "at least one")
    }
    if request.prompt.count > capacity {
      throw InputError(
        .badData, key: key, found: "\(request.prompt.count) tokens",
        expected: "at most \(capacity), the context length of the model")
    }
    if let place = request.prompt.firstIndex(where: { $0 < 0 || Int($0) >= vocabularySize }) {
      throw InputError(
        .badData, key: "\(key)[\(place)]", found: "token \(request.prompt[place])",
        expected: "a token in 0 ..< \(vocabularySize)",
        remedy: "The prompts may have been made with another tokenizer.")
    }
  }
}
