import DraftData
import FileSystem
import Foundation

/// Where the numbers of a run come from: program, machine, seed, recipe and files, as `manifest.json` keeps it.
public struct Provenance: Sendable {
  /// One file that went into the run.
  public struct Source: Sendable, Equatable {
    /// As the recipe names it.
    public let path: String
    /// Size in bytes.
    public let bytes: Int
    /// 64 hexadecimal digits.
    public let sha256: String
  }

  /// Version of the program.
  public let version: String
  /// SHA-256 of the settings that decide the numbers.
  public let recipeHash: String
  private let seed: Int
  private let threads: Int
  /// Every file that the recipe reads, in the order in which it names them.
  public let sources: [Source]

  /// Looks at the machine and hashes the files that the recipe reads.
  ///
  /// - Throws: `InputError` of code `missing` when a file is not there.
  public init(of recipe: Recipe, version: String, threads: Int) throws {
    self.version = version
    self.threads = threads
    seed = recipe.seed
    recipeHash = RecipeSettings(recipe).hash
    sources = try recipe.filePaths.flatMap(Self.files).map { path in
      let hashed = try SHA256.hash(file: path)
      return Source(path: path, bytes: hashed.size, sha256: hashed.digest.description)
    }
  }

  /// One JSON object; times and the machine are in it, so it is no part of any hash.
  public func text() throws -> String {
    var object = JSONObject()
    object["pacer"] = .string(version)
    object["recipe_sha256"] = .string(recipeHash)
    object["seed"] = .integer(seed)
    object["threads"] = .integer(threads)
    object["started"] = .string(
      Date(timeIntervalSince1970: ProcessFacts.wallSeconds()).formatted(.iso8601))
    object["host"] = .string(ProcessFacts.hostName)
    object["processor"] = .string(MachineFacts.processorName)
    object["memory_bytes"] = .integer(MachineFacts.memoryBytes)
    object["sources"] = .array(
      sources.map { ["path": .string($0.path), "bytes": .integer($0.bytes), "sha256": .string($0.sha256)] })
    return try JSONValue.object(object).serialized(pretty: true) + "\n"
  }

  /// A folder stands for the files directly in it; `a:b` for both.
  private static func files(_ path: String) throws(InputError) -> [String] {
    switch Directory.kind(of: path) {
    case .file: return [path]
    case .folder:
      return try Directory.list(path).map { Path.joined(path, $0) }.filter { Directory.kind(of: $0) == .file }
    default:
      let parts = path.split(separator: ":").map(String.init)
      guard parts.count > 1 else { throw InputError(.missing, file: path, found: "no such file or folder") }
      var all = [String]()
      for part in parts { all += try files(part) }
      return all
    }
  }
}

extension RecipeSettings {
  /// SHA-256 of the canonical text: equal for recipes that give equal numbers.
  public var hash: String { SHA256.hash(canonicalText).description }
}

extension Recipe {
  /// Every file or folder that the recipe reads, in the order in which it names them, none twice.
  public var filePaths: [String] {
    var paths = [String]()
    func add(_ path: String?) {
      if let path, !paths.contains(path) { paths.append(path) }
    }
    add(target?.path)
    if case .pretrained(let model)? = trained { add(model.path) }
    if let from = tokenizer.from, from != "target" { add(from) }
    for entry in data.entries {
      switch entry.value {
      case .file(let source): add(source.path)
      case .corpus(let source): add(source.path)
      case .features(let source): add(source.path)
      case .synthetic: break
      }
    }
    for entry in prompts.entries {
      if case .file(let source) = entry.value { add(source.path) }
    }
    return paths
  }
}
