import FileSystem
import HDF5

extension CorpusShardEncoder {
  /// Writes the states of a shard's documents, document after document.
  ///
  /// - Parameter offsets: where each document begins, and the end of the last one.
  static func writeFeatures(
    _ documents: [CorpusDocument], _ description: FeatureDescription, _ offsets: [Int64],
    _ compression: HDF5Compression, to file: borrowing HDF5File
  ) throws(InputError) {
    let group = FeatureFormat.group
    try file.createGroup(group)
    try file.setAttribute("hidden_size", description.hiddenSize, on: group)
    try file.setAttribute("layer_count", description.layerCount, on: group)
    try file.setAttribute("layer_rule", FeatureFormat.LayerRule.layersApplied.rawValue, on: group)
    try file.setAttribute("target", description.targetName, on: group)
    try file.setAttribute("target_sha256", description.targetHash, on: group)
    let rowCount = Int(offsets.last ?? 0)
    for (index, state) in description.states.enumerated() {
      let place = FeatureFormat.place(of: state)
      let values = try file.createDataset(
        "\(place)/values", description.storage.elementType, shape: [rowCount, description.hiddenSize],
        compression: compression, chunkBytes: FeatureFormat.chunkBytes)
      var scales: [Float] = []
      for (document, start) in zip(documents, offsets) {
        guard let rows = document.features?[index] else { continue }
        try write(rows, at: Int(start), to: values)
        if case .int8(_, let own) = rows { scales += own }
      }
      if description.storage == .int8 {
        try file.write(scales, shape: [rowCount], to: "\(place)/scales", compression: compression)
      }
    }
  }

  private static func write(
    _ rows: StoredRows, at start: Int, to values: borrowing HDF5Dataset
  ) throws(InputError) {
    let range = start..<start + rows.count / values.rowSize
    switch rows {
    case .float32(let numbers): try values.write(rows: range, from: numbers)
    case .half(let bits): try values.write(rows: range, from: bits)
    case .int8(let bytes, _): try values.write(rows: range, from: bytes)
    }
  }
}
