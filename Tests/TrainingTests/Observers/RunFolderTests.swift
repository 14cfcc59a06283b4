import FileSystem
import Foundation
import Testing
import Training

@Suite struct RunFolderTests {
  private func recipe(in folder: String) throws -> ResolvedRecipe {
    try "one story".write(toFile: folder + "/a.txt", atomically: true, encoding: .utf8)
    return try ResolvedRecipe.load(
      text: RecipeExamples.target, file: "r.yaml", arguments: ["data.text.path=\(folder)/a.txt"])
  }

  @Test func aRunFolderTellsWhereItCameFrom() throws {
    try withScratchFolder { folder in
      let resolved = try recipe(in: folder)
      let run = RunFolder(folder + "/runs/base")
      let provenance = try Provenance(of: resolved.recipe, version: "0", threads: 2)
      try run.create(for: resolved, command: "pacer run r.yaml", provenance: provenance)
      #expect(try run.resolvedRecipe().recipe == resolved.recipe)
      #expect(try String(contentsOfFile: run.command, encoding: .utf8) == "pacer run r.yaml\n")
      #expect(provenance.sources.map(\.bytes) == [9])
      #expect(
        provenance.sources[0].sha256 == "3e6d0ec4ed561aaacfbcb876613ab27418177a48d27d824890af417f03b3cae9")
      let manifest = try String(contentsOfFile: run.provenance, encoding: .utf8)
      #expect(manifest.contains("\"recipe_sha256\": \"\(RecipeSettings(resolved.recipe).hash)\""))
    }
  }

  @Test func aFolderWithARunIsNotOverwritten() throws {
    try withScratchFolder { folder in
      let resolved = try recipe(in: folder)
      let run = RunFolder(folder + "/run")
      let provenance = try Provenance(of: resolved.recipe, version: "0", threads: 2)
      try run.create(for: resolved, command: "a", provenance: provenance)
      let error = #expect(throws: InputError.self) {
        try run.create(for: resolved, command: "b", provenance: provenance)
      }
      #expect(error?.code == .cannotCreate)
      #expect(try String(contentsOfFile: run.command, encoding: .utf8) == "a\n")
    }
  }

  @Test func aMissingSourceIsNamed() throws {
    let resolved = try ResolvedRecipe.load(
      text: RecipeExamples.target, file: "r.yaml", arguments: ["data.text.path=/nowhere/a.txt"])
    let error = #expect(throws: InputError.self) {
      try Provenance(of: resolved.recipe, version: "0", threads: 2)
    }
    #expect(error?.code == .missing)
    #expect(error?.file == "/nowhere/a.txt")
  }
}
