extension FunctionSketch {
  /// Functions of whole numbers.
  static let numberKinds: [Kind] = [
    formula, clamp, sumUpTo, product, power, digits, greatestDivisor, prime, steps, label, conversion, area,
    fibonacci,
  ]

  private static func examples(_ draws: inout Draws, _ range: ClosedRange<Int>, _ result: (Int) -> String)
    -> [Example]
  {
    (0..<2).map { _ in
      let value = draws.number(range)
      return Example(String(value), result(value))
    }
  }

  private static let formula: Kind = { draws in
    let (first, second) = (NumberMap.random(&draws), NumberMap.random(&draws))
    let x = draws.pick(["x", "n", "value", "number"])
    return FunctionSketch(
      name: "\(first.label)_then_\(second.label)", parameters: [.init(x, "int")], returnType: "int",
      summary: "Return \(x) \(first.words), and the result of that \(second.words)",
      examples: examples(&draws, 0...12) { String(second.value(first.value($0))) },
      body: ["result = \(first.python(x))", "return \(second.python("result"))"])
  }

  private static let clamp: Kind = { draws in
    let low = draws.number(-5...10)
    let high = low + draws.number(3...90)
    let x = draws.pick(["x", "value", "number", "n"])
    return FunctionSketch(
      name: draws.pick(["clamp", "limit", "keep_in_range", "bound"]), parameters: [.init(x, "int")],
      returnType: "int",
      summary: "Return \(x), but not less than \(low) and not more than \(high)",
      examples: examples(&draws, -20...120) { String(min(max($0, low), high)) },
      body: [
        "if \(x) < \(low):", "    return \(low)", "if \(x) > \(high):", "    return \(high)", "return \(x)",
      ])
  }

  private static let sumUpTo: Kind = { draws in
    let test = NumberTest.random(&draws)
    let n = draws.pick(["n", "limit", "last", "stop"])
    let isCount = draws.chance(35)
    return FunctionSketch(
      name: (isCount ? "count_" : "sum_") + test.label + "_up_to", parameters: [.init(n, "int")],
      returnType: "int",
      summary: (isCount ? "Count the numbers" : "Add all numbers") + " from 1 to \(n) that are \(test.words)",
      examples: examples(&draws, 1...30) {
        String((1...$0).filter(test.holds).map { isCount ? 1 : $0 }.reduce(0, +))
      },
      body: [
        "total = 0", "for i in range(1, \(n) + 1):", "    if \(test.python("i")):",
        "        total += \(isCount ? "1" : "i")", "return total",
      ])
  }

  private static let product: Kind = { draws in
    let n = draws.pick(["n", "number", "k"])
    let start = draws.number(1...3)
    let isRecursive = draws.chance(30) && start == 1
    let name = start == 1 ? "factorial" : "product_from_\(start)"
    return FunctionSketch(
      name: name, parameters: [.init(n, "int")], returnType: "int",
      summary: start == 1 ? "Return the factorial of \(n)" : "Multiply all numbers from \(start) to \(n)",
      examples: examples(&draws, 3...9) { String((start...$0).reduce(1, *)) },
      body: isRecursive
        ? ["if \(n) <= 1:", "    return 1", "return \(n) * factorial(\(n) - 1)"]
        : ["result = 1", "for i in range(\(start), \(n) + 1):", "    result *= i", "return result"])
  }

  private static let power: Kind = { draws in
    let (base, exponent) = draws.pick([("base", "exponent"), ("x", "n"), ("a", "b")])
    let usesWhile = draws.chance(50)
    return FunctionSketch(
      name: draws.pick(["power", "raise_to", "repeated_product", "int_pow"]),
      parameters: [.init(base, "int"), .init(exponent, "int")], returnType: "int",
      summary: "Compute \(base) to the power of \(exponent) with a loop",
      examples: (0..<2).map { _ in
        let (b, e) = (draws.number(2...9), draws.number(0...5))
        return Example("\(b), \(e)", String((0..<e).reduce(1) { result, _ in result * b }))
      },
      body: usesWhile
        ? [
          "result = 1", "while \(exponent) > 0:", "    result *= \(base)", "    \(exponent) -= 1",
          "return result",
        ]
        : ["result = 1", "for _ in range(\(exponent)):", "    result *= \(base)", "return result"])
  }

