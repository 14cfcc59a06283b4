internal import FileSystem

/// A file of documents: plain text, JSON lines or a JSON array.
///
/// ```swift
/// let file = DocumentFile("gsm8k.jsonl", domain: "math")
/// let documents = try file.documents()
/// ```
public struct DocumentFile: Sendable {
  /// How the file is written.
  public enum Format: String, Sendable, CaseIterable {
    /// By the name's ending: `.jsonl` and `.ndjson`, `.json`, else text.
    case automatic
    /// Plain text, cut by `textSplit`.
    case text
    /// One JSON object per line; blank lines are skipped.
    case jsonLines = "jsonl"
    /// One JSON array of objects.
    case jsonArray = "json"
  }

  /// What was read.
  public struct Tally: Sendable, Equatable {
    /// Documents handed on.
    public internal(set) var documentCount = 0
    /// Documents with nothing but white space in them, left out.
    public internal(set) var blankCount = 0
  }

  /// Where it is.
  public var path: String
  /// How it is written.
  public var format: Format
  /// Which fields make a document, in JSON files.
  public var mapping: RecordMapping
  /// How prompts and answers become one text.
  public var template: PromptTemplate
  /// The chat template that renders conversations, instead of `template`.
  package var chat: ChatEncoder?
  /// How plain text is cut.
  public var textSplit: TextSplit
  /// What the documents are about.
  public var domain: String

  /// Describes a file; nothing is opened yet.
  public init(
    _ path: String, domain: String, format: Format = .automatic, mapping: RecordMapping = .automatic,
    template: PromptTemplate = .plain, textSplit: TextSplit = .wholeFile
  ) {
    self.path = path
    self.domain = domain
    self.format = format
    self.mapping = mapping
    self.template = template
    self.textSplit = textSplit
  }

  /// All documents.
  ///
  /// - Throws: `InputError` naming file, line and key; also when there is no document at all.
  public func documents() throws -> [Document] {
    var documents: [Document] = []
    let tally = try forEach { documents.append($0) }
    guard !documents.isEmpty else {
      throw InputError(
        .badData, file: path,
        found: tally.blankCount > 0 ? "\(tally.blankCount) documents, all of them blank" : "no documents",
        expected: "at least one with text")
    }
    return documents
  }

  /// Calls `body` with one document after the other; text and JSON lines are read as they are needed.
  ///
  /// - Throws: `InputError` naming file, line and key, or whatever `body` throws.
  @discardableResult
  public func forEach(_ body: (Document) throws -> Void) throws -> Tally {
    var tally = Tally()
    func hand(on document: Document) throws {
      guard !document.isBlank else {
        tally.blankCount += 1
        return
      }
      tally.documentCount += 1
      try body(document)
    }
    switch resolvedFormat {
    case .jsonLines: try forEachLine(hand)
    case .jsonArray: try forEachElement(hand)
    case .text, .automatic:
      guard chat == nil else {
        throw InputError(
          .badData, file: path, found: "running text for a chat template",
          expected: "conversations in .jsonl or .json")
      }
      var reader = try TextDocumentReader(path, split: textSplit)
      while let text = try reader.next() { try hand(on: Document(text: text, domain: domain)) }
    }
    return tally
  }

  private var resolvedFormat: Format {
    guard format == .automatic else { return format }
    let name = path.lowercased()
    if name.hasSuffix(".jsonl") || name.hasSuffix(".ndjson") { return .jsonLines }
    return name.hasSuffix(".json") ? .jsonArray : .text
  }

  private func forEachLine(_ body: (Document) throws -> Void) throws {
    var resolved: RecordMapping?
    try JSONLinesReader.forEach(in: path) { record in
      let mapping = try resolved ?? resolvedMapping(for: record)
      resolved = mapping
      try body(try document(from: record, mapping))
    }
  }

  private func document(from record: JSONNode, _ mapping: RecordMapping) throws -> Document {
    guard let chat else { return try mapping.document(from: record, template: template, domain: domain) }
    let conversation = try mapping.chat(from: record)
    do {
      return try chat.document(conversation, domain: domain)
    } catch let error as InputError {
      // The template's file and line come second: what a person looks for first is the conversation.
      let place = record.path.isEmpty ? nil : record.path
      throw InputError(.badData, file: path, key: place, found: error.description)
    }
  }

  private func forEachElement(_ body: (Document) throws -> Void) throws {
    let root = try JSONNode.parse(File.readAll(path, limit: 1 << 30), file: path)
    guard case .array = root.value else {
      throw root.error(
        found: root.value.kindName, expected: "an array of records",
        remedy: "If there is one record per line, set the format to 'jsonl'")
    }
    let elements = try root.elements
    guard let first = elements.first else { return }
    let mapping = try resolvedMapping(for: first)
    for element in elements {
      try body(try document(from: element, mapping))
    }
  }

  private func resolvedMapping(for record: JSONNode) throws -> RecordMapping {
    mapping == .automatic ? try RecordMapping.detected(in: record) : mapping
  }
}
