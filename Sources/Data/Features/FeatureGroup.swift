import FileSystem
import HDF5

/// The group `features` of a corpus file: where each state lies in it, and how its rows are read.
struct FeatureGroup: Sendable {
  let description: FeatureDescription
  /// The group of each state, in the order of the description.
  private let places: [String]

  /// Reads what the group says of itself; nil where the file has none.
  ///
  /// - Parameter tokenCount: every state has a row for each token.
  /// - Throws: `InputError` naming dataset or attribute, for what is missing, of another shape or type, or contradictory.
  init?(_ file: borrowing HDF5File, tokenCount: Int) throws(InputError) {
    guard file.contains(FeatureFormat.group) else { return nil }
    let group = FeatureFormat.group
    let hiddenSize = try Self.size(file, "hidden_size", atLeast: 1)
    let layerCount = try Self.size(file, "layer_count", atLeast: 0)
    var found: [(state: FeatureState, place: String)] = []
    if file.contains(FeatureFormat.final) { found.append((.final, FeatureFormat.final)) }
    if file.contains(FeatureFormat.residuals) {
      found += try Self.residuals(file, layerCount: layerCount)
    }
    guard let first = found.first else {
      throw file.wrong(group, "no states", "the group final, or numbered ones in the group residual")
    }
    let storage = try Self.storage(file, first.place, tokenCount, hiddenSize)
    for (_, place) in found.dropFirst() {
      let other = try Self.storage(file, place, tokenCount, hiddenSize)
      guard other == storage else {
        throw file.wrong("\(place)/values", "\(other.rawValue)", "\(storage.rawValue), as in \(first.place)")
      }
    }
    description = FeatureDescription(
      states: found.map(\.state), storage: storage, hiddenSize: hiddenSize, layerCount: layerCount,
      targetName: try file.string("target", on: group) ?? "",
      targetHash: try file.string("target_sha256", on: group) ?? "")
    places = description.states.map { state in found.first { $0.state == state }?.place ?? "" }
  }

  /// Reads rows of a state.
  ///
  /// - Parameters:
  ///   - state: by its place in the description.
  ///   - values: rows of `hiddenSize` numbers; those from row `start` on are written.
  /// - Throws: `InputError` naming the dataset, for what cannot be read and for numbers that are not finite.
  func read(
    _ state: Int, _ rows: Range<Int>, from file: borrowing HDF5File, into values: inout [Float], at start: Int
  ) throws(InputError) {
    let width = description.hiddenSize
    let dataset = try file.dataset("\(places[state])/values")
    switch description.storage {
    case .float32:
      var numbers: [Float] = []
      try dataset.read(rows: rows, into: &numbers)
      values.replaceSubrange(start * width..<(start + rows.count) * width, with: numbers)
    case .float16, .bfloat16:
      var bits: [UInt16] = []
      try dataset.read(rows: rows, into: &bits)
      var span = values.mutableSpan
      if description.storage == .float16 {
        HalfPrecision.floats(fromFloat16: bits.span, into: &span, at: start * width)
      } else {
        HalfPrecision.floats(fromBFloat16: bits.span, into: &span, at: start * width)
      }
    case .int8: try readBytes(dataset, state, rows, from: file, into: &values, at: start)
    }
    for place in start * width..<(start + rows.count) * width where !values[place].isFinite {
      let row = rows.lowerBound + place / width - start
      throw file.wrong("\(places[state])/values[\(row)]", "\(values[place])", "finite numbers")
    }
  }

  private func readBytes(
    _ dataset: borrowing HDF5Dataset, _ state: Int, _ rows: Range<Int>, from file: borrowing HDF5File,
    into values: inout [Float], at start: Int
  ) throws(InputError) {
    let width = description.hiddenSize
    var bytes: [Int8] = []
    var scales: [Float] = []
    try dataset.read(rows: rows, into: &bytes)
    try file.dataset("\(places[state])/scales").read(rows: rows, into: &scales)
    for row in 0..<rows.count {
      guard scales[row] >= 0 else {
        throw file.wrong(
          "\(places[state])/scales[\(rows.lowerBound + row)]", "\(scales[row])",
          "a number that is not negative"
        )
      }
      let place = (start + row) * width
      for column in 0..<width { values[place + column] = scales[row] * Float(bytes[row * width + column]) }
    }
  }

  private static func size(
    _ file: borrowing HDF5File, _ name: String, atLeast least: Int
  ) throws(InputError) -> Int {
    guard let size = try file.integer(name, on: FeatureFormat.group), size >= least, size <= 1 << 24 else {
      throw file.wrong(
        "\(FeatureFormat.group)@\(name)", "missing or out of range", "an integer from \(least) to \(1 << 24)")
    }
    return size
  }

  /// The numbered states, their numbers turned into layers applied.
  private static func residuals(
    _ file: borrowing HDF5File, layerCount: Int
  ) throws(InputError) -> [(FeatureState, String)] {
    let text = try file.string("layer_rule", on: FeatureFormat.group)
    guard let text, let rule = FeatureFormat.LayerRule(rawValue: text) else {
      throw file.wrong(
        "\(FeatureFormat.group)@layer_rule", text.map { "'\(DisplayText.escaped($0))'" } ?? "missing",
        FeatureFormat.LayerRule.allCases.map { "'\($0.rawValue)'" }.joined(separator: " or "))
    }
    var found: [(FeatureState, String)] = []
    for entry in try file.list(FeatureFormat.residuals) {
      let place = "\(FeatureFormat.residuals)/\(entry.name)"
      guard let number = Int(entry.name), String(number) == entry.name,
        (0...layerCount).contains(rule.layersApplied(number))
      else {
        throw file.wrong(
          place, "a state that is no place in a target of \(layerCount) layers",
          "numbers from \(rule.number(layersApplied: 0)) to \(rule.number(layersApplied: layerCount)), "
            + "by layer_rule '\(rule.rawValue)'")
      }
      found.append((.residual(layersApplied: rule.layersApplied(number)), place))
    }
    return found
  }

  private static func storage(
    _ file: borrowing HDF5File, _ place: String, _ tokenCount: Int, _ width: Int
  ) throws(InputError) -> FeatureStorage {
    let values = try file.dataset("\(place)/values")
    try values.require(shape: [tokenCount, width])
    guard let storage = FeatureStorage(values.elementType) else {
      throw values.error(
        found: "elements of type \(values.elementType.rawValue)",
        expected: "float32, float16, bfloat16 (uint16 with the attribute dtype 'bfloat16') or int8")
    }
    if storage == .int8 { try file.dataset("\(place)/scales").require(.float32, shape: [tokenCount]) }
    return storage
  }
}
