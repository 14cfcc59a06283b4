import FileSystem
import HDF5

/// One file of a corpus. Everything per document is in memory and checked; tokens and what goes with them are read on
/// demand, and the file is open only then: a corpus may have more shards than a process may have files.
final class CorpusShard {
  let path: String
  let description: CorpusDescription
  /// The number of its first document in the corpus, and of the file; nil in a file that stands alone.
  let firstDocument: Int?
  let domains: [String]
  let offsets: [Int]
  let promptLengths: [Int32]
  let domainIndices: [Int32]
  let temperatures: [Float]
  let sources: [Int64]
  let hasMask: Bool
  /// Where hidden states lie; nil where there are none.
  let features: FeatureGroup?

  var documentCount: Int { offsets.count - 1 }
  var tokenCount: Int { offsets.last ?? 0 }

  init(_ path: String) throws(InputError) {
    let file = try HDF5File(reading: path)
    try Self.checkFormat(file)
    let tokens = try file.dataset(CorpusFormat.tokens)
    try tokens.require(.int32, shape: [nil])
    let offsets = try Self.offsets(file, tokenCount: tokens.rowCount)
    let count = offsets.count - 1
    let hasMask = file.contains(CorpusFormat.lossMask)
    var description = try Self.description(file, tokens.rowCount)
    features = try FeatureGroup(file, tokenCount: tokens.rowCount)
    description.features = features?.description
    if hasMask { try file.dataset(CorpusFormat.lossMask).require(.uint8, shape: [tokens.rowCount]) }
    (domains, domainIndices) = try Self.domains(file, count)
    promptLengths = try Self.column(file, CorpusFormat.promptLengths, count, absent: 0)
    temperatures = try Self.column(file, CorpusFormat.temperatures, count, absent: .nan)
    sources = try Self.column(file, CorpusFormat.sources, count, absent: -1)
    firstDocument = try file.integer("first_document")
    (self.path, self.description, self.offsets, self.hasMask) = (path, description, offsets, hasMask)
    try checkColumns()
  }

  /// The documents of a range, with their tokens read in one go.
  func documents(_ range: Range<Int>) throws(InputError) -> [CorpusDocument] {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= documentCount, "documents \(range) of \(documentCount)")
    let file = try HDF5File(reading: path)
    let base = offsets[range.lowerBound]
    let rows = base..<offsets[range.upperBound]
    var tokens: [Int32] = []
    try file.dataset(CorpusFormat.tokens).read(rows: rows, into: &tokens)
    var mask: [UInt8] = []
    if hasMask { try file.dataset(CorpusFormat.lossMask).read(rows: rows, into: &mask) }
    let teacher = try readTeacher(rows, from: file)
    var documents: [CorpusDocument] = []
    for index in range {
      let part = offsets[index] - base..<offsets[index + 1] - base
      try check(tokens[part], mask[hasMask ? part : 0..<0], teacher, part, document: index)
      var document = CorpusDocument(tokens: Array(tokens[part]), promptLength: Int(promptLengths[index]))
      if hasMask { document.inLoss = mask[part].map { $0 == 1 } }
      document.domain = domains[Int(domainIndices[index])]
      document.temperature = temperatures[index].isNaN ? nil : temperatures[index]
      document.source = sources[index] < 0 ? nil : Int(sources[index])
      if let teacher {
        let k = description.teacherEntryCount
        let entries = part.lowerBound * k..<part.upperBound * k
        document.teacher = .init(
          indices: Array(teacher.indices[entries]), logProbabilities: Array(teacher.logProbabilities[entries])
        )
      }
      documents.append(document)
    }
    return documents
  }

  /// Reads every hidden state once; throws what is wrong with them.
  func checkFeatures() throws(InputError) {
    guard let features else { return }
    let file = try HDF5File(reading: path)
    let width = features.description.hiddenSize
    let step = max(1, (1 << 18) / width)
    var values = [Float](repeating: 0, count: step * width)
    for state in features.description.states.indices {
      for start in stride(from: 0, to: tokenCount, by: step) {
        try features.read(state, start..<min(start + step, tokenCount), from: file, into: &values, at: 0)
      }
    }
  }

  private func readTeacher(
    _ rows: Range<Int>, from file: borrowing HDF5File
  ) throws(InputError) -> CorpusDocument.Teacher? {
    guard description.teacherEntryCount > 0 else { return nil }
    var indices: [Int32] = []
    try file.dataset(CorpusFormat.teacherIndices).read(rows: rows, into: &indices)
    var values: [Float] = []
    let dataset = try file.dataset(CorpusFormat.teacherLogProbabilities)
    switch description.teacherPrecision {
    case .float32: try dataset.read(rows: rows, into: &values)
    case .float16:
      var bits: [UInt16] = []
      try dataset.read(rows: rows, into: &bits)
      values = bits.map { HalfPrecision.float(fromFloat16: $0) }
    }
    return .init(indices: indices, logProbabilities: values)
  }
}
