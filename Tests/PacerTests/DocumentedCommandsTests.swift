import Foundation
import TestSupport
import Testing

/// What documentation tells people to type, typed in an empty folder: nothing is found there, so nothing begins, but
/// the words have been understood.
@Suite struct DocumentedCommandsTests {
  /// What the program says to words that it does not know; nil where it understood.
  private func misunderstanding(_ command: String, in folder: String) throws -> String? {
    let answer = try CommandLineProgram.run(shell: shortened(command), in: folder)
    let isUnderstood = answer.status != 127 && !answer.errors.hasPrefix("Error: ")
    return isUnderstood ? nil : "\(command): \(answer.errors)"
  }

  /// A benchmark needs no file and would begin; of two values the later counts.
  private func shortened(_ command: String) -> String {
    let small = [
      "step": " --dim 8 --heads 2 --layers 1 --ffn 8 --vocab 16 --seq 4 --batch 1 --steps 1",
      "attention": " --heads 1 --kv-heads 1 --seq 4 --head-dim 4", "loss": " --rows 2 --vocab 8",
      "optimizer": " --parameters 1", "checkpoint": " --parameters 1 --folder .",
    ]
    let words = command.split(separator: " ")
    guard words.count > 2, words[1] == "bench" else { return command }
    return command + (small[String(words[2])] ?? "")
  }

  private func expectUnderstood(_ commands: [String], atLeast count: Int) throws {
    #expect(commands.count >= count, "\(commands)")
    let folder = try TemporaryFolder()
    for command in commands {
      #expect(command.hasPrefix("pacer "))
      #expect(try misunderstanding(command, in: folder.path) == nil)
      for word in command.split(separator: " ") where isOurs(word) {
        #expect(FileManager.default.fileExists(atPath: repositoryRoot + word), "\(command)")
      }
    }
  }

  /// Whether a word names a file that comes with Pacer.
  private func isOurs(_ word: Substring) -> Bool {
    ["recipes/", "assets/", "checkpoints/"].contains { word.hasPrefix($0) }
  }

  @Test func theExamplesOfTheHelpAreUnderstood() throws {
    try expectUnderstood(try DocumentedCommands.examples(), atLeast: 35)
  }

  @Test(arguments: [("README.md", 20), ("docs/results.md", 2)])
  func theCommandsOfThePagesAreUnderstood(page: String, count: Int) throws {
    try expectUnderstood(try DocumentedCommands.commands(ofPage: page), atLeast: count)
  }

  @Test func aSynopsisIsReadInAllItsWays() {
    #expect(
      DocumentedCommands.expansions(of: "pacer do A|B [--for X] (--one | --two T) [k=v …]") == [
        "pacer do A --for X --one k=v ", "pacer do B --for X --one k=v ", "pacer do A --for X --two T k=v ",
        "pacer do B --for X --two T k=v ",
      ])
  }

  @Test(arguments: [
    "pacer evaluate RUN --no-such-option", "pacer no-such-command", "pacer export RUN --format hf",
    "pacer resume RUN another", "no-such-program",
  ])
  func wordsThatDoNotExistAreNoticed(command: String) throws {
    let folder = try TemporaryFolder()
    #expect(try misunderstanding(command, in: folder.path) != nil)
  }
}
