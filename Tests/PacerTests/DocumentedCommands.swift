import Foundation
import TestSupport

/// The commands that help texts and pages show.
enum DocumentedCommands {
  /// Every line below an EXAMPLES heading in the help of the program and of all its commands.
  static func examples() throws -> [String] {
    let answer = try CommandLineProgram.run(["--experimental-dump-help"])
    let help = try JSONDecoder().decode(Help.self, from: Foundation.Data(answer.output.utf8))
    return help.command.discussions.flatMap(examples(in:))
  }

  /// Every command of a page's code blocks, one for each way to read its alternatives.
  static func commands(ofPage path: String) throws -> [String] {
    try String(contentsOfFile: repositoryRoot + path, encoding: .utf8).split(separator: "\n")
      .filter { $0.hasPrefix("pacer ") }.flatMap { expansions(of: withoutExplanation($0)) }
  }

  /// What a synopsis allows: all of `[--optional]`, each of `a|b` and of `(--this X | --that Y)`.
  static func expansions(of synopsis: String) -> [String] {
    if let group = synopsis.firstMatch(of: /\(([^()]*)\)/) {
      return group.1.split(separator: " | ").flatMap {
        expansions(of: synopsis.replacingCharacters(in: group.range, with: $0))
      }
    }
    if let words = synopsis.firstMatch(of: /[^\s|\[\]]+(?:\|[^\s|\[\]]+)+/) {
      return words.0.split(separator: "|").flatMap {
        expansions(of: synopsis.replacingCharacters(in: words.range, with: $0))
      }
    }
    return [synopsis.filter { !"[]…".contains($0) }]
  }

  private static func examples(in discussion: String) -> [String] {
    guard let heading = discussion.range(of: "EXAMPLES\n") else { return [] }
    let lines = discussion[heading.upperBound...].replacing("\\\n", with: "").split(
      separator: "\n", omittingEmptySubsequences: false)
    return lines.prefix { $0.hasPrefix("  ") }.map { withoutExplanation($0.drop { $0 == " " }) }
  }

  /// Two blanks end a command, what follows explains it; a continued line may be indented.
  private static func withoutExplanation(_ line: Substring) -> String {
    guard let gap = line.range(of: "   ") else { return String(line) }
    let rest = line[gap.upperBound...].drop { $0 == " " }
    return rest.hasPrefix("--") ? line[..<gap.lowerBound] + " " + rest : String(line[..<gap.lowerBound])
  }

  private struct Help: Decodable {
    let command: Command
  }

  private struct Command: Decodable {
    let discussion: String?
    let subcommands: [Command]?

    var discussions: [String] {
      (discussion.map { [$0] } ?? []) + (subcommands ?? []).flatMap(\.discussions)
    }
  }
}
