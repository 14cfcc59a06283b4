/// What an XML parser would refuse of a page: enough of one to hold a page against.
enum WellFormedness {
  /// The first thing that is wrong; nil where all tags are closed in their order and all text is escaped.
  static func problem(in page: String) -> String? {
    var rest = page.dropFirst("<!DOCTYPE html>\n".count)[...]
    guard page.hasPrefix("<!DOCTYPE html>\n") else { return "no document type" }
    var open: [Substring] = []
    while let start = rest.firstIndex(of: "<") {
      if let problem = problem(inText: rest[..<start]) { return problem }
      guard let end = rest[start...].firstIndex(of: ">") else {
        return "a tag without end: \(rest[start...].prefix(60))"
      }
      let tag = rest[rest.index(after: start)..<end]
      rest = rest[rest.index(after: end)...]
      if tag.hasPrefix("/") {
        guard open.popLast() == tag.dropFirst() else { return "</\(tag.dropFirst())> closes something else" }
        continue
      }
      guard let parts = tag.wholeMatch(of: /([a-zA-Z][a-zA-Z0-9]*)((?: [a-z][a-zA-Z0-9-]*="[^"<]*")*)(\/?)/)
      else {
        return "no tag: <\(tag.prefix(80))>"
      }
      if let problem = problem(inText: parts.2) { return problem }
      let names = parts.2.matches(of: #/ ([a-zA-Z-]+)="/#).map(\.1)
      if Set(names).count != names.count { return "an attribute twice: <\(tag.prefix(80))>" }
      if parts.3.isEmpty { open.append(parts.1) }
      if open.isEmpty, !rest.allSatisfy(\.isWhitespace) { return "something behind the last tag" }
    }
    return open.isEmpty ? nil : "<\(open.joined(separator: "> <"))> never closed"
  }

  private static func problem(inText text: Substring) -> String? {
    if let wrong = text.unicodeScalars.first(where: { $0.value < 0x20 && !["\t", "\n", "\r"].contains($0) }) {
      return "character \(wrong.value)"
    }
    let entities = text.matches(of: /&(?:amp|lt|gt|quot);/).count
    return entities == text.count { $0 == "&" } ? nil : "a bare & in '\(text.prefix(80))'"
  }
}
