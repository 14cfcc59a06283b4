internal import Foundation

/// Normalization forms C and KC, as the `tokenizers` package computes them: characters that came after Unicode 9 neither
/// decompose nor compose nor change places.
///
/// Foundation's forms know newer characters, so that they would give other ids than a model was trained with, and they
/// take a tag letter (U+E004D) before an accent for the letter itself. Its decompositions of single characters are sound,
/// and all that is taken from it.
///
/// Source: Unicode Standard Annex 15; Hangul by the arithmetic of the standard, section 3.12.
struct UnicodeNormalization: Sendable {
  static let canonical = UnicodeNormalization(from: 0x300) { $0.decomposedStringWithCanonicalMapping }
  static let compatibility = UnicodeNormalization(from: 0xA0) { $0.decomposedStringWithCompatibilityMapping }

  /// A text of characters below this one is its own composed form.
  private let firstChanged: UInt32
  /// The full decompositions of characters that have one, Hangul apart.
  private var decompositions: [UInt32: [Unicode.Scalar]] = [:]
  /// The primary composite of two characters, by `first << 21 | second`.
  private static let compositions = composites()

  private static let newestMajorVersion = 9
  /// Where characters with decompositions lie, Hangul apart.
  private static let ranges: [ClosedRange<UInt32>] = [
    0x00A0...0x33FF, 0xA69C...0xA7FF, 0xAB5C...0xAB5F, 0xF900...0xFFEF, 0x11000...0x1173F, 0x1D15E...0x1D7FF,
    0x1EE00...0x1F25F, 0x2F800...0x2FA1D,
  ]

  private init(from firstChanged: UInt32, _ decompose: (String) -> String) {
    self.firstChanged = firstChanged
    for scalar in Self.candidates {
      let whole = decompose(String(scalar)).unicodeScalars
      if whole.count != 1 || whole.first != scalar { decompositions[scalar.value] = Array(whole) }
    }
  }

  private static var candidates: [Unicode.Scalar] {
    ranges.flatMap { range in range.compactMap { Unicode.Scalar($0) } }.filter(isKnown)
  }

  private static func isKnown(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.age.map { $0.major <= newestMajorVersion } ?? false
  }

  /// A character is composed of the composite of all but the last part of its decomposition, and that part, unless the
  /// standard excludes it: then its own form C is not itself.
  private static func composites() -> [UInt64: Unicode.Scalar] {
    var table: [UInt64: Unicode.Scalar] = [:]
    let composed = canonical.decompositions.filter { value, parts in
      guard parts.count > 1, let scalar = Unicode.Scalar(value) else { return false }
      return String(scalar).precomposedStringWithCanonicalMapping.unicodeScalars.elementsEqual([scalar])
    }
    // Of two parts before of three: the first two of those are a composite themselves.
    for (value, parts) in composed.sorted(by: { ($0.value.count, $0.key) < ($1.value.count, $1.key) }) {
      guard let scalar = Unicode.Scalar(value), let last = parts.last, var first = parts.first else {
        continue
      }
      for part in parts.dropFirst().dropLast() { first = table[key(first, part)] ?? first }
      table[key(first, last)] = scalar
    }
    return table
  }

  private static func key(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> UInt64 {
    UInt64(first.value) << 21 | UInt64(second.value)
  }

  /// The composed form of a text.
  func apply(_ text: String) -> String {
    if text.unicodeScalars.allSatisfy({ $0.value < firstChanged }) { return text }
    var scalars: [Unicode.Scalar] = []
    scalars.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars { decompose(scalar, into: &scalars) }
    Self.order(&scalars)
    var result = String.UnicodeScalarView()
    result.append(contentsOf: Self.compose(scalars))
    return String(result)
  }

  private func decompose(_ scalar: Unicode.Scalar, into scalars: inout [Unicode.Scalar]) {
    if scalar.isASCII {
      scalars.append(scalar)
    } else if let parts = Hangul.parts(of: scalar) {
      scalars += parts
    } else if let parts = decompositions[scalar.value] {
      scalars += parts
    } else {
      scalars.append(scalar)
    }
  }

  /// 0 for what begins a new sequence.
  private static func combiningClass(_ scalar: Unicode.Scalar) -> UInt8 {
    guard scalar.value >= 0x300 else { return 0 }
    let found = scalar.properties.canonicalCombiningClass.rawValue
    return found != 0 && isKnown(scalar) ? found : 0
  }

  /// Stretches of marks in the order of their classes, equal ones as they were.
  private static func order(_ scalars: inout [Unicode.Scalar]) {
    let classes = scalars.map(combiningClass)
    var start = 0
    while start < scalars.count {
      guard classes[start] != 0 else {
        start += 1
        continue
      }
      let end = classes[start...].firstIndex(of: 0) ?? scalars.count
      if end - start > 1 {
        let sorted = (start..<end).sorted { (classes[$0], $0) < (classes[$1], $1) }.map { scalars[$0] }
        scalars.replaceSubrange(start..<end, with: sorted)
      }
      start = end
    }
  }

  /// Each mark joins the last character of class 0 before it, unless one of its own class or a higher one stands between.
  private static func compose(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(scalars.count)
    var starter: Int?
    var lastClass: UInt8 = 0
    for scalar in scalars {
      let own = combiningClass(scalar)
      if let place = starter, lastClass == 0 ? place == result.count - 1 : lastClass < own,
        let joined = Hangul.joined(result[place], scalar) ?? compositions[key(result[place], scalar)]
      {
        result[place] = joined
        continue
      }
      if own == 0 { starter = result.count }
      lastClass = own
      result.append(scalar)
    }
    return result
  }
}

/// Syllables of three letters at most, which are computed instead of listed.
private enum Hangul {
  private static let (syllables, leads, vowels, tails): (UInt32, UInt32, UInt32, UInt32) = (
    0xAC00, 0x1100, 0x1161, 0x11A7
  )
  private static let (leadCount, vowelCount, tailCount): (UInt32, UInt32, UInt32) = (19, 21, 28)

  static func parts(of scalar: Unicode.Scalar) -> [Unicode.Scalar]? {
    let place = scalar.value &- syllables
    guard place < leadCount * vowelCount * tailCount else { return nil }
    let codes = [
      leads + place / (vowelCount * tailCount), vowels + place / tailCount % vowelCount,
      tails + place % tailCount,
    ]
    return codes.filter { $0 != tails }.compactMap { Unicode.Scalar($0) }
  }

  static func joined(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Unicode.Scalar? {
    let (lead, vowel) = (first.value &- leads, second.value &- vowels)
    if lead < leadCount, vowel < vowelCount {
      return Unicode.Scalar(syllables + (lead * vowelCount + vowel) * tailCount)
    }
    let (place, tail) = (first.value &- syllables, second.value &- tails)
    guard place < leadCount * vowelCount * tailCount, place % tailCount == 0, tail > 0, tail < tailCount
    else {
      return nil
    }
    return Unicode.Scalar(first.value + tail)
  }
}
