extension FunctionSketch {
  /// Units: two of them, and how many of the second are in the first.
  static let conversion: Kind = { draws in
    let (big, small, factor) = draws.pick([
      ("hours", "minutes", 60), ("minutes", "seconds", 60), ("days", "hours", 24), ("weeks", "days", 7),
      ("meters", "centimeters", 100), ("kilometers", "meters", 1000), ("feet", "inches", 12),
      ("years", "months", 12),
      ("dozens", "items", 12), ("dollars", "cents", 100), ("kilograms", "grams", 1000), ("yards", "feet", 3),
    ])
    let isDown = draws.chance(60)
    let (from, to) = isDown ? (big, small) : (small, big)
    let extra = draws.chance(40) ? draws.number(1...20) : 0
    let expression =
      (isDown ? "\(from) * \(factor)" : "\(from) // \(factor)") + (extra > 0 ? " + \(extra)" : "")
    return FunctionSketch(
      name: "\(from)_to_\(to)", parameters: [.init(from, "int")], returnType: "int",
      summary: "Convert \(from) to \(isDown ? "" : "whole ")\(to)" + (extra > 0 ? " and add \(extra)" : ""),
      examples: (0..<2).map { _ in
        let value = draws.number(1...(isDown ? 50 : 50 * factor))
        return Example(String(value), String((isDown ? value * factor : value / factor) + extra))
      },
      body: draws.chance(50) ? ["return \(expression)"] : ["\(to) = \(expression)", "return \(to)"])
  }

  /// Lengths, areas and volumes of boxes.
  static let area: Kind = { draws in
    let (name, words, code) = draws.pick([
      ("area", "area", "# * @"), ("perimeter", "perimeter", "2 * (# + @)"),
      ("double_area", "double area", "2 * # * @"),
      ("half_area", "half area", "# * @ // 2"), ("border", "length of the border", "2 * # + 2 * @"),
    ])
    let (a, b) = draws.pick([("width", "height"), ("a", "b"), ("length", "width"), ("base", "height")])
    let shape = draws.pick(["rectangle", "field", "garden", "room", "box", "table"])
    return FunctionSketch(
      name: "\(shape)_\(name)", parameters: [.init(a, "int"), .init(b, "int")], returnType: "int",
      summary: draws.pick(["Return", "Compute", "Calculate"])
        + " the \(words) of a \(shape) from its \(a) and \(b)",
      examples: (0..<2).map { _ in
        let (x, y) = (draws.number(1...20), draws.number(1...20))
        let value =
          switch name {
          case "area": x * y
          case "double_area": 2 * x * y
          case "half_area": x * y / 2
          default: 2 * (x + y)
          }
        return Example("\(x), \(y)", String(value))
      },
      body: ["return " + code.replacing("#", with: a).replacing("@", with: b)])
  }

  /// Rows in which each number is the sum of the two before.
  static let fibonacci: Kind = { draws in
    let (first, second) = (draws.number(0...6), draws.number(1...6))
    let n = draws.pick(["n", "count", "length"])
    let isList = draws.chance(50)
    let isClassic = first == 0 && second == 1
    let name = isClassic ? "fibonacci" : "sequence_from_\(first)_and_\(second)"
    return FunctionSketch(
      name: name, parameters: [.init(n, "int")], returnType: isList ? "list[int]" : "int",
      summary: (isList ? "List the first \(n) numbers" : "Return number \(n), counted from 0,")
        + " of the sequence that starts with \(first), \(second) and adds the last two",
      examples: (0..<2).map { _ in
        let length = draws.number(1...9)
        var row = [first, second]
        while row.count <= length { row.append(row[row.count - 1] + row[row.count - 2]) }
        return Example(
          String(length), isList ? Python.literal(Array(row.prefix(length))) : String(row[length]))
      },
      body: isList
        ? [
          "result = []", "a, b = \(first), \(second)", "for _ in range(\(n)):", "    result.append(a)",
          "    a, b = b, a + b", "return result",
        ] : ["a, b = \(first), \(second)", "for _ in range(\(n)):", "    a, b = b, a + b", "return a"])
  }
}
