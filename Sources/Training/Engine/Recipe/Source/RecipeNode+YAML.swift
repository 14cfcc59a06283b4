import FileSystem
import Yams

extension RecipeNode {
  /// Reads YAML text into nodes that know their line and column.
  ///
  /// - Parameters:
  ///   - yaml: one YAML document, at most 1 MiB; JSON is YAML too.
  ///   - file: the name that errors show.
  /// - Returns: the root, and the errors that do not prevent reading on (keys given twice).
  /// - Throws: `InputError` of code `usage` where the text is not YAML or exceeds a limit.
  static func parsed(yaml: String, file: String) throws(InputError) -> (
    root: RecipeNode, errors: [InputError]
  ) {
    try YAMLGuard.check(yaml, file: file)
    var reader = YAMLReader(file: file)
    let root = try reader.root(of: yaml)
    return (root, reader.errors)
  }
}

/// Turns Yams' nodes into ours, within a budget, keeping every repeated key for its error.
private struct YAMLReader {
  let file: String
  var errors: [InputError] = []
  private var nodeCount = 0
  private var repeated = RepeatedKeys(text: "")

  init(file: String) { self.file = file }

  mutating func root(of yaml: String) throws(InputError) -> RecipeNode {
    repeated = RepeatedKeys(text: yaml)
    while true {
      do {
        guard let node = try Parser(yaml: repeated.text, encoding: .utf8).singleRoot() else {
          return RecipeNode(.null, at: .file(line: 1, column: 1))
        }
        return try converted(node)
      } catch let error as InputError {
        throw error
      } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
        guard repeated.mark(line: context.mark.line, column: context.mark.column) else {
          throw InputError(
            .usage, file: file, at: .line(context.mark.line, column: context.mark.column),
            found: "keys given twice: \(keys.joined(separator: ", "))")
        }
      } catch {
        throw syntaxError(error)
      }
    }
  }

  private mutating func converted(_ node: Node) throws(InputError) -> RecipeNode {
    let place = Self.place(node.mark)
    nodeCount += 1
    guard nodeCount <= YAMLGuard.mostNodes else {
      throw InputError(
        .usage, file: file, at: place.position, found: "more than \(YAMLGuard.mostNodes) values",
        remedy: "Aliases count once for each place they stand")
    }
    switch node {
    case .scalar(let scalar):
      let plain = scalar.style == .plain || scalar.style == .any
      let isNull = plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
      return RecipeNode(isNull ? .null : .scalar(scalar.string, quoted: !plain), at: place)
    case .sequence(let sequence):
      var items = [RecipeNode]()
      for item in sequence { items.append(try converted(item)) }
      return RecipeNode(.sequence(items), at: place)
    case .mapping(let mapping):
      return RecipeNode(.mapping(try entries(of: mapping)), at: place)
    case .alias:
      throw InputError(.usage, file: file, at: place.position, found: "an alias without its anchor")
    }
  }

  private mutating func entries(of mapping: Node.Mapping) throws(InputError) -> [RecipeNode.Entry] {
    var entries = [RecipeNode.Entry]()
    for (key, value) in mapping {
      let place = Self.place(key.mark)
      guard case .scalar(let scalar) = key else {
        errors.append(
          InputError(.usage, file: file, at: place.position, found: "a list or mapping as a key"))
        continue
      }
      nodeCount += 1
      if let name = repeated.original(of: scalar.string) {
        errors.append(repetition(of: name, at: place, in: mapping))
        continue
      }
      entries.append(RecipeNode.Entry(scalar.string, try converted(value), at: place))
    }
    return entries
  }

  private func repetition(
    of name: String, at place: RecipePlace, in mapping: Node.Mapping
  ) -> InputError {
    let other = mapping.first { $0.key.scalar?.string == name }?.key.mark
    return InputError(
      .usage, file: file, at: place.position, key: name, found: "this key is given twice",
      remedy: other.map { "It stands on line \($0.line) too; keep one" } ?? "Keep one")
  }

  private static func place(_ mark: Mark?) -> RecipePlace {
    .file(line: mark?.line ?? 1, column: mark?.column ?? 1)
  }

  private func syntaxError(_ error: any Error) -> InputError {
    switch error {
    case YamlError.scanner(let context, let problem, let mark, _),
      YamlError.parser(let context, let problem, let mark, _),
      YamlError.composer(let context, let problem, let mark, _):
      let about = context.map { " \($0.text) of line \($0.mark.line)" } ?? ""
      return InputError(
        .usage, file: file, at: .line(mark.line, column: mark.column),
        found: "not YAML: \(problem)\(about)")
    case YamlError.reader(let problem, let offset, _, _):
      return InputError(
        .usage, file: file, at: offset.map { .byte($0) }, found: "not YAML: \(problem)")
    default:
      return InputError(.usage, file: file, found: "not YAML: \(error)")
    }
  }
}
