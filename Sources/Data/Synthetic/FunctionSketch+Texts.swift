extension FunctionSketch {
  /// Functions of texts.
  static let textKinds: [Kind] = [
    countLetters, palindrome, removeLetter, wordsByLength, surround, letterCounts, initials, replaceLetter,
    repeated,
  ]

  private static let sampleWords = [
    "apple", "banana", "level", "river", "noon", "garden", "yellow", "window", "radar", "summer", "tree",
    "little", "book",
    "madam", "letter", "kitten", "hello", "moon", "python", "rabbit", "cheese", "puzzle",
  ]
  private static let letters = ["a", "b", "e", "i", "l", "n", "o", "r", "s", "t", "m", "p"]

  private static func parameter(_ draws: inout Draws) -> String {
    draws.pick(["text", "word", "s", "string", "name"])
  }

  /// Two examples of a function of one word.
  private static func examples(_ draws: inout Draws, _ result: (String) -> String) -> [Example] {
    draws.pick(2, of: sampleWords).map { Example(Python.literal($0), result($0)) }
  }

  private static let countLetters: Kind = { draws in
    let s = parameter(&draws)
    let (label, words, set) = draws.pick([
      ("vowels", "vowels", "aeiou"), ("letter_\(draws.pick(letters))", "", ""),
      ("first_half", "letters from a to m", "abcdefghijklm"),
      ("round_letters", "round letters", "bdopq"),
    ])
    let chosen = set.isEmpty ? String(label.suffix(1)) : set
    let what = words.isEmpty ? "times that '\(chosen)' stands" : words
    let condition = chosen.count == 1 ? "letter == '\(chosen)'" : "letter in '\(chosen)'"
    return FunctionSketch(
      name: "count_\(label)", parameters: [.init(s, "str")], returnType: "int",
      summary: "\(draws.pick(["Count", "Return the number of"])) \(what) in \(s)",
      examples: examples(&draws) { word in String(word.filter { chosen.contains($0) }.count) },
      body: [
        "count = 0", "for letter in \(s):", "    if \(condition):", "        count += 1", "return count",
      ])
  }

  private static let palindrome: Kind = { draws in
    let s = parameter(&draws)
    return FunctionSketch(
      name: draws.pick(["is_palindrome", "palindrome", "reads_the_same"]), parameters: [.init(s, "str")],
      returnType: "bool",
      summary: "Check whether \(s) reads the same forwards and backwards",
      examples: examples(&draws) { Python.literal(String($0.reversed()) == $0) },
      body: draws.pick([
        ["return \(s) == \(s)[::-1]"],
        [
          "for i in range(len(\(s)) // 2):", "    if \(s)[i] != \(s)[len(\(s)) - 1 - i]:",
          "        return False",
          "return True",
        ],
        [
          "left = 0", "right = len(\(s)) - 1", "while left < right:", "    if \(s)[left] != \(s)[right]:",
          "        return False", "    left += 1", "    right -= 1", "return True",
        ],
      ]))
  }

  private static let removeLetter: Kind = { draws in
    let s = parameter(&draws)
    let letter = draws.pick(letters)
    let result = draws.pick(["result", "output", "kept"])
    return FunctionSketch(
      name: draws.pick(["remove_", "drop_", "without_"]) + letter, parameters: [.init(s, "str")],
      returnType: "str",
      summary: "Return \(s) without the letter '\(letter)'",
      examples: examples(&draws) { word in Python.literal(word.filter { String($0) != letter }) },
      body: draws.chance(60)
        ? [
          "\(result) = ''", "for letter in \(s):", "    if letter != '\(letter)':",
          "        \(result) += letter",
          "return \(result)",
        ] : ["return \(s).replace('\(letter)', '')"])
  }

  private static let wordsByLength: Kind = { draws in
    let length = draws.number(3...6)
    let isLonger = draws.chance(50)
    let sign = isLonger ? ">" : "<"
    let (list, item) = draws.pick([("words", "word"), ("names", "name"), ("texts", "text"), ("strings", "s")])
    return FunctionSketch(
      name: "\(list)_\(isLonger ? "longer" : "shorter")_than_\(length)",
      parameters: [.init(list, "list[str]")],
      returnType: "list[str]",
      summary: "Return the \(list) that have \(isLonger ? "more" : "fewer") than \(length) letters",
      examples: (0..<2).map { _ in
        let sample = draws.pick(3, of: sampleWords)
        let kept = sample.filter { isLonger ? $0.count > length : $0.count < length }
        return Example(Python.literal(sample), Python.literal(kept))
      },
      body: draws.chance(60)
        ? [
          "result = []", "for \(item) in \(list):", "    if len(\(item)) \(sign) \(length):",
          "        result.append(\(item))",
          "return result",
        ] : ["return [\(item) for \(item) in \(list) if len(\(item)) \(sign) \(length)]"])
  }

  private static let surround: Kind = { draws in
    let s = parameter(&draws)
    let (label, left, right) = draws.pick([
      ("brackets", "[", "]"), ("stars", "*", "*"), ("parentheses", "(", ")"), ("dashes", "-", "-"),
      ("arrows", ">", "<"),
    ])
    let count = draws.number(1...4)
    return FunctionSketch(
      name: "put_in_\(count)_\(label)", parameters: [.init(s, "str")], returnType: "str",
      summary: "Put \(count) of the \(label) on each side of \(s)",
      examples: examples(&draws) {
        Python.literal(String(repeating: left, count: count) + $0 + String(repeating: right, count: count))
      },
      body: ["left = '\(left)' * \(count)", "right = '\(right)' * \(count)", "return left + \(s) + right"])
  }

  private static let letterCounts: Kind = { draws in
    let s = parameter(&draws)
    let counts = draws.pick(["counts", "result", "frequency", "table"])
    let usesGet = draws.chance(50)
    return FunctionSketch(
      name: draws.pick(["letter_counts", "count_letters", "letter_frequency", "histogram"]),
      parameters: [.init(s, "str")],
      returnType: "dict[str, int]", summary: "Return how often each letter stands in \(s)",
      examples: examples(&draws) { word in
        var order: [Character] = []
        for letter in word where !order.contains(letter) { order.append(letter) }
        let entries = order.map { letter in "'\(letter)': \(word.filter { $0 == letter }.count)" }
        return "{" + entries.joined(separator: ", ") + "}"
      },
      body: usesGet
        ? [
          "\(counts) = {}", "for c in \(s):", "    \(counts)[c] = \(counts).get(c, 0) + 1",
          "return \(counts)",
        ]
        : [
          "\(counts) = {}", "for c in \(s):", "    if c in \(counts):", "        \(counts)[c] += 1",
          "    else:",
          "        \(counts)[c] = 1", "return \(counts)",
        ])
  }

  private static let initials: Kind = { draws in
    let (list, item) = draws.pick([("words", "word"), ("names", "name"), ("parts", "part")])
    let isLast = draws.chance(40)
    let separator = draws.pick(["", "-", ".", " "])
    return FunctionSketch(
      name: (isLast ? "last" : "first") + "_letters" + draws.pick(["", "_of_\(list)", "_joined"]),
      parameters: [.init(list, "list[str]")], returnType: "str",
      summary: "Join the \(isLast ? "last" : "first") letters of the \(list) with '\(separator)'",
      examples: (0..<2).map { _ in
        let sample = draws.pick(3, of: sampleWords)
        let joined = sample.map { String(isLast ? $0.suffix(1) : $0.prefix(1)) }.joined(separator: separator)
        return Example(Python.literal(sample), Python.literal(joined))
      },
      body: [
        "letters = []", "for \(item) in \(list):", "    letters.append(\(item)[\(isLast ? "-1" : "0")])",
        "return '\(separator)'.join(letters)",
      ])
  }

  private static let replaceLetter: Kind = { draws in
    let s = parameter(&draws)
    let pair = draws.pick(2, of: letters)
    let isUpper = draws.chance(40)
    let new = isUpper ? pair[0].uppercased() : pair[1]
    return FunctionSketch(
      name: isUpper ? "capital_\(pair[0])" : "replace_\(pair[0])_by_\(pair[1])",
      parameters: [.init(s, "str")],
      returnType: "str", summary: "Return \(s) with every '\(pair[0])' turned into '\(new)'",
      examples: examples(&draws) { Python.literal($0.replacing(pair[0], with: new)) },
      body: [
        "result = ''", "for c in \(s):", "    if c == '\(pair[0])':", "        result += '\(new)'",
        "    else:",
        "        result += c", "return result",
      ])
  }

  private static let repeated: Kind = { draws in
    let s = parameter(&draws)
    let count = draws.number(2...5)
    let mark = draws.pick(["-", "", "+", " ", "."])
    return FunctionSketch(
      name: "repeat_\(count)_times", parameters: [.init(s, "str")], returnType: "str",
      summary: "Repeat \(s) \(count) times" + (mark.isEmpty ? "" : " with '\(mark)' in between"),
      examples: examples(&draws) { word in
        Python.literal([String](repeating: word, count: count).joined(separator: mark))
      },
      body: mark.isEmpty
        ? ["return \(s) * \(count)"] : ["return '\(mark)'.join([\(s)] * \(count))"])
  }
}
