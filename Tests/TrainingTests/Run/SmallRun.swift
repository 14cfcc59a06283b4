import FileSystem
import TestSupport
import Testing
import Training

/// What decides whether two runs are in the same state; nil before the first save.
func stateHash(_ folder: RunFolder) throws -> String? {
  try RunSession.newestCheckpoint(folder).flatMap { try DurableDirectory.verify($0)["state_hash"] }
}

/// Runs a recipe whole, and in pieces of `limit` steps that are resumed on other threads: both must end with the same bits.
func expectSameBitsInPieces(_ recipe: String, of limit: Int = 3) throws {
  let temporary = try TemporaryFolder()
  let whole = RunFolder(temporary.file("whole"))
  #expect(try TwoStageRun.run(whole, recipe: recipe) == .finished)
  let pieces = RunFolder(temporary.file("pieces"))
  var stops = 0
  while try TwoStageRun.run(pieces, recipe: recipe, threads: 2, stoppingAfter: limit) == .stopped(.terminate)
  {
    stops += 1
    try #require(stops < 20, "the run makes no progress")
  }
  #expect(stops > 0)
  let expected = try #require(try stateHash(whole))
  #expect(try stateHash(pieces) == expected)
}

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
