internal import Autodiff
internal import Drafters
internal import FileSystem

extension Trainee {
  /// Sees, before anything is trained, whether the parameters that stages freeze are there, and leave something to train.
  ///
  /// - Throws: `InputError` for a name that no parameter has, and for a stage that freezes all of them.
  func checkFreezing(_ stages: [StageRecipe]) throws {
    let names = model.store.parameters.map(\.name)
    for stage in stages {
      guard let entries = stage.training?.freeze, !entries.isEmpty else { continue }
      let key = "stages.\(stage.name).freeze"
      if let unknown = entries.first(where: { entry in !names.contains { ParameterStore.names(entry, $0) } })
      {
        throw InputError(
          .usage, key: key, found: "'\(unknown)', which no parameter is called",
          expected: "a name, or a beginning of one that ends in a dot: "
            + names.prefix(16).joined(separator: ", ")
            + (names.count > 16 ? " and \(names.count - 16) more" : ""))
      }
      guard names.contains(where: { name in !entries.contains { ParameterStore.names($0, name) } }) else {
        throw InputError(
          .usage, key: key, found: "all \(names.count) parameters", expected: "some left to train")
      }
    }
  }
}
