import DraftData
import FileSystem
import HDF5
import TestSupport
import Testing

/// Files that others wrote, and what is said of those that are wrong.
@Suite("Feature files of others")
struct FeatureRefusalTests {
  private let values: [Float] = (0..<10).map { Float($0) }

  /// Writes a file of five tokens and states of width 2, whose group of states a test fills, and reads all of it.
  private func read(
    layers: Int? = 3, rule: String? = "layers-applied", more: (borrowing HDF5File) throws -> Void
  ) throws -> CorpusReader {
    let folder = try TemporaryFolder(inMemory: true)
    let path = folder.file("f.h5")
    let file = try HDF5File(creating: path)
    try file.setAttribute("format", "pacer-corpus")
    try file.setAttribute("version", 1)
    try file.setAttribute("vocabulary_size", 10)
    try file.write([0, 1, 2, 3, 9] as [Int32], to: "tokens")
    try file.write([0, 2, 5] as [Int64], to: "offsets")
    try file.createGroup("features")
    try file.setAttribute("hidden_size", 2, on: "features")
    if let layers { try file.setAttribute("layer_count", layers, on: "features") }
    if let rule { try file.setAttribute("layer_rule", rule, on: "features") }
    try more(file)
    try file.close()
    let reader = try CorpusReader(path)
    try reader.checkFeatures()
    if reader.description.features?.states.contains(.final) == true {
      var values = [[Float](repeating: 0, count: 4)]
      try reader.features([.final]).read(0..<2, of: 1, into: &values, at: 0)
      #expect(values[0] == [4, 5, 6, 7])
    }
    return reader
  }

  private func key(
    layers: Int? = 3, rule: String? = "layers-applied", _ more: @escaping (borrowing HDF5File) throws -> Void
  ) -> String? {
    #expect(throws: InputError.self) { try read(layers: layers, rule: rule, more: more) }?.key
  }

  @Test("numbered by either rule are the same states") func rules() throws {
    let states: [FeatureState] = [.final, .residual(layersApplied: 0), .residual(layersApplied: 3)]
    for (rule, names) in [("layers-applied", ["0", "3"]), ("output-of-layer", ["-1", "2"])] {
      let reader = try read(rule: rule) {
        try $0.write(values, shape: [5, 2], to: "features/final/values")
        for name in names { try $0.write(values, shape: [5, 2], to: "features/residual/\(name)/values") }
      }
      #expect(reader.description.features?.states == states)
      #expect(reader.description.features?.targetHash == "")
    }
    // Nothing is numbered, so no rule is needed.
    _ = try read(rule: nil) { try $0.write(values, shape: [5, 2], to: "features/final/values") }
  }

  @Test("that lack what says what the states are") func attributes() {
    func final(_ file: borrowing HDF5File) throws {
      try file.write(values, shape: [5, 2], to: "features/final/values")
    }
    func residual(_ name: String) -> (borrowing HDF5File) throws -> Void {
      { try $0.write(self.values, shape: [5, 2], to: "features/residual/\(name)/values") }
    }
    #expect(key(layers: nil, final) == "features@layer_count")
    #expect(key(layers: -1, final) == "features@layer_count")
    #expect(key { _ in } == "features")
    #expect(key(rule: nil, residual("1")) == "features@layer_rule")
    #expect(key(rule: "layers", residual("1")) == "features@layer_rule")
    #expect(key(residual("4")) == "features/residual/4")
    #expect(key(residual("01")) == "features/residual/01")
    #expect(key(residual("low")) == "features/residual/low")
    #expect(key(rule: "output-of-layer", residual("3")) == "features/residual/3")
  }

  @Test("whose arrays do not fit") func arrays() {
    let name = "features/final/values"
    #expect(key { try $0.write(values, shape: [10, 1], to: name) } == name)
    #expect(key { try $0.write(Array(values.prefix(8)), shape: [4, 2], to: name) } == name)
    #expect(key { try $0.write([Double](repeating: 1, count: 10), shape: [5, 2], to: name) } == name)
    let bytes = [Int8](repeating: 1, count: 10)
    #expect(key { try $0.write(bytes, shape: [5, 2], to: name) } == "/features/final/scales")
    #expect(
      key {
        try $0.write(bytes, shape: [5, 2], to: name)
        try $0.write([1, 1, 1, -1, 1] as [Float], to: "features/final/scales")
      } == "features/final/scales[3]")
    #expect(
      key {
        try $0.write(bytes, shape: [5, 2], to: name)
        try $0.write([1, 1, 1, 1, .infinity] as [Float], to: "features/final/scales")
      } == "features/final/values[4]")
    var broken = values
    broken[7] = .nan
    #expect(key { try $0.write(broken, shape: [5, 2], to: name) } == "features/final/values[3]")
    #expect(
      key {
        try $0.write(values, shape: [5, 2], to: name)
        try $0.write(
          [UInt16](repeating: 0, count: 10), as: .float16, shape: [5, 2], to: "features/residual/1/values")
      } == "features/residual/1/values")
  }
}
