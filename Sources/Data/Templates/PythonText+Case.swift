extension PythonText {
  /// `text.upper()`.
  static func upper(_ text: String) -> String {
    text.unicodeScalars.map(\.properties.uppercaseMapping).joined()
  }

  /// `text.lower()`, with the Greek sigma that ends a word.
  static func lower(_ text: String) -> String {
    guard text.unicodeScalars.contains("\u{3A3}") else {
      return text.unicodeScalars.map(\.properties.lowercaseMapping).joined()
    }
    let scalars = Array(text.unicodeScalars)
    return scalars.indices.map { lower(at: $0, of: scalars) }.joined()
  }

  private static func lower(at index: Int, of scalars: [Unicode.Scalar]) -> String {
    guard scalars[index] == "\u{3A3}" else { return scalars[index].properties.lowercaseMapping }
    let before = scalars[..<index].last { !$0.properties.isCaseIgnorable }
    let after = scalars[(index + 1)...].first { !$0.properties.isCaseIgnorable }
    let isFinal = (before?.properties.isCased ?? false) && !(after?.properties.isCased ?? false)
    return isFinal ? "\u{3C2}" : "\u{3C3}"
  }

  /// `text.capitalize()`.
  static func capitalized(_ text: String) -> String {
    guard let first = text.unicodeScalars.first else { return "" }
    // The sigma's rule looks at what stands before it, so that the whole text is lowered.
    let lowered = Array(lower(text).unicodeScalars)
    return first.properties.titlecaseMapping
      + joined(Array(lowered.dropFirst(first.properties.lowercaseMapping.unicodeScalars.count)))
  }

  /// `text.title()`: the first letter of every run of letters.
  static func titled(_ text: String) -> String {
    var isInWord = false
    var result = ""
    let scalars = Array(text.unicodeScalars)
    for (index, scalar) in scalars.enumerated() {
      result += isInWord ? lower(at: index, of: scalars) : scalar.properties.titlecaseMapping
      isInWord = scalar.properties.isCased
    }
    return result
  }

  /// Jinja's filter `title`: the first letter after white space and `-({[<`, the rest lowered.
  static func titledWords(_ text: String) -> String {
    var result = ""
    var word: [Unicode.Scalar] = []
    var isSeparator = false
    func end() {
      guard let first = word.first else { return }
      result += upper(String(first)) + lower(joined(Array(word.dropFirst())))
      word = []
    }
    for scalar in text.unicodeScalars {
      let separates = isSpace(scalar) || "-({[<".unicodeScalars.contains(scalar)
      if separates != isSeparator { end() }
      isSeparator = separates
      word.append(scalar)
    }
    end()
    return result
  }

  /// `text.swapcase()`.
  static func swappedCase(_ text: String) -> String {
    text.unicodeScalars.map {
      $0.properties.isUppercase ? $0.properties.lowercaseMapping : $0.properties.uppercaseMapping
    }.joined()
  }

  /// `text.isupper()`: one cased letter at least, none of them small.
  static func isUpper(_ text: String) -> Bool {
    text.unicodeScalars.contains(where: \.properties.isUppercase)
      && !text.unicodeScalars.contains {
        $0.properties.isLowercase || $0.properties.generalCategory == .titlecaseLetter
      }
  }

  /// `text.islower()`.
  static func isLower(_ text: String) -> Bool {
    text.unicodeScalars.contains(where: \.properties.isLowercase)
      && !text.unicodeScalars.contains {
        $0.properties.isUppercase || $0.properties.generalCategory == .titlecaseLetter
      }
  }

  /// `text.isalpha()`.
  static func isAlphabetic(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
    default: false
    }
  }

  /// `text.isdigit()`.
  static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.numericType == .decimal || scalar.properties.numericType == .digit
  }
}
