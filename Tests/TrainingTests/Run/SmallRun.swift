import FileSystem
import Training

/// A whole run of a recipe given as text, in a new folder.
func finishedRun(
  _ recipe: String, in path: String, threads: Int = 1, observedBy observers: [any Observer] = []
) throws -> RunFolder {
  let resolved = try ResolvedRecipe.load(text: recipe, file: "small.yaml")
  let folder = RunFolder(path)
  let provenance = try Provenance(of: resolved.recipe, version: "test", threads: threads)
  try folder.create(for: resolved, command: "test", provenance: provenance)
  let outcome = try RunSession(resolved, folder: folder, observer: ObserverGroup(observers), threads: threads)
    .run()
  guard outcome == .finished else {
    throw InputError(.usage, key: "outcome", found: "\(outcome)", expected: "a finished run")
  }
  return folder
}
