package import DraftData
internal import FileSystem

extension DataInspection {
  private static let barWidth = 40

  /// What a person reads.
  ///
  /// - Parameter isColoured: learnt text is green and the rest dim; else learnt text stands between ⟦ and ⟧.
  package func text(isColoured: Bool) -> String {
    let it = statistics
    var lines = [
      "\(path): \(NumberText.grouped(it.documentCount)) documents, \(NumberText.grouped(it.tokenCount)) tokens, "
        + "\(NumberText.grouped(it.learntTokenCount)) of them learnt "
        + "(\(NumberText.fixed(100 * it.maskCoverage, 1))%)",
      "duplicates: \(NumberText.grouped(it.duplicateCount))",
      "vocabulary: \(NumberText.grouped(usedVocabulary)) of \(NumberText.grouped(vocabularySize)) ids occur "
        + "(\(NumberText.fixed(100 * Double(usedVocabulary) / Double(max(1, vocabularySize)), 1))%)",
      "lengths in tokens: \(it.shortest) to \(it.longest), median \(it.median)",
    ]
    lines += histogram
    if let featuresLine { lines.append(featuresLine) }
    let count = sample.learnt.count { $0 }
    lines.append(
      "sample \(sample.index): \(sample.tokens.count) tokens, \(count) learnt, those "
        + (isColoured ? "in green:" : "between ⟦ and ⟧:"))
    lines.append(sample.runs.map { Self.shown($0, isColoured: isColoured) }.joined())
    return lines.joined(separator: "\n")
  }

  private var histogram: [String] {
    let largest = statistics.lengths.map(\.count).max() ?? 1
    let width = String(statistics.lengths.last?.upperBound ?? 0).count
    return statistics.lengths.map { bucket in
      let from = Self.padded(String(bucket.lowerBound), width)
      let to = Self.padded(String(bucket.upperBound - 1), width)
      // A bucket that is not empty shows: one document among a million is what a person looks for.
      let bar = bucket.count == 0 ? 0 : max(1, bucket.count * Self.barWidth / largest)
      return "  \(from) … \(to)  \(String(repeating: "█", count: bar)) \(NumberText.grouped(bucket.count))"
    }
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  /// Lines stay lines; what would command a terminal is spelled out.
  private static func shown(_ run: BatchPreview.Run, isColoured: Bool) -> String {
    let lines = run.text.split(separator: "\n", omittingEmptySubsequences: false).map {
      DisplayText.escaped(String($0), limit: .max)
    }
    guard isColoured else {
      let text = lines.joined(separator: "\n")
      return run.isLearnt ? "⟦\(text)⟧" : text
    }
    let colour = run.isLearnt ? "\u{1B}[32m" : "\u{1B}[2m"
    return lines.map { $0.isEmpty ? "" : colour + $0 + "\u{1B}[0m" }.joined(separator: "\n")
  }

  /// What a script reads.
  package var json: JSONValue {
    let it = statistics
    let lengths: [JSONValue] = it.lengths.map {
      ["from": .integer($0.lowerBound), "to": .integer($0.upperBound - 1), "count": .integer($0.count)]
    }
    let states: [JSONValue] = features?.states.map { .string($0.description) } ?? []
    return [
      "path": .string(path), "states": .array(states),
      "storage": features.map { .string($0.storage.rawValue) } ?? .null,
      "template": template.map { JSONValue.string($0) } ?? .null,
      "documents": .integer(it.documentCount), "tokens": .integer(it.tokenCount),
      "learnt": .integer(it.learntTokenCount), "duplicates": .integer(it.duplicateCount),
      "shortest": .integer(it.shortest), "median": .integer(it.median), "longest": .integer(it.longest),
      "lengths": .array(lengths),
      "vocabulary": ["size": .integer(vocabularySize), "used": .integer(usedVocabulary)],
      "sample": [
        "index": .integer(sample.index), "text": .string(sample.text),
        "tokens": .array(sample.tokens.map { .integer(Int($0)) }),
        "learnt": .array(sample.learnt.map { .bool($0) }),
      ],
    ]
  }
}
