extension WordProblem {
  /// Speeds, ages, pages, hours.
  static let time: [Kind] = [pages, distance, ages, hoursAWeek, teams, average]

  private static let pages: Kind = { s, draws in
    let daily = draws.number(5...30)
    let days = draws.number(2...9)
    let read = daily * days
    let left = draws.number(10...150)
    return WordProblem(
      question:
        "\(s.name) is reading a book with \(read + left) pages. \(s.capitalHe) reads \(daily) pages a day. After \(days) days, "
        + "how many pages does \(s.he) still have to read?",
      steps: [
        "\(s.name) has read \(shown("\(daily)*\(days)", read)) pages.",
        "\(s.capitalHe) still has to read \(shown("\(read + left)-\(read)", left)) pages.",
      ], answer: left)
  }

  private static let distance: Kind = { s, draws in
    let speed = draws.number(3...60)
    let hours = draws.number(2...8)
    let more = draws.number(4...50)
    let first = speed * hours
    let verb = draws.pick(["drives", "rides", "travels", "sails"])
    return WordProblem(
      question:
        "\(s.name) \(verb) \(speed) miles an hour for \(hours) hours. After a break, \(s.he) \(verb) another \(more) miles. "
        + "How many miles is that in total?",
      steps: [
        "Before the break, \(s.name) \(verb) \(shown("\(speed)*\(hours)", first)) miles.",
        "In total that is \(shown("\(first)+\(more)", first + more)) miles.",
      ], answer: first + more)
  }

  private static let ages: Kind = { s, draws in
    let age = draws.number(4...16)
    let factor = draws.number(2...4)
    let years = draws.number(2...15)
    let older = age * factor
    let relation = draws.pick(["sister", "brother", "cousin", "teacher", "neighbor", "mother"])
    return WordProblem(
      question:
        "\(s.name) is \(age) years old. \(s.capitalHis) \(relation) is \(factor) times as old. How old will \(s.his) \(relation) be "
        + "in \(years) years?",
      steps: [
        "\(s.name)'s \(relation) is \(shown("\(age)*\(factor)", older)) years old.",
        "In \(years) years the \(relation) will be \(shown("\(older)+\(years)", older + years)) years old.",
      ], answer: older + years)
  }

  private static let hoursAWeek: Kind = { s, draws in
    let minutes = 5 * draws.number(2...12)
    let days = draws.number(2...7)
    let weeks = draws.number(2...6)
    let weekly = minutes * days
    let what = draws.pick([
      "practices the piano", "runs", "reads", "swims", "does homework", "draws", "plays chess",
    ])
    return WordProblem(
      question:
        "\(s.name) \(what) for \(minutes) minutes on \(days) days of every week. How many minutes is that in \(weeks) weeks?",
      steps: [
        "In one week, that is \(shown("\(minutes)*\(days)", weekly)) minutes.",
        "In \(weeks) weeks, it is \(shown("\(weekly)*\(weeks)", weekly * weeks)) minutes.",
      ], answer: weekly * weeks)
  }

  private static let teams: Kind = { s, draws in
    let size = draws.number(3...9)
    let teamCount = draws.number(3...10)
    let adults = draws.number(2...9)
    let players = size * teamCount
    let game = draws.pick(["soccer", "tennis", "basketball", "a quiz", "chess", "hockey"])
    return WordProblem(
      question:
        "There are \(players + adults) people at a camp. \(adults) of them are adults. The children want to play \(game) in "
        + "teams of \(size). How many teams can they make?",
      steps: [
        "There are \(shown("\(players + adults)-\(adults)", players)) children.",
        "They can make \(shown("\(players)/\(size)", teamCount)) teams.",
      ], answer: teamCount)
  }

  private static let average: Kind = { s, draws in
    let mean = draws.number(10...50)
    let shift = draws.number(1...9)
    let (a, b, c) = (mean - shift, mean, mean + shift)
    let (what, past) = draws.pick([
      ("points in three games", "scored"), ("laps on three days", "ran"), ("cars in three hours", "counted"),
    ])
    return WordProblem(
      question: "\(s.name) \(past) \(c), \(a) and \(b) \(what). What is the average?",
      steps: [
        "In total, \(s.name) \(past) \(shown("\(c)+\(a)+\(b)", a + b + c)).",
        "The average is \(shown("\(a + b + c)/3", mean)).",
      ], answer: mean)
  }
}
