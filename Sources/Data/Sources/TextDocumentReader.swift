internal import FileSystem

/// Cuts a plain text file into documents' texts while it streams.
struct TextDocumentReader: ~Copyable {
  private let path: String
  private let split: TextSplit
  private let documentLimit: Int
  private var lines: LineReader
  /// Documents cut from one line, to be handed out from `nextPending` on.
  private var pending: [String] = []
  private var nextPending = 0
  private var open = ""
  private var isAtEnd = false

  /// Opens the file; no document may be longer than `documentLimit` bytes.
  init(_ path: String, split: TextSplit, documentLimit: Int = 1 << 30) throws(InputError) {
    self.path = path
    self.split = split
    self.documentLimit = documentLimit
    lines = try LineReader(path, lineLimit: documentLimit)
  }

  /// The next document without blank lines at its ends, or nil at the end. Blank ones are returned too, as "".
  mutating func next() throws(InputError) -> String? {
    while nextPending == pending.count && !isAtEnd {
      pending.removeAll(keepingCapacity: true)
      nextPending = 0
      try readLine()
    }
    guard nextPending < pending.count else { return nil }
    nextPending += 1
    return pending[nextPending - 1]
  }

  private mutating func readLine() throws(InputError) {
    guard let line = try lines.next() else {
      isAtEnd = true
      // What follows the last mark is a document only if there is something in it.
      if !open.allSatisfy(\.isWhitespace) { close() }
      return
    }
    let text = try line.text(in: path)
    switch split {
    case .wholeFile: add(text)
    case .blankLines:
      if text.allSatisfy(\.isWhitespace) {
        if !open.isEmpty { close() }
      } else {
        add(text)
      }
    case .separator(let mark):
      let parts = mark.isEmpty ? [text[...]] : text.split(separator: mark, omittingEmptySubsequences: false)
      for (index, part) in parts.enumerated() {
        if index > 0 { close() }
        add(String(part))
      }
    }
    guard open.utf8.count <= documentLimit else {
      throw InputError(
        .badData, file: path, at: .line(line.number), found: "a document of more than \(documentLimit) bytes",
        expected: "shorter ones", remedy: "Name the separator that stands between documents")
    }
  }

  private mutating func add(_ text: String) {
    open += text
    open += "\n"
  }

  private mutating func close() {
    var text = open[...]
    while text.last?.isNewline == true { text.removeLast() }
    while text.first?.isNewline == true { text.removeFirst() }
    pending.append(String(text))
    open = ""
  }
}
