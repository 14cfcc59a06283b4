import ArgumentParser
import DraftData
import FileSystem
import Foundation

/// `pacer recipe list`
struct RecipeListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the recipes in a folder, with what each is for.",
    discussion: """
      Without a folder: ./recipes, else the recipes that lie beside the program.

      EXAMPLES
        pacer recipe list
        pacer recipe list my/recipes --json
      """)

  @Argument(help: "The folder to search.")
  var folder: String?

  @Flag(help: "Print one JSON object: recipes, each with path and summary.")
  var json = false

  func run() throws {
    let root = try folder ?? Self.standardFolder()
    let recipes = try Self.recipes(in: root)
    if json {
      let entries = recipes.map { ["path": .string($0.path), "summary": .string($0.summary)] as JSONValue }
      try Console.write(["recipes": .array(entries)])
      return
    }
    let width = recipes.map(\.path.count).max() ?? 0
    for recipe in recipes {
      Console.write(recipe.path.padding(toLength: width + 2, withPad: " ", startingAt: 0) + recipe.summary)
    }
  }

  private static func standardFolder() throws -> String {
    if isFolder("recipes") { return "recipes" }
    var beside = Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent()
    for _ in 0..<4 {
      guard let folder = beside else { break }
      let candidate = folder.appending(path: "recipes").path(percentEncoded: false)
      if isFolder(candidate) { return candidate }
      beside = folder.deletingLastPathComponent()
    }
    throw InputError(
      .missing, file: "recipes", found: "no such folder", remedy: "Name one: pacer recipe list FOLDER")
  }

  private static func isFolder(_ path: String) -> Bool {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return attributes?[.type] as? FileAttributeType == .typeDirectory
  }

  private static func recipes(in folder: String) throws -> [(path: String, summary: String)] {
    guard isFolder(folder), let names = try? FileManager.default.subpathsOfDirectory(atPath: folder) else {
      throw InputError(.missing, file: folder, found: "no such folder")
    }
    return names.filter { $0.hasSuffix(".yaml") }.sorted().map { name in
      let path = "\(folder)/\(name)"
      return (path, summary(of: path))
    }
  }

  /// The first sentence of the comment that opens the file.
  private static func summary(of path: String) -> String {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return "" }
    let comment = text.split(separator: "\n", omittingEmptySubsequences: false).prefix { $0.hasPrefix("#") }
    let words = comment.map { $0.dropFirst().trimmingCharacters(in: .whitespaces) }.joined(separator: " ")
    return words.firstRange(of: ". ").map { String(words[..<$0.lowerBound]) } ?? words
  }
}
