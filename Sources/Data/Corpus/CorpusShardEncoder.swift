import FileSystem
import HDF5

/// Writes the documents of one shard as an HDF5 file.
enum CorpusShardEncoder {
  private static let packing = HDF5Compression.deflate(level: 4)

  /// - Parameters:
  ///   - firstDocument: how many documents stand in the shards before it; nil for a file that stands alone.
  ///   - featureCompression: of hidden states, which not always get smaller by it.
  static func write(
    _ documents: [CorpusDocument], _ description: CorpusDescription, firstDocument: Int?,
    featureCompression: HDF5Compression = .none, to path: String
  ) throws(InputError) {
    let file = try HDF5File(creating: path)
    try file.setAttribute("format", CorpusFormat.name)
    try file.setAttribute("version", CorpusFormat.version)
    try file.setAttribute("vocabulary_size", description.vocabularySize)
    try file.setAttribute("tokenizer_sha256", description.tokenizerHash)
    if let firstDocument { try file.setAttribute("first_document", firstDocument) }
    try file.writeText(description.provenance, to: CorpusFormat.provenance)
    var offsets: [Int64] = [0]
    for document in documents { offsets.append((offsets.last ?? 0) + Int64(document.tokens.count)) }
    try file.write(documents.flatMap(\.tokens), to: CorpusFormat.tokens, compression: packing)
    try file.write(offsets, to: CorpusFormat.offsets, compression: packing)
    try file.write(
      documents.map { Int32($0.promptLength) }, to: CorpusFormat.promptLengths, compression: packing)
    try file.write(
      documents.flatMap { $0.lossMask.map { $0 ? UInt8(1) : 0 } }, to: CorpusFormat.lossMask,
      compression: packing)
    try file.write(
      documents.map { $0.temperature ?? .nan }, to: CorpusFormat.temperatures, compression: packing)
    try file.write(documents.map { Int64($0.source ?? -1) }, to: CorpusFormat.sources, compression: packing)
    try writeDomains(documents, to: file)
    if description.teacherEntryCount > 0 { try writeTeacher(documents, description, offsets, to: file) }
    if let features = description.features {
      try writeFeatures(documents, features, offsets, featureCompression, to: file)
    }
    try file.close()
  }

  /// Names in the order of their first appearance.
  private static func writeDomains(
    _ documents: [CorpusDocument], to file: borrowing HDF5File
  ) throws(InputError) {
    var names: [String] = []
    var indices: [Int32] = []
    for document in documents {
      if let known = names.firstIndex(of: document.domain) {
        indices.append(Int32(known))
      } else {
        indices.append(Int32(names.count))
        names.append(document.domain)
      }
    }
    try file.writeStrings(names, to: CorpusFormat.domains)
    try file.write(indices, to: CorpusFormat.domainIndices, compression: packing)
  }

  private static func writeTeacher(
    _ documents: [CorpusDocument], _ description: CorpusDescription, _ offsets: [Int64],
    to file: borrowing HDF5File
  ) throws(InputError) {
    let shape = [Int(offsets.last ?? 0), description.teacherEntryCount]
    let indices = try file.createDataset(
      CorpusFormat.teacherIndices, .int32, shape: shape, compression: packing)
    let isHalf = description.teacherPrecision == .float16
    let values = try file.createDataset(
      CorpusFormat.teacherLogProbabilities, isHalf ? .float16 : .float32, shape: shape, compression: packing)
    for (index, document) in documents.enumerated() {
      guard let teacher = document.teacher else { continue }
      let rows = Int(offsets[index])..<Int(offsets[index + 1])
      try indices.write(rows: rows, from: teacher.indices)
      if isHalf {
        try values.write(rows: rows, from: HalfPrecision.float16Bits(teacher.logProbabilities))
      } else {
        try values.write(rows: rows, from: teacher.logProbabilities)
      }
    }
  }
}
