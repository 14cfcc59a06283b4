import Foundation
import TestSupport
import Testing

/// Conversations with the built program, exactly as a person has them.
///
/// `scripts/transcripts` writes them anew; read the difference before you commit it.
@Suite struct TranscriptTests {
  @Test(arguments: ["help", "recipes", "errors"])
  func theProgramSaysWhatItSaid(name: String) throws {
    let path = "\(repositoryRoot)Tests/Golden/cli/\(name).txt"
    let transcript = try Transcript(String(contentsOfFile: path, encoding: .utf8))
    #expect(!transcript.exchanges.isEmpty)
    for exchange in transcript.exchanges {
      let answer = try CommandLineProgram.run(exchange.arguments)
      #expect(answer.transcript == exchange.answer, "$ pacer \(exchange.arguments.joined(separator: " "))")
    }
  }

  @Test(arguments: [
    ["recipe", "check", "recipes/fastdraft/quickstart.yaml", "--json"],
    ["recipe", "check", "recipes/fastdraft/stories260k.yaml", "--json"],
    ["recipe", "show", "recipes/fastdraft/quickstart.yaml", "--json"], ["recipe", "list", "--json"],
    ["recipe", "schema"], ["doctor", "--json"],
  ])
  func jsonIsOneObjectAndNothingElse(arguments: [String]) throws {
    let answer = try CommandLineProgram.run(arguments)
    let object = try JSONSerialization.jsonObject(with: Foundation.Data(answer.output.utf8))
    #expect(object is [String: Any])
    #expect(answer.errors.isEmpty)
  }

  @Test func aNewRecipePassesItsChecksAndIsNotOverwritten() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("mine.yaml")
    #expect(try CommandLineProgram.run(["recipe", "new", path]).status == 0)
    let check = try CommandLineProgram.run(["recipe", "check", path, "target=a:b", "text=c.txt"])
    #expect(check.output.contains("no errors. 5 stages"))
    let again = try CommandLineProgram.run(["recipe", "new", path])
    #expect(again.status == 73)
    #expect(again.errors.hasPrefix("error[cannot-create] "))
    let given = folder.file("given.yaml")
    _ = try CommandLineProgram.run(["recipe", "new", given, "--target", "a \"b\"", "--text", "c.txt"])
    #expect(try CommandLineProgram.run(["recipe", "check", given]).status == 0)
  }

  @Test func whatShowPrintsIsTheSameRecipe() throws {
    let folder = try TemporaryFolder()
    let recipe = "recipes/fastdraft/quickstart.yaml"
    let shown = try CommandLineProgram.run(["recipe", "show", recipe, "seed=9"]).output
    try shown.write(toFile: folder.file("a.yaml"), atomically: true, encoding: .utf8)
    let first = try CommandLineProgram.run(["recipe", "show", recipe, "seed=9", "--json"]).output
    #expect(try CommandLineProgram.run(["recipe", "show", folder.file("a.yaml"), "--json"]).output == first)
  }

  @Test func aTrainedTokenizerCutsTextAndGivesItBack() throws {
    let folder = try TemporaryFolder()
    let text = folder.file("text.txt")
    try String(repeating: "low lower lowest\n", count: 40).write(
      toFile: text, atomically: true, encoding: .utf8)
    let out = folder.file("tokenizer.json")
    let trained = try CommandLineProgram.run([
      "tokenizer", "train", text, "--vocabulary", "260", "--out", out, "--json",
    ])
    #expect(trained.status == 0, "\(trained.errors)")
    #expect(trained.output.contains(#""vocabulary": 260"#))
    let answer = try CommandLineProgram.run(["tokenize", out, "--text", "low ü", "--json"])
    let object = try JSONSerialization.jsonObject(with: Foundation.Data(answer.output.utf8))
    let ids = try #require((object as? [String: Any])?["ids"] as? [Int])
    #expect(ids.count == 4, "low, blank and the two bytes of ü: \(ids)")
    let again = try CommandLineProgram.run(["tokenizer", "train", text, "--vocabulary", "260", "--out", out])
    #expect(again.status == 73)
  }
}