  private static let digits: Kind = { draws in
    let test = NumberTest.random(&draws)
    let n = draws.pick(["n", "number", "num"])
    let isCount = draws.chance(50)
    return FunctionSketch(
      name: (isCount ? "count_digits_" : "sum_digits_") + test.label, parameters: [.init(n, "int")],
      returnType: "int",
      summary: (isCount ? "Count" : "Add up") + " the digits of \(n) that are \(test.words)",
      examples: examples(&draws, 10...99999) { value in
        let all = String(value).compactMap(\.wholeNumberValue).filter(test.holds)
        return String(isCount ? all.count : all.reduce(0, +))
      },
      body: [
        "total = 0", "while \(n) > 0:", "    digit = \(n) % 10", "    if \(test.python("digit")):",
        "        total += \(isCount ? "1" : "digit")", "    \(n) //= 10", "return total",
      ])
  }

  private static let greatestDivisor: Kind = { draws in
    let (a, b) = draws.pick([("a", "b"), ("x", "y"), ("m", "n"), ("first", "second")])
    return FunctionSketch(
      name: draws.pick(["gcd", "greatest_common_divisor", "common_divisor"]),
      parameters: [.init(a, "int"), .init(b, "int")],
      returnType: "int",
      summary: draws.pick(["Return", "Find", "Compute"]) + " the greatest common divisor of \(a) and \(b)",
      examples: (0..<2).map { _ in
        let (x, y, k) = (draws.number(1...12), draws.number(1...12), draws.number(1...9))
        var (p, q) = (x * k, y * k)
        while q > 0 { (p, q) = (q, p % q) }
        return Example("\(x * k), \(y * k)", String(p))
      },
      body: ["while \(b) != 0:", "    \(a), \(b) = \(b), \(a) % \(b)", "return \(a)"])
  }

  private static let prime: Kind = { draws in
    let n = draws.pick(["n", "number", "num", "value"])
    let i = draws.pick(["i", "d", "divisor", "k"])
    let usesWhile = draws.chance(50)
    let loop =
      usesWhile
      ? [
        "\(i) = 2", "while \(i) * \(i) <= \(n):", "    if \(n) % \(i) == 0:", "        return False",
        "    \(i) += 1",
      ] : ["for \(i) in range(2, \(n)):", "    if \(n) % \(i) == 0:", "        return False"]
    return FunctionSketch(
      name: draws.pick(["is_prime", "check_prime", "prime"]), parameters: [.init(n, "int")],
      returnType: "bool",
      summary: draws.pick(["Check whether \(n) is a prime number", "Return True if \(n) is prime"]),
      examples: examples(&draws, 0...60) { value in
        Python.literal(value > 1 && !(2..<max(value, 2)).contains { value % $0 == 0 })
      },
      body: ["if \(n) < 2:", "    return False"] + loop + ["return True"])
  }

  private static let steps: Kind = { draws in
    let n = draws.pick(["n", "number", "value"])
    let k = draws.number(2...9)
    let stop = draws.number(1...9)
    return FunctionSketch(
      name: draws.pick(["steps", "count_steps", "divisions"]) + "_by_\(k)", parameters: [.init(n, "int")],
      returnType: "int",
      summary: "Count how often \(n) can be divided by \(k) until it is less than \(stop)",
      examples: examples(&draws, 1...500) { value in
        var (rest, count) = (value, 0)
        while rest >= stop { (rest, count) = (rest / k, count + 1) }
        return String(count)
      },
      body: [
        "count = 0", "while \(n) >= \(stop):", "    \(n) = \(n) // \(k)", "    count += 1", "return count",
      ])
  }

  private static let label: Kind = { draws in
    let x = draws.pick(["score", "age", "speed", "size", "height", "points", "temperature"])
    let low = draws.number(5...40)
    let high = low + draws.number(5...50)
    let words = draws.pick([
      ["low", "medium", "high"], ["small", "normal", "large"], ["bad", "good", "great"],
      ["young", "grown", "old"],
      ["slow", "fast", "too fast"],
    ])
    return FunctionSketch(
      name: draws.pick(["describe_", "label_", "classify_", "rate_"]) + x, parameters: [.init(x, "int")],
      returnType: "str",
      summary: "Return '\(words[0])' below \(low), '\(words[1])' below \(high) and '\(words[2])' otherwise",
      examples: examples(&draws, 0...100) {
        Python.literal($0 < low ? words[0] : $0 < high ? words[1] : words[2])
      },
      body: [
        "if \(x) < \(low):", "    return '\(words[0])'", "elif \(x) < \(high):", "    return '\(words[1])'",
        "else:",
        "    return '\(words[2])'",
      ])
  }
}
