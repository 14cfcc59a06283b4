extension FunctionSketch {
  /// Two lists of the same length, combined place by place.
  static let elementwise: Kind = { draws in
    let (word, sign) = draws.pick([("add", "+"), ("multiply", "*"), ("subtract", "-")])
    let (a, b) = draws.pick([("a", "b"), ("first", "second"), ("left", "right"), ("xs", "ys")])
    let isSum = draws.chance(35)
    let result = isSum ? "total" : draws.pick(["result", "output"])
    let update = isSum ? "\(result) += \(a)[i] \(sign) \(b)[i]" : "\(result).append(\(a)[i] \(sign) \(b)[i])"
    return FunctionSketch(
      name: isSum ? "sum_after_\(word)" : "\(word)_lists",
      parameters: [.init(a, "list[int]"), .init(b, "list[int]")],
      returnType: isSum ? "int" : "list[int]",
      summary: "\(StoryCast.capitalized(word)) two lists item by item" + (isSum ? " and return the sum" : ""),
      examples: (0..<2).map { _ in
        let xs = (0..<3).map { _ in draws.number(0...9) }
        let ys = (0..<3).map { _ in draws.number(0...9) }
        let combined = zip(xs, ys).map { sign == "+" ? $0 + $1 : sign == "*" ? $0 * $1 : $0 - $1 }
        return Example(
          "\(Python.literal(xs)), \(Python.literal(ys))",
          isSum ? String(combined.reduce(0, +)) : Python.literal(combined))
      },
      body: [
        "\(result) = \(isSum ? "0" : "[]")", "for i in range(len(\(a))):", "    \(update)",
        "return \(result)",
      ])
  }

  /// Every n-th item of a list.
  static let everyNth: Kind = { draws in
    let step = draws.number(2...9)
    let start = draws.number(0...3)
    let list = draws.pick(["items", "numbers", "values", "letters", "data"])
    let usesSlice = draws.chance(50)
    return FunctionSketch(
      name: "every_\(step)_from_\(start)", parameters: [.init(list, "list")], returnType: "list",
      summary: "Return one of every \(step) items of \(list), beginning with index \(start)",
      examples: (0..<2).map { _ in
        let values = (0..<draws.number(5...9)).map { _ in draws.number(0...9) }
        return Example(
          Python.literal(values),
          Python.literal(stride(from: start, to: values.count, by: step).map { values[$0] }))
      },
      body: usesSlice
        ? ["return \(list)[\(start)::\(step)]"]
        : [
          "result = []", "for i in range(\(start), len(\(list)), \(step)):", "    result.append(\(list)[i])",
          "return result",
        ])
  }
}
