internal import DraftData
internal import Evaluation
internal import FileSystem
internal import Models

extension EvaluationRequest {
  private static let standardOrder = 5

  /// The n-gram model to measure beside the drafter; nil where none is asked for.
  func floor(_ trained: TrainedModel, _ target: LoadedModel) throws -> NGramFloor? {
    if let path = floorText {
      return try NGramFloor(
        order: floor ?? Self.standardOrder, documents: try documents(path, trained, target))
    }
    guard let order = floor, order != 0 else { return nil }
    guard let floor = try trained.floor(order: order) else {
      throw InputError(
        .usage, key: "--floor", found: "'\(drafter)' does not say what it learnt",
        expected: "--floor-text with a text or a corpus")
    }
    return floor
  }

  private func documents(
    _ path: String, _ trained: TrainedModel, _ target: LoadedModel
  ) throws -> [[Int32]] {
    try LearningText(path: path).store(includesTeacher: false, scope: .everything) {
      try tokenizer(trained, target)
    }.documents
  }
}
