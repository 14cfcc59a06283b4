extension WordProblem {
  /// Prices, change, savings and wages.
  static let money: [Kind] = [change, twoPrices, savings, profit, discount, wages, fundraiser]

  private static let change: Kind = { s, draws in
    let count = draws.number(2...9)
    let price = draws.number(2...9)
    let cost = count * price
    let paid = (cost / 10 + draws.number(1...3)) * 10
    return WordProblem(
      question:
        "\(s.name) buys \(count) \(s.sellable) at \(s.shop) for $\(price) each. \(s.capitalHe) pays with $\(paid). "
        + "How much change does \(s.he) get?",
      steps: [
        "The \(s.sellable) cost \(shown("\(count)*\(price)", cost, unit: "$")).",
        "\(s.name) gets \(shown("\(paid)-\(cost)", paid - cost, unit: "$")) back.",
      ], answer: paid - cost)
  }

  private static let twoPrices: Kind = { s, draws in
    let (a, b) = (draws.number(2...12), draws.number(2...12))
    let (priceA, priceB) = (draws.number(2...15), draws.number(2...15))
    let (costA, costB) = (a * priceA, b * priceB)
    let kinds = draws.pick(
      2, of: ["adult tickets", "child tickets", "big boxes", "small boxes", "red pens", "blue pens"])
    return WordProblem(
      question:
        "\(s.name) bought \(a) \(kinds[0]) for $\(priceA) each and \(b) \(kinds[1]) for $\(priceB) each. "
        + "How much money did \(s.he) spend?",
      steps: [
        "The \(kinds[0]) cost \(shown("\(a)*\(priceA)", costA, unit: "$")).",
        "The \(kinds[1]) cost \(shown("\(b)*\(priceB)", costB, unit: "$")).",
        "\(s.name) spent \(shown("\(costA)+\(costB)", costA + costB, unit: "$")) in total.",
      ], answer: costA + costB)
  }

  private static let savings: Kind = { s, draws in
    let weekly = draws.number(2...20)
    let weeks = draws.number(3...10)
    let saved = weekly * weeks
    let gift = draws.number(5...40)
    let missing = draws.number(4...60)
    let price = saved + gift + missing
    let wish = draws.pick(["bike", "camera", "guitar", "watch", "wallet", "tent", "game", "pair of skates"])
    let giver = draws.pick(["grandmother", "uncle", "aunt", "parents", "brother"])
    let gives = giver == "parents" ? "give" : "gives"
    return WordProblem(
      question:
        "\(s.name) wants to buy a \(wish) that costs $\(price). \(s.capitalHe) saves $\(weekly) every week for \(weeks) "
        + "weeks, and \(s.his) \(giver) \(gives) \(s.his == "her" ? "her" : "him") $\(gift). How much more money does \(s.name) need?",
      steps: [
        "In \(weeks) weeks, \(s.name) saves \(shown("\(weekly)*\(weeks)", saved, unit: "$")).",
        "With the gift \(s.he) has \(shown("\(saved)+\(gift)", saved + gift, unit: "$")).",
        "\(s.capitalHe) still needs \(shown("\(price)-\(saved + gift)", missing, unit: "$")).",
      ], answer: missing)
  }

  private static let profit: Kind = { s, draws in
    let count = draws.number(5...30)
    let cost = draws.number(1...6)
    let gain = draws.number(1...9)
    let price = cost + gain
    return WordProblem(
      question:
        "\(s.name) makes \(count) \(s.sellable) and sells each of them for $\(price). It costs \(s.his == "her" ? "her" : "him") "
        + "$\(cost) to make each one. How much profit does \(s.name) make?",
      steps: [
        "\(s.name) earns \(shown("\(price)-\(cost)", gain, unit: "$")) on each one.",
        "\(s.capitalHis) profit is \(shown("\(gain)*\(count)", gain * count, unit: "$")).",
      ], answer: gain * count)
  }

  private static let discount: Kind = { s, draws in
    let percent = draws.pick([10, 20, 25, 50])
    let price = 20 * draws.number(1...12)
    let off = price * percent / 100
    let item = draws.pick(["jacket", "lamp", "chair", "backpack", "pair of shoes", "table", "dress", "radio"])
    return WordProblem(
      question:
        "A \(item) at \(s.shop) costs $\(price). Today it is \(percent)% off. How much does \(s.name) pay for it?",
      steps: [
        "The discount is \(shown("\(price)*\(percent)/100", off, unit: "$")).",
        "\(s.name) pays \(shown("\(price)-\(off)", price - off, unit: "$")).",
      ], answer: price - off)
  }

  private static let wages: Kind = { s, draws in
    let hourly = draws.number(6...20)
    let hours = draws.number(2...8)
    let days = draws.number(2...6)
    let daily = hourly * hours
    let job = draws.pick([
      "babysitting", "washing cars", "walking dogs", "working at a cafe", "mowing lawns", "teaching piano",
    ])
    return WordProblem(
      question:
        "\(s.name) earns $\(hourly) an hour for \(job). \(s.capitalHe) works \(hours) hours a day for \(days) days. "
        + "How much money does \(s.he) earn?",
      steps: [
        "\(s.name) earns \(shown("\(hourly)*\(hours)", daily, unit: "$")) a day.",
        "In \(days) days \(s.he) earns \(shown("\(daily)*\(days)", daily * days, unit: "$")).",
      ], answer: daily * days)
  }

  private static let fundraiser: Kind = { s, draws in
    let price = draws.number(2...8)
    let first = draws.number(10...40)
    let extra = draws.number(3...20)
    let second = first + extra
    let both = first + second
    return WordProblem(
      question:
        "\(s.name) sells \(s.sellable) for $\(price) each. \(s.capitalHe) sold \(first) of them in \(s.firstDay) and \(extra) more "
        + "than that in \(s.secondDay). How much money did \(s.he) make?",
      steps: [
        "In \(s.secondDay), \(s.name) sold \(shown("\(first)+\(extra)", second)) \(s.sellable).",
        "In total \(s.he) sold \(shown("\(first)+\(second)", both)) \(s.sellable).",
        "So \(s.he) made \(shown("\(both)*\(price)", both * price, unit: "$")).",
      ], answer: both * price)
  }
}
