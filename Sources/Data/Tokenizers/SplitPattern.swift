/// The regular expressions with which byte-level tokenizers cut text into words, matched by hand.
///
/// With the first three every character belongs to exactly one match, so a match is known by where it ends.
enum SplitPattern: String, Sendable, CaseIterable {
  /// Radford et al. 2019: GPT-2.
  case gpt2 =
    #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
  /// Llama 3: contractions in any case, numbers by three digits, line breaks kept together.
  case llama3 =
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
  /// Qwen 2, 2.5 and 3: as Llama 3 with every digit alone.
  case qwen2 =
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#

  /// The first step of llama.cpp's default: runs of punctuation.
  case punctuation = #"[\p{P}\$\+<=>\^~\|]+"#
  /// The last step of llama.cpp's default: digits by threes.
  case threeDigits = "[0-9][0-9][0-9]"

  /// Whether every character belongs to a match.
  var isTotal: Bool { self != .punctuation && self != .threeDigits }

  /// Appends the matches in `range` of `bytes`, and what lies between them, in order: together they fill it.
  func split(_ bytes: [UInt8], _ range: Range<Int>, into matches: inout [Range<Int>]) {
    guard isTotal else { return splitPartially(bytes, range, into: &matches) }
    let matcher = SplitMatcher(bytes: bytes, end: range.upperBound)
    var start = range.lowerBound
    while start < range.upperBound {
      let end =
        switch self {
        case .gpt2: matcher.gpt2(start)
        case .llama3: matcher.llama3(start, longestNumber: 3)
        default: matcher.llama3(start, longestNumber: 1)
        }
      matches.append(start..<end)
      start = end
    }
  }
}

/// Finds where the match that starts at a position ends.
private struct SplitMatcher {
  let bytes: [UInt8]
  let end: Int

  func gpt2(_ start: Int) -> Int {
    if bytes[start] == UInt8(ascii: "'"), let match = contraction(start, anyCase: false) { return match }
    let first = ScalarClass.at(start, of: bytes, end: end)
    if !first.kind.isSpace { return runEnd(first.kind, from: start + first.length) }
    if let match = afterSpace(start, { !$0.isSpace }) { return match }
    return spaces(start)
  }

  func llama3(_ start: Int, longestNumber: Int) -> Int {
    if bytes[start] == UInt8(ascii: "'"), let match = contraction(start, anyCase: true) { return match }
    let first = ScalarClass.at(start, of: bytes, end: end)
    let next = start + first.length
    switch first.kind {
    case .letter: return runEnd(.letter, from: next)
    case .number: return numberEnd(from: next, more: longestNumber - 1)
    case .lineBreak: return linesOrSpaces(start)
    case .other:
      if let match = letters(next) { return match }
      return lineBreaks(runEnd(.other, from: next))
    case .space:
      if let match = letters(next) { return match }
      if let match = afterSpace(start, { $0 == .other }) { return lineBreaks(match) }
      return linesOrSpaces(start)
    }
  }

  /// The run of the class that follows the space U+0020 at `start`, when `wanted` holds of it.
  private func afterSpace(_ start: Int, _ wanted: (ScalarClass) -> Bool) -> Int? {
    guard bytes[start] == 0x20, start + 1 < end else { return nil }
    let next = ScalarClass.at(start + 1, of: bytes, end: end)
    return wanted(next.kind) ? runEnd(next.kind, from: start + 1 + next.length) : nil
  }

  private func letters(_ start: Int) -> Int? {
    guard start < end else { return nil }
    let next = ScalarClass.at(start, of: bytes, end: end)
    return next.kind == .letter ? runEnd(.letter, from: start + next.length) : nil
  }

  private func runEnd(_ kind: ScalarClass, from start: Int) -> Int {
    var index = start
    while index < end {
      let next = ScalarClass.at(index, of: bytes, end: end)
      guard next.kind == kind else { break }
      index += next.length
    }
    return index
  }

  private func numberEnd(from start: Int, more: Int) -> Int {
    var index = start
    for _ in 0..<more where index < end {
      let next = ScalarClass.at(index, of: bytes, end: end)
      guard next.kind == .number else { break }
      index += next.length
    }
    return index
  }

  private func lineBreaks(_ start: Int) -> Int {
    var index = start
    while index < end, bytes[index] == 0x0A || bytes[index] == 0x0D { index += 1 }
    return index
  }

  /// `\s*[\r\n]+`, else `\s+(?!\S)|\s+`.
  private func linesOrSpaces(_ start: Int) -> Int {
    var index = start
    var lastBreak: Int?
    while index < end {
      let next = ScalarClass.at(index, of: bytes, end: end)
      guard next.kind.isSpace else { break }
      index += next.length
      if next.kind == .lineBreak { lastBreak = index }
    }
    return lastBreak ?? spaces(start)
  }

  /// `\s+(?!\S)|\s+`: white space but for the last character when something follows.
  private func spaces(_ start: Int) -> Int {
    var index = start
    var last = start
    while index < end {
      let next = ScalarClass.at(index, of: bytes, end: end)
      guard next.kind.isSpace else { return last > start ? last : index }
      last = index
      index += next.length
    }
    return index
  }

  /// `'s 't 're 've 'm 'll 'd` behind the apostrophe at `start`.
  private func contraction(_ start: Int, anyCase: Bool) -> Int? {
    let first = letter(start + 1, anyCase)
    switch first {
    case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return start + 2
    case UInt8(ascii: "r"), UInt8(ascii: "v"):
      return letter(start + 2, anyCase) == UInt8(ascii: "e") ? start + 3 : nil
    case UInt8(ascii: "l"): return letter(start + 2, anyCase) == UInt8(ascii: "l") ? start + 3 : nil
    // The long s folds to "s".
    case 0xC5 where anyCase && start + 2 < end && bytes[start + 2] == 0xBF: return start + 3
    default: return nil
    }
  }

  private func letter(_ index: Int, _ anyCase: Bool) -> UInt8 {
    guard index < end else { return 0 }
    let byte = bytes[index]
    return anyCase && byte &- 0x41 < 26 ? byte | 0x20 : byte
  }
}
