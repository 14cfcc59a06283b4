import FileSystem
import HDF5

/// What must hold before a document of a corpus is believed.
extension CorpusShard {
  private static func wrong(_ path: String, _ key: String, _ found: String, _ expected: String) -> InputError
  {
    InputError(.badData, file: path, key: key, found: found, expected: expected)
  }

  static func checkFormat(_ file: borrowing HDF5File) throws(InputError) {
    let format = try file.string("format")
    guard format == CorpusFormat.name else {
      throw wrong(
        file.path, "format", format.map { "'\(DisplayText.escaped($0))'" } ?? "no such attribute",
        "'\(CorpusFormat.name)'")
    }
    let version = try file.integer("version")
    guard version == CorpusFormat.version else {
      throw wrong(
        file.path, "version", version.map { "\($0)" } ?? "no such attribute",
        "\(CorpusFormat.version), the version this Pacer reads")
    }
  }

  static func description(_ file: borrowing HDF5File, _ tokenCount: Int) throws(InputError)
    -> CorpusDescription
  {
    guard let size = try file.integer("vocabulary_size"), size > 0, size <= Int(Int32.max) else {
      throw wrong(file.path, "vocabulary_size", "missing or out of range", "a positive integer")
    }
    var description = CorpusDescription(vocabularySize: size)
    description.tokenizerHash = try file.string("tokenizer_sha256") ?? ""
    if file.contains(CorpusFormat.provenance) {
      description.provenance = try file.readText(CorpusFormat.provenance)
    }
    guard file.contains(CorpusFormat.teacherIndices) else { return description }
    let indices = try file.dataset(CorpusFormat.teacherIndices)
    try indices.require(.int32, shape: [tokenCount, nil])
    guard indices.rowSize > 0 else {
      throw indices.error(found: "no entries per token", expected: "at least one")
    }
    let values = try file.dataset(CorpusFormat.teacherLogProbabilities)
    try values.require(shape: [tokenCount, indices.rowSize])
    guard let precision = CorpusDescription.Precision(rawValue: values.elementType.rawValue) else {
      throw values.error(
        found: "elements of type \(values.elementType.rawValue)", expected: "float16 or float32")
    }
    description.teacherEntryCount = indices.rowSize
    description.teacherPrecision = precision
    return description
  }

  /// Ascending, from 0 to the number of tokens.
  static func offsets(_ file: borrowing HDF5File, tokenCount: Int) throws(InputError) -> [Int] {
    let values = try file.read(CorpusFormat.offsets, as: Int64.self, shape: [nil])
    guard values.first == 0, values.last == Int64(tokenCount) else {
      throw wrong(
        file.path, CorpusFormat.offsets,
        "a list of \(values.count) that does not run from 0 to \(tokenCount)",
        "one entry per document and one more, from 0 to the number of tokens")
    }
    for (index, value) in values.enumerated().dropFirst() where value < values[index - 1] {
      throw wrong(
        file.path, "\(CorpusFormat.offsets)[\(index)]", "\(value) after \(values[index - 1])",
        "ascending numbers")
    }
    return values.map { Int($0) }
  }

  static func column<Value: HDF5Element>(
    _ file: borrowing HDF5File, _ name: String, _ count: Int, absent: Value
  ) throws(InputError) -> [Value] {
    guard file.contains(name) else { return Array(repeating: absent, count: count) }
    return try file.read(name, shape: [count])
  }

  static func domains(_ file: borrowing HDF5File, _ count: Int) throws(InputError) -> ([String], [Int32]) {
    guard file.contains(CorpusFormat.domains) else { return (["text"], Array(repeating: 0, count: count)) }
    let names = try file.readStrings(CorpusFormat.domains)
    let indices: [Int32] = try column(file, CorpusFormat.domainIndices, count, absent: 0)
    for (index, value) in indices.enumerated() where value < 0 || Int(value) >= names.count {
      throw wrong(
        file.path, "\(CorpusFormat.domainIndices)[\(index)]", "\(value)",
        "an index into \(names.count) domains")
    }
    return (names, indices)
  }

  func checkColumns() throws(InputError) {
    for index in 0..<documentCount {
      let length = offsets[index + 1] - offsets[index]
      if promptLengths[index] < 0 || Int(promptLengths[index]) > length {
        throw Self.wrong(
          path, "\(CorpusFormat.promptLengths)[\(index)]", "\(promptLengths[index])",
          "0 to \(length), the document's length")
      }
      if temperatures[index] < 0 || temperatures[index].isInfinite {
        throw Self.wrong(
          path, "\(CorpusFormat.temperatures)[\(index)]", "\(temperatures[index])",
          "0 or more, or NaN for none")
      }
    }
  }

  func check(
    _ tokens: ArraySlice<Int32>, _ mask: ArraySlice<UInt8>, _ teacher: CorpusDocument.Teacher?,
    _ part: Range<Int>,
    document: Int
  ) throws(InputError) {
    let limit = Int32(description.vocabularySize)
    let base = offsets[document] - part.lowerBound
    for (index, token) in zip(tokens.indices, tokens) where token < 0 || token >= limit {
      throw Self.wrong(
        path, "\(CorpusFormat.tokens)[\(base + index)]", "the id \(token)", "0 to \(limit - 1)")
    }
    for (index, flag) in zip(mask.indices, mask) where flag > 1 {
      throw Self.wrong(path, "\(CorpusFormat.lossMask)[\(base + index)]", "\(flag)", "0 or 1")
    }
    guard let teacher else { return }
    let k = description.teacherEntryCount
    for entry in part.lowerBound * k..<part.upperBound * k {
      let (id, value) = (teacher.indices[entry], teacher.logProbabilities[entry])
      // Rounding to 16 bits never makes a log-probability positive; a float32 sum can be off by this much.
      if id < -1 || id >= limit || value.isNaN || value > 1e-3 {
        let place = "[\(base + entry / k), \(entry % k)]"
        throw Self.wrong(
          path, "teacher\(place)", "the id \(id) with log-probability \(value)",
          "an id below \(limit) (or -1) and at most 0")
      }
    }
  }
}
