internal import Autodiff
internal import Drafters
internal import FileSystem

extension Trainee {
  /// Sees, before anything is trained, whether the parameters that stages name are there, and whether those that they do not
  /// freeze leave something to train.
  ///
  /// - Throws: `InputError` for a name that no parameter has, for a learning rate of what is frozen, and for a stage that
  ///   freezes all of them.
  func checkParameterNames(of stages: [StageRecipe]) throws {
    let names = model.store.parameters.map(\.name)
    for stage in stages {
      guard let training = stage.training else { continue }
      let key = "stages.\(stage.name)"
      for entry in training.freeze { try check(entry, among: names, key: key + ".freeze") }
      let trained = names.filter { name in !training.freeze.contains { ParameterStore.names($0, name) } }
      guard !trained.isEmpty else {
        throw InputError(
          .usage, key: key + ".freeze", found: "all \(names.count) parameters",
          expected: "some left to train")
      }
      for entry in training.rates { try check(entry.name, among: trained, key: key + ".rates") }
    }
  }

  private func check(_ entry: String, among names: [String], key: String) throws {
    guard !names.contains(where: { ParameterStore.names(entry, $0) }) else { return }
    throw InputError(
      .usage, key: key, found: "'\(entry)', which no trained parameter is called",
      expected: "a name, or a beginning of one that ends in a dot: "
        + names.prefix(16).joined(separator: ", ") + (names.count > 16 ? " and \(names.count - 16) more" : "")
    )
  }
}
