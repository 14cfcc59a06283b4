package import Autodiff
internal import DraftData
internal import Drafters
internal import FileSystem
internal import Models

/// `pacer trim`: what smaller heads would keep, and a drafter with one of them.
package struct TrimRequest {
  /// A run folder, a checkpoint or a model.
  package var drafter: String
  /// Texts or corpora whose tokens are counted.
  package var calibration: [String]
  /// The model whose probability is measured; nil: what the corpora recorded of theirs.
  package var target: String?
  /// Positions at which it is measured at most.
  package var targetPositions = 20_000
  /// Tokens of the draft vocabulary; nil: several sizes are judged and none is made.
  package var size: Int?
  /// The engine file to write; nil: none.
  package var out: String?
  package var elementType = ExportStageRecipe.ElementType.float32
  package var force = false

  /// A request that judges several sizes.
  package init(drafter: String, calibration: [String]) {
    (self.drafter, self.calibration) = (drafter, calibration)
  }

  /// What was counted, and what each size keeps of it.
  package struct Report: Sendable {
    /// Tokens of the target's vocabulary.
    package let vocabularySize: Int
    /// Elements of a row of the head.
    package let hiddenSize: Int
    /// Tokens that were counted: those in the loss.
    package let tokenCount: Int
    /// Of these, different ones.
    package let distinctCount: Int
    /// By size, largest first.
    package let coverage: [VocabularyCoverage]
  }

  /// Counts, judges and, with `out`, writes.
  ///
  /// - Throws: `InputError` for a drafter whose head is trimmed already, a calibration of another vocabulary or without
  ///   a token in the loss, a size out of range, and what cannot be read or written.
  package func run(on backend: CPUBackend) throws -> Report {
    let trained = try TrainedModel.load(drafter, on: backend, target: target)
    let subject = try TrimSubject(trained)
    try check(subject)
    let calibration = try calibrate(trained, subject, on: backend)
    let sizes = size.map { [$0] } ?? Self.ladder(subject.vocabularySize)
    let vocabularies = sizes.map { calibration.vocabulary(size: $0, keeping: subject.endTokens) }
    if let out { try write(trained, vocabularies[0], to: out, on: backend) }
    return Report(
      vocabularySize: subject.vocabularySize, hiddenSize: subject.hiddenSize,
      tokenCount: calibration.tokenCount, distinctCount: calibration.counts.count { $0 > 0 },
      coverage: vocabularies.map { calibration.coverage(of: $0) })
  }

  /// Halves of the vocabulary, down to a sixty-fourth.
  private static func ladder(_ vocabularySize: Int) -> [Int] {
    (1...6).map { vocabularySize >> $0 }.filter { $0 > 0 }
  }

  private func check(_ subject: TrimSubject) throws {
    guard let size, size < 1 || size >= subject.vocabularySize else { return }
    throw InputError(
      .usage, key: "--size", found: "\(size)",
      expected: "1 to \(subject.vocabularySize - 1), less than the whole vocabulary")
  }

  private func calibrate(
    _ trained: TrainedModel, _ subject: TrimSubject, on backend: CPUBackend
  ) throws -> VocabularyCalibration {
    let size = subject.vocabularySize
    let loaded = target == nil ? nil : try trained.target()
    if let loaded, loaded.model.configuration.vocabularySize != size {
      throw InputError(
        .usage, file: target, key: "--target",
        found: "a vocabulary of \(loaded.model.configuration.vocabularySize)",
        expected: "the drafter's \(size)")
    }
    var calibration = VocabularyCalibration(vocabularySize: size)
    for path in self.calibration {
      let store = try LearningText(path: path).store(includesTeacher: loaded == nil, scope: .responses) {
        guard let tokenizer = try trained.tokenizer() else {
          throw InputError(
            .usage, file: drafter, found: "it has no tokenizer", expected: "a corpus to count in")
        }
        return tokenizer
      }
      if let wrong = store.tokens.first(where: { Int($0) >= size }) {
        throw InputError(
          .badData, file: path, found: "token \(wrong)",
          expected: "tokens of the drafter's vocabulary of \(size)")
      }
      calibration.add(store)
      if let loaded {
        TargetMass(target: loaded.model, backend: backend, limit: targetPositions / self.calibration.count)
          .forEach(in: store) { calibration.add(probabilities: $0) }
      }
    }
    guard calibration.tokenCount > 0 else {
      throw InputError(
        .badData, file: self.calibration.first, found: "no token is to be learnt", expected: "text")
    }
    return calibration
  }

  private func write(
    _ trained: TrainedModel, _ vocabulary: DraftVocabulary, to path: String, on backend: CPUBackend
  ) throws {
    let smaller = trained.model.trimmed(to: vocabulary, on: backend)
    var request = ExportRequest(smaller, elementType: elementType)
    if case .features = smaller { request.targetModel = try trained.target()?.model }
    request.tokenizer = try trained.tokenizerFiles()
    request.provenance = [
      "trimmed_from": .string(Path.name(of: drafter)), "draft_vocabulary_size": .integer(vocabulary.count),
      "calibration": .array(calibration.map { .string(Path.name(of: $0)) }),
    ]
    let subject = smaller.exportSubject
    let format: ExportStageRecipe.Format =
      switch subject {
      case .languageModel: .engine
      case .eagle: .eagle
      case .eagle3: .eagle3
      case .medusa, .acceptanceHead:
        throw InputError(
          .usage, key: "--out",
          found: "\(subject.text), whose files have no place for a draft vocabulary",
          expected: "a language model, an eagle or an eagle3 drafter")
      }
    try ExportCatalog.exporter(for: format).export(request, to: path, force: force)
  }
}
