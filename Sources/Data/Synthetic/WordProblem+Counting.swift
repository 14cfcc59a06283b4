extension WordProblem {
  /// Things that are got, given, shared and packed.
  static let counting: [Kind] = [
    halfAsMany, giveAway, packed, sharedEqually, moreThan, threeTimes, grows, rows, fractionLeft, legs,
  ]

  private static let halfAsMany: Kind = { s, draws in
    let first = 2 * draws.number(3...60)
    let twice = draws.chance(50)
    let second = twice ? first * 2 : first / 2
    let expression = twice ? "\(first)*2" : "\(first)/2"
    let (did, does) = draws.pick([
      ("sold", "sell"), ("made", "make"), ("collected", "collect"), ("bought", "buy"),
    ])
    let how = twice ? "twice as many" : "half as many"
    return WordProblem(
      question:
        "\(s.name) \(did) \(first) \(s.things) in \(s.firstDay), and then \(s.he) \(did) \(how) \(s.things) "
        + "in \(s.secondDay). How many \(s.things) did \(s.name) \(does) altogether?",
      steps: [
        "\(s.name) \(did) \(shown(expression, second)) \(s.things) in \(s.secondDay).",
        "In total, \(s.he) \(did) \(shown("\(first)+\(second)", first + second)) \(s.things).",
      ], answer: first + second)
  }

  private static let giveAway: Kind = { s, draws in
    let start = draws.number(20...90)
    let given = draws.number(2...9)
    let found = draws.number(3...30)
    let lost = start - given
    let verb = draws.pick(["gave", "lent", "sold"])
    let got = draws.pick(["found", "bought", "got"])
    return WordProblem(
      question:
        "\(s.name) had \(start) \(s.things). \(s.capitalHe) \(verb) \(given) of them to \(s.other) and then \(got) "
        + "\(found) more. How many \(s.things) does \(s.name) have now?",
      steps: [
        "After \(s.he) \(verb) \(given) to \(s.other), \(s.name) had \(shown("\(start)-\(given)", lost)) \(s.things).",
        "Then \(s.he) had \(shown("\(lost)+\(found)", lost + found)) \(s.things).",
      ], answer: lost + found)
  }

  private static let packed: Kind = { s, draws in
    let count = draws.number(3...12)
    let each = draws.number(4...20)
    let loose = draws.number(2...15)
    let inside = count * each
    let lost = draws.chance(50)
    let total = lost ? inside - min(loose, inside - 1) : inside + loose
    let change = abs(total - inside)
    let ending =
      lost
      ? "\(s.capitalHe) loses \(change) of them."
      : "\(s.capitalHe) also has \(change) \(s.things) that are not in any \(s.holder)."
    return WordProblem(
      question: "\(s.name) has \(count) \(s.holders) with \(each) \(s.things) in each \(s.holder). \(ending) "
        + "How many \(s.things) does \(s.he) have in total?",
      steps: [
        "There are \(shown("\(count)*\(each)", inside)) \(s.things) in the \(s.holders).",
        "So \(s.name) has \(shown("\(inside)\(lost ? "-" : "+")\(change)", total)) \(s.things).",
      ], answer: total)
  }

  private static let sharedEqually: Kind = { s, draws in
    let people = draws.number(2...9)
    let each = draws.number(3...15)
    let kept = draws.number(1...12)
    let total = people * each + kept
    let who = draws.pick(["friends", "children", "students", "cousins", "neighbors"])
    return WordProblem(
      question:
        "\(s.name) has \(total) \(s.things). \(s.capitalHe) keeps \(kept) for \(s.his == "her" ? "herself" : "himself") "
        + "and shares the rest equally among \(people) \(who). How many \(s.things) does each of them get?",
      steps: [
        "\(s.name) shares \(shown("\(total)-\(kept)", total - kept)) \(s.things).",
        "Each of the \(people) \(who) gets \(shown("\(total - kept)/\(people)", each)) \(s.things).",
      ], answer: each)
  }

  private static let moreThan: Kind = { s, draws in
    let first = draws.number(8...60)
    let difference = draws.number(2...7)
    let fewer = draws.chance(40)
    let second = fewer ? first - difference : first + difference
    return WordProblem(
      question:
        "\(s.name) has \(first) \(s.things). \(s.other) has \(difference) \(fewer ? "fewer" : "more") \(s.things) "
        + "than \(s.name). How many \(s.things) do they have together?",
      steps: [
        "\(s.other) has \(shown("\(first)\(fewer ? "-" : "+")\(difference)", second)) \(s.things).",
        "Together they have \(shown("\(first)+\(second)", first + second)) \(s.things).",
      ], answer: first + second)
  }

  private static let threeTimes: Kind = { s, draws in
    let base = draws.number(3...25)
    let factor = draws.number(3...6)
    let less = draws.number(1...base)
    let much = base * factor
    return WordProblem(
      question:
        "\(s.other) picked \(base) \(s.things). \(s.name) picked \(factor) times as many, but then lost \(less) of "
        + "them on the way home. How many \(s.things) does \(s.name) bring home?",
      steps: [
        "\(s.name) picked \(shown("\(factor)*\(base)", much)) \(s.things).",
        "After losing some, \(s.he) brings home \(shown("\(much)-\(less)", much - less)) \(s.things).",
      ], answer: much - less)
  }

  private static let grows: Kind = { s, draws in
    let start = draws.number(2...30)
    let rate = draws.number(2...9)
    let count = draws.number(3...12)
    let unit = draws.pick(["day", "week", "month"])
    let grown = rate * count
    return WordProblem(
      question:
        "A plant in \(s.name)'s garden is \(start) inches tall. It grows \(rate) inches every \(unit). How tall "
        + "will it be after \(count) \(unit)s?",
      steps: [
        "In \(count) \(unit)s the plant grows \(shown("\(rate)*\(count)", grown)) inches.",
        "It will be \(shown("\(start)+\(grown)", start + grown)) inches tall.",
      ], answer: start + grown)
  }

  private static let rows: Kind = { s, draws in
    let rowCount = draws.number(3...15)
    let each = draws.number(4...12)
    let empty = draws.number(1...(rowCount * each / 2))
    let all = rowCount * each
    let place = draws.pick(["A theater", "A classroom", "A bus", "A small plane", "A hall", "The school gym"])
    return WordProblem(
      question:
        "\(place) has \(rowCount) rows with \(each) seats in each row. If \(empty) seats are empty, how many people "
        + "are sitting?",
      steps: [
        "There are \(shown("\(rowCount)*\(each)", all)) seats.",
        "Since \(empty) are empty, \(shown("\(all)-\(empty)", all - empty)) people are sitting.",
      ], answer: all - empty)
  }

  private static let fractionLeft: Kind = { s, draws in
    let (word, divisor) = draws.pick([
      ("half", 2), ("a third", 3), ("a quarter", 4), ("a fifth", 5), ("a tenth", 10),
    ])
    let part = draws.number(2...20)
    let total = part * divisor
    let verb = draws.pick(["used", "lost", "gave away", "sold"])
    return WordProblem(
      question:
        "\(s.name) bought \(total) \(s.things) at \(s.shop). By \(s.secondDay), \(s.he) \(verb) \(word) of them. "
        + "How many \(s.things) are left?",
      steps: [
        "\(s.name) \(verb) \(shown("\(total)/\(divisor)", part)) \(s.things).",
        "There are \(shown("\(total)-\(part)", total - part)) \(s.things) left.",
      ], answer: total - part)
  }

  private static let legs: Kind = { s, draws in
    let four = draws.number(2...20)
    let two = draws.number(2...20)
    let (big, small) = draws.pick([
      ("cows", "chickens"), ("horses", "ducks"), ("sheep", "geese"), ("goats", "hens"),
    ])
    return WordProblem(
      question:
        "There are \(four) \(big) and \(two) \(small) on \(s.name)'s farm. How many legs do the animals have in all?",
      steps: [
        "The \(big) have \(shown("\(four)*4", four * 4)) legs.",
        "The \(small) have \(shown("\(two)*2", two * 2)) legs.",
        "In all, there are \(shown("\(four * 4)+\(two * 2)", four * 4 + two * 2)) legs.",
      ], answer: four * 4 + two * 2)
  }
}
