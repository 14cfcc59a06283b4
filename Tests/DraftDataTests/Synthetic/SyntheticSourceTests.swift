import DraftData
import Foundation
import Testing

@Suite("Synthetic text")
struct SyntheticSourceTests {
  @Test(
    "a document is a function of seed, domain and place alone", arguments: SyntheticSource.Domain.allCases)
  func addressable(domain: SyntheticSource.Domain) {
    let source = SyntheticSource(seed: 7, domain: domain)
    let forwards = (0..<50).map { source.document(at: $0) }
    let backwards = (0..<50).reversed().map { SyntheticSource(seed: 7, domain: domain).document(at: $0) }
    #expect(forwards == Array(backwards.reversed()))
    let other = SyntheticSource(seed: 8, domain: domain)
    #expect((0..<50).filter { other.document(at: $0) == forwards[$0] }.count < 5)
  }

  @Test(
    "the text of a seed never changes: recorded hashes",
    arguments: zip(
      SyntheticSource.Domain.allCases,
      [2_271_626_426_962_290_923, 10_795_313_387_394_400_726, 12_323_770_697_682_418_051] as [UInt64]))
  func recorded(domain: SyntheticSource.Domain, expected: UInt64) {
    var hash = StableHash()
    for index in 0..<100 {
      hash.combine(SyntheticSource(seed: 1, domain: domain).document(at: index).contentHash)
    }
    #expect(hash.value == expected)
  }

  @Test("twenty thousand documents are nearly all different", arguments: SyntheticSource.Domain.allCases)
  func variety(domain: SyntheticSource.Domain) {
    let source = SyntheticSource(seed: 1, domain: domain)
    let distinct = Set((0..<20_000).map { source.document(at: $0).contentHash }).count
    #expect(distinct > 18_000, "\(distinct)")
  }

  @Test("stories have every slot filled and read as sentences")
  func stories() {
    let source = SyntheticSource(seed: 2, domain: .stories)
    for index in 0..<3000 {
      let text = source.document(at: index).text
      #expect(!text.contains("{") && !text.contains("}") && !text.contains("  "), "\(text)")
      for line in text.split(separator: "\n") {
        #expect(line.first.map { $0.isUppercase || $0 == "\"" } == true, "\(line)")
        #expect(line.last.map { ".!?\"".contains($0) } == true, "\(line)")
        #expect(line.filter { $0 == "\"" }.count % 2 == 0, "\(line)")
      }
    }
  }

  @Test("every step of a sum is right, and the last one is the answer")
  func sums() throws {
    let source = SyntheticSource(seed: 3, domain: .math)
    for index in 0..<3000 {
      let document = source.document(at: index)
      #expect(document.segments.map(\.inLoss) == [false, true])
      let lines = document.segments[1].text.split(separator: "\n")
      var last: Int?
      for match in document.text.matches(of: /<<([0-9+*\/-]+)=(-?[0-9]+)>>/) {
        last = Int(match.2)
        #expect(value(of: match.1) == last, "\(match.0)")
        #expect((last ?? -1) >= 0, "\(document.text)")
      }
      #expect(lines.last == "#### \(last ?? -1)", "\(document.text)")
    }
  }

  /// Sums and products of whole numbers, from left to right with the usual precedence; nil for a remainder.
  private func value(of expression: Substring) -> Int? {
    var total = 0
    var term = 0
    var sign = 1
    for match in expression.matches(of: /([+*\/-]?)([0-9]+)/) {
      guard let number = Int(match.2) else { return nil }
      switch match.1 {
      case "*": term *= number
      case "/":
        guard term % number == 0 else { return nil }
        term /= number
      default:
        total += sign * term
        sign = match.1 == "-" ? -1 : 1
        term = number
      }
    }
    return total + sign * term
  }

  private static let python = ["/usr/bin/python3", "/usr/local/bin/python3"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  @Test(
    "functions run, and the examples in their docstrings hold", .enabled(if: python != nil, "needs python3"))
  func functions() throws {
    let source = SyntheticSource(seed: 4, domain: .code)
    let texts = (0..<1500).map { source.document(at: $0).text }
    let examples = texts.reduce(0) { $0 + $1.ranges(of: ">>> ").count }
    #expect(examples > 1000)
    // Each in a namespace of its own, so that recursion finds the right function.
    let script = """
      import doctest, json, sys
      bad = tried = 0
      for text in json.load(sys.stdin):
          space = {}
          exec(text, space)
          for test in doctest.DocTestFinder(exclude_empty=True).find(
                  [v for k, v in space.items() if k != '__builtins__'][0], globs=space, module=False):
              result = doctest.DocTestRunner(verbose=False).run(test)
              bad += result.failed; tried += result.attempted
      print(bad, tried)
      """
    let process = Process()
    process.executableURL = URL(filePath: try #require(Self.python))
    process.arguments = ["-c", script]
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: JSONEncoder().encode(texts))
    try input.fileHandleForWriting.close()
    let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(said == "0 \(examples)\n")
  }
}
