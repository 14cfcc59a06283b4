extension TokenizerLoader {
  /// Reads the bytes of a `tokenizer.json` that are part of another file.
  ///
  /// - Parameters:
  ///   - configuration: the bytes of the `tokenizer_config.json` that belongs to it, where there is one.
  ///   - file: named in errors.
  ///   - beginToken, endTokens: what the files beside a tokenizer would say.
  package static func read(
    tokenizerJSON bytes: [UInt8], configuration: [UInt8]? = nil, file: String, beginToken: Int32?,
    endTokens: [Int32]
  ) throws -> any Tokenizer {
    var settings =
      try configuration.map { try SpecialTokenSettings(configuration: $0) } ?? SpecialTokenSettings()
    settings.beginID = beginToken.map { Int($0) }
    settings.endIDs = endTokens.map { Int($0) }
    return try TokenizerJSONReader.read(bytes, file: file, settings: settings)
  }
}
