internal import Autodiff
package import Drafters
internal import FileSystem
internal import Models

/// What kind of model a format can hold.
package enum ExportSubject: Sendable, Hashable {
  case languageModel, eagle, eagle3, medusa, acceptanceHead

  /// In words.
  var text: String {
    switch self {
    case .languageModel: "language models"
    case .eagle: "EAGLE drafters"
    case .eagle3: "EAGLE-3 drafters"
    case .medusa: "Medusa heads"
    case .acceptanceHead: "acceptance heads"
    }
  }
}

extension DraftModel {
  /// What kind of model it is.
  package var exportSubject: ExportSubject {
    switch self {
    case .standalone: .languageModel
    case .predicting: .acceptanceHead
    case .features(is MedusaDrafter): .medusa
    case .features(let drafter): drafter is Eagle3Drafter ? .eagle3 : .eagle
    }
  }
}

extension Exporter {
  /// Refuses a model of a kind that the format cannot hold.
  func checkSubject(of request: ExportRequest) throws {
    let subject = request.model.exportSubject
    guard !subjects.contains(subject) else { return }
    throw InputError(
      .usage, key: "--format",
      found: "'\(format.rawValue)', which holds \(subjects.map(\.text).joined(separator: " and "))",
      expected: ExportCatalog.exporters.filter { $0.subjects.contains(subject) }.map(\.format.rawValue)
        .joined(separator: ", ") + " for \(subject.text)")
  }
}

extension ExportRequest {
  /// The language model that is exported; exporters of nothing else have been asked for one.
  var languageModel: LanguageModel {
    guard let model = model.languageModel else { preconditionFailure("no language model is exported") }
    return model
  }

  /// The drafter of the EAGLE family that is exported, and its target.
  ///
  /// - Throws: `InputError` for a model that an exporter cannot hold.
  func recurrentDrafter(for exporter: some Exporter) throws -> (any RecurrentDrafter, LanguageModel) {
    try exporter.checkSubject(of: self)
    guard case .features(let features) = model, let drafter = features as? any RecurrentDrafter,
      let targetModel
    else {
      preconditionFailure("a drafter of hidden states is exported with its target")
    }
    return (drafter, targetModel)
  }
}
