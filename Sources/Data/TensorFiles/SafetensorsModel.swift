package import FileSystem

/// The weights of a Hugging Face directory: `model.safetensors`, or the shards that its index names.
package final class SafetensorsModel: TensorSource {
  package let location: String
  package let names: [String]
  /// The files that hold the tensors, in the order of their names.
  package let files: [SafetensorsFile]
  private let places: [String: Int]

  private static let single = "model.safetensors"
  private static let index = "model.safetensors.index.json"
  private static let indexByteLimit = 64 << 20

  /// Opens the weights in `folder`; the headers of all shards are read and compared with the index.
  package init(folder: String) throws(InputError) {
    let indexPath = Path.joined(folder, Self.index)
    let singlePath = Path.joined(folder, Self.single)
    location = folder
    if Directory.kind(of: indexPath) == .file {
      let map = try Self.readIndex(indexPath)
      let shardNames = Self.distinct(map.map(\.file))
      files = try Self.open(shardNames, in: folder)
      places = try Self.check(map, shardNames, files, indexPath)
    } else if Directory.kind(of: singlePath) == .file {
      files = [try SafetensorsFile(singlePath)]
      places = Dictionary(files[0].names.map { ($0, 0) }, uniquingKeysWith: { first, _ in first })
    } else {
      throw InputError(
        .missing, file: folder, found: "no weights", expected: "\(Self.single) or \(Self.index)",
        remedy:
          "A .gguf file is given by its own path; weights in .bin have to be converted to safetensors first")
    }
    names = files.flatMap(\.names).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  package func shape(of name: String) -> [Int]? { places[name].flatMap { files[$0].shape(of: name) } }

  package func read(_ name: String, rows: Range<Int>, into values: inout MutableSpan<Float>)
    throws(InputError)
  {
    _ = try requiredShape(of: name)
    guard let place = places[name] else { preconditionFailure("a name with a shape has a place") }
    try files[place].read(name, rows: rows, into: &values)
  }

  private static func readIndex(_ path: String) throws(InputError) -> [(name: String, file: String)] {
    do {
      let root = try JSONNode.parse(try File.readAll(path, limit: indexByteLimit), file: path)
      return try root.required("weight_map").members.map { name, node in
        let file = try node.string
        guard Path.isPlainName(file), file.hasSuffix(".safetensors") else {
          throw node.error(
            found: "'\(DisplayText.escaped(file))'", expected: "the name of a .safetensors file here")
        }
        return (name, file)
      }
    } catch let error as InputError {
      throw error
    } catch { preconditionFailure("only InputError is thrown here, not \(error)") }
  }

  private static func distinct(_ names: [String]) -> [String] {
    var result: [String] = []
    for name in names.sorted() where result.last != name { result.append(name) }
    return result
  }

  private static func open(_ names: [String], in folder: String) throws(InputError) -> [SafetensorsFile] {
    var files: [SafetensorsFile] = []
    for name in names { files.append(try SafetensorsFile(Path.joined(folder, name))) }
    return files
  }

  /// The index and the shards must agree on where every tensor is.
  private static func check(
    _ map: [(name: String, file: String)], _ shardNames: [String], _ files: [SafetensorsFile], _ path: String
  ) throws(InputError) -> [String: Int] {
    var places: [String: Int] = [:]
    for (name, file) in map {
      guard let place = shardNames.firstIndex(of: file), files[place].contains(name) else {
        throw InputError(
          .badData, file: path, key: DisplayText.escaped(name),
          found: "not in \(file), where the index places it")
      }
      places[name] = place
    }
    for (place, file) in files.enumerated() {
      for name in file.names where places[name] != place {
        throw InputError(
          .badData, file: file.location, key: DisplayText.escaped(name),
          found: "a tensor that the index does not place here")
      }
    }
    return places
  }
}
