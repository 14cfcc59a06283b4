extension FunctionSketch {
  /// Functions over lists of numbers.
  static let listKinds: [Kind] = [
    counting, keeping, mapping, summing, summingMapped, firstMatch, anyOrAll, extreme, runningTotal, unique,
    indexOf,
    elementwise, everyNth,
  ]

  /// Some numbers to show a function on.
  private static func numbers(_ draws: inout Draws) -> [Int] {
    let lowest = draws.chance(30) ? -9 : 0
    return (0..<draws.number(3...6)).map { _ in draws.number(lowest...20) }
  }

  /// Names for a list, one of its items and a result.
  private static func names(_ draws: inout Draws) -> (list: String, item: String) {
    draws.pick([
      ("numbers", "number"), ("values", "value"), ("items", "item"), ("nums", "n"), ("data", "x"),
      ("array", "element"),
    ])
  }

  /// Two examples of a function of one list.
  private static func examples(_ draws: inout Draws, _ result: ([Int]) -> String) -> [Example] {
    (0..<2).map { _ in
      let list = numbers(&draws)
      return Example(Python.literal(list), result(list))
    }
  }

  private static let counting: Kind = { draws in
    let test = NumberTest.random(&draws)
    let (list, item) = names(&draws)
    let total = draws.pick(["count", "result", "total"])
    let loop = [
      "\(total) = 0", "for \(item) in \(list):", "    if \(test.python(item)):", "        \(total) += 1",
      "return \(total)",
    ]
    return FunctionSketch(
      name: "count_\(test.label)", parameters: [.init(list, "list[int]")], returnType: "int",
      summary: draws.pick(["Count", "Return the number of"]) + " \(list) that are \(test.words)",
      examples: examples(&draws) { String($0.filter(test.holds).count) },
      body: draws.chance(70) ? loop : ["return sum(1 for \(item) in \(list) if \(test.python(item)))"])
  }

  private static let keeping: Kind = { draws in
    let test = NumberTest.random(&draws)
    let (list, item) = names(&draws)
    let keeps = draws.chance(70)
    let result = draws.pick(["result", "kept", "output"])
    let condition = keeps ? test.python(item) : "not (\(test.python(item)))"
    let loop = [
      "\(result) = []", "for \(item) in \(list):", "    if \(condition):",
      "        \(result).append(\(item))",
      "return \(result)",
    ]
    return FunctionSketch(
      name: (keeps ? draws.pick(["keep_", "filter_", "select_"]) : draws.pick(["remove_", "drop_"]))
        + test.label,
      parameters: [.init(list, "list[int]")], returnType: "list[int]",
      summary: (keeps ? "Return only the \(list) that are " : "Return the \(list) without those that are ")
        + test.words,
      examples: examples(&draws) { Python.literal($0.filter { test.holds($0) == keeps }) },
      body: draws.chance(65) ? loop : ["return [\(item) for \(item) in \(list) if \(condition)]"])
  }

  private static let mapping: Kind = { draws in
    let map = NumberMap.random(&draws)
    let (list, item) = names(&draws)
    let result = draws.pick(["result", "output", "answer"])
    let loop = [
      "\(result) = []", "for \(item) in \(list):", "    \(result).append(\(map.python(item)))",
      "return \(result)",
    ]
    return FunctionSketch(
      name: draws.pick(["all_", "each_", "list_"]) + map.label, parameters: [.init(list, "list[int]")],
      returnType: "list[int]", summary: "Return a list with each \(item) \(map.words)",
      examples: examples(&draws) { Python.literal($0.map(map.value)) },
      body: draws.chance(60) ? loop : ["return [\(map.python(item)) for \(item) in \(list)]"])
  }

  private static let summing: Kind = { draws in
    let test = NumberTest.random(&draws)
    let (list, item) = names(&draws)
    let total = draws.pick(["total", "result", "answer"])
    return FunctionSketch(
      name: draws.pick(["sum_", "sum_of_", "add_"]) + test.label, parameters: [.init(list, "list[int]")],
      returnType: "int", summary: "Return the sum of all \(list) that are \(test.words)",
      examples: examples(&draws) { String($0.filter(test.holds).reduce(0, +)) },
      body: draws.chance(75)
        ? [
          "\(total) = 0", "for \(item) in \(list):", "    if \(test.python(item)):",
          "        \(total) += \(item)",
          "return \(total)",
        ] : ["return sum(\(item) for \(item) in \(list) if \(test.python(item)))"])
  }

  private static let summingMapped: Kind = { draws in
    let map = NumberMap.random(&draws)
    let (list, item) = names(&draws)
    return FunctionSketch(
      name: "sum_\(map.label)", parameters: [.init(list, "list[int]")], returnType: "int",
      summary: "Add up the \(list), each \(map.words)",
      examples: examples(&draws) { String($0.map(map.value).reduce(0, +)) },
      body: ["total = 0", "for \(item) in \(list):", "    total += \(map.python(item))", "return total"])
  }

  private static let firstMatch: Kind = { draws in
    let test = NumberTest.random(&draws)
    let (list, item) = names(&draws)
    let missing = draws.pick([-1, 0])
    return FunctionSketch(
      name: "first_\(test.label)", parameters: [.init(list, "list[int]")], returnType: "int",
      summary: "Return the first \(item) that is \(test.words), or \(missing) if there is none",
      examples: examples(&draws) { String($0.first(where: test.holds) ?? missing) },
      body: [
        "for \(item) in \(list):", "    if \(test.python(item)):", "        return \(item)",
        "return \(missing)",
      ])
  }

  private static let anyOrAll: Kind = { draws in
    let test = NumberTest.random(&draws)
    let (list, item) = names(&draws)
    let isAny = draws.chance(50)
    let condition = isAny ? test.python(item) : "not (\(test.python(item)))"
    return FunctionSketch(
      name: (isAny ? "has_" : "all_are_") + test.label, parameters: [.init(list, "list[int]")],
      returnType: "bool",
      summary: isAny
        ? "Check whether any \(item) is \(test.words)" : "Check whether every \(item) is \(test.words)",
      examples: examples(&draws) {
        Python.literal(isAny ? $0.contains(where: test.holds) : $0.allSatisfy(test.holds))
      },
      body: [
        "for \(item) in \(list):", "    if \(condition):", "        return \(Python.literal(isAny))",
        "return \(Python.literal(!isAny))",
      ])
  }

  private static let extreme: Kind = { draws in
    let isLargest = draws.chance(50)
    let (list, item) = names(&draws)
    let best = draws.pick(["best", "result", "current", isLargest ? "largest" : "smallest"])
    let word =
      isLargest
      ? draws.pick(["largest", "biggest", "maximum"]) : draws.pick(["smallest", "minimum", "lowest"])
    return FunctionSketch(
      name: draws.pick(["find_", "get_", ""]) + word + draws.pick(["", "_value", "_of_list", "_\(item)"]),
      parameters: [.init(list, "list[int]")], returnType: "int",
      summary: draws.pick(["Return", "Find"]) + " the \(word) \(item) of a list that is not empty",
      examples: examples(&draws) { String((isLargest ? $0.max() : $0.min()) ?? 0) },
      body: [
        "\(best) = \(list)[0]", "for \(item) in \(list):", "    if \(item) \(isLargest ? ">" : "<") \(best):",
        "        \(best) = \(item)", "return \(best)",
      ])
  }

  private static let runningTotal: Kind = { draws in
    let (list, item) = names(&draws)
    let map = NumberMap.random(&draws)
    return FunctionSketch(
      name: "running_total_\(map.label)", parameters: [.init(list, "list[int]")], returnType: "list[int]",
      summary: "Return the sums so far of the \(list), each \(map.words)",
      examples: examples(&draws) { values in
        var total = 0
        return Python.literal(
          values.map {
            total += map.value($0)
            return total
          })
      },
      body: [
        "total = 0", "result = []", "for \(item) in \(list):", "    total += \(map.python(item))",
        "    result.append(total)", "return result",
      ])
  }

  private static let unique: Kind = { draws in
    let (list, item) = names(&draws)
    let seen = draws.pick(["seen", "unique", "result", "found"])
    return FunctionSketch(
      name: draws.pick(["remove_duplicates", "unique_\(list)", "without_repeats", "distinct"]),
      parameters: [.init(list, "list[int]")], returnType: "list[int]",
      summary: draws.pick(["Remove", "Drop", "Leave out"])
        + " repeated \(list) and keep the order of the first ones",
      examples: (0..<2).map { _ in
        let values = (0..<6).map { _ in draws.number(1...5) }
        var seen: [Int] = []
        for value in values where !seen.contains(value) { seen.append(value) }
        return Example(Python.literal(values), Python.literal(seen))
      },
      body: [
        "\(seen) = []", "for \(item) in \(list):", "    if \(item) not in \(seen):",
        "        \(seen).append(\(item))",
        "return \(seen)",
      ])
  }

  private static let indexOf: Kind = { draws in
    let (list, _) = names(&draws)
    let target = draws.pick(["target", "wanted", "key", "goal"])
    let isLast = draws.chance(40)
    return FunctionSketch(
      name: draws.pick(["find_index", "index_of", "position_of", "linear_search"])
        + (isLast ? "_from_end" : ""),
      parameters: [.init(list, "list[int]"), .init(target, "int")], returnType: "int",
      summary:
        "Return the \(isLast ? "last" : "first") index of \(target) in \(list), or -1 if it is not there",
      examples: (0..<2).map { _ in
        let values = (0..<5).map { _ in draws.number(1...6) }
        let wanted = draws.number(1...6)
        let place = isLast ? values.lastIndex(of: wanted) : values.firstIndex(of: wanted)
        return Example("\(Python.literal(values)), \(wanted)", String(place ?? -1))
      },
      body: [
        isLast ? "for i in range(len(\(list)) - 1, -1, -1):" : "for i in range(len(\(list))):",
        "    if \(list)[i] == \(target):", "        return i", "return -1",
      ])
  }
}
