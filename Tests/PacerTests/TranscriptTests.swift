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
  }

  @Test func aNewRecipeIsSizedForItsTarget() throws {
    let folder = try TemporaryFolder()
    // A quote in the path must not end the text in the recipe.
    let target = folder.file("a \"b\"")
    try FileManager.default.copyItem(atPath: repositoryRoot + "checkpoints/nano-target", toPath: target)
    func recipe(_ name: String) throws -> String {
      let path = folder.file(name)
      let answer = try CommandLineProgram.run(["recipe", "new", path, "--target", target, "--text", "c.txt"])
      #expect(answer.status == 0, "\(answer.errors)")
      #expect(try CommandLineProgram.run(["recipe", "check", path]).status == 0)
      return try String(contentsOfFile: path, encoding: .utf8)
    }
    let roomy = try recipe("roomy.yaml")
    #expect(roomy.contains("hidden: 32\n"))
    #expect(roomy.contains("sequence_length: 256\n"))
    #expect(roomy.contains("of the target's 1,750,240 (hidden 160, 5 layers)."), "\(roomy)")
    let configuration = target + "/config.json"
    let text = try String(contentsOfFile: configuration, encoding: .utf8)
    let short = text.replacing(/"max_position_embeddings": \d+/, with: "\"max_position_embeddings\": 100")
    #expect(short != text)
    try short.write(toFile: configuration, atomically: true, encoding: .utf8)
    let cramped = try recipe("cramped.yaml")
    #expect(cramped.contains("sequence_length: 100\n") && cramped.contains("max_new_tokens: 75\n"))
  }

  @Test func aTargetThatIsNotThereLeavesNoRecipe() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("mine.yaml")
    let answer = try CommandLineProgram.run(["recipe", "new", path, "--target", folder.file("nothing")])
    #expect(answer.status == 66)
    #expect(answer.errors.hasPrefix("error[missing] "))
    #expect(!FileManager.default.fileExists(atPath: path))
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
