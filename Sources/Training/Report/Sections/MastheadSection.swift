internal import Charts
internal import DraftData
internal import FileSystem
internal import Foundation

/// The head of a report: which run it is, how it stands, its main figures, and where its numbers come from.
struct MastheadSection {
  let record: RunRecord

  var markup: Markup {
    get throws {
      .tag(
        "header",
        [
          .tag("p", ["class": "kicker"], "Pacer run"),
          .tag("h1", [.text(record.recipe.name + " "), badge]), .tag("p", ["class": "lead"], lead),
          .tag("dl", ["class": "tiles"], tiles.map(tile)), try facts,
        ])
    }
  }

  private var badge: Markup {
    let (style, text) =
      switch record.state {
      case .running(let holder): ("running", "running: \(holder)")
      case .finished: ("finished", "finished")
      case .stopped(let step): ("stopped", "stopped after step \(step)")
      case .interrupted: ("stopped", "interrupted after step \(NumberText.grouped(lastStep))")
      }
    return .tag("span", ["class": "badge \(style)"], text)
  }

  private var lastStep: Int { record.history.steps.last?.step ?? 0 }

  private var lead: String {
    let size = record.log?.parameters.map { " of \($0) parameters" } ?? ""
    guard let target = record.recipe.target else { return "A \(kind)\(size), trained by itself." }
    let targetSize = record.log?.targetParameters.map { " (\($0) parameters)" } ?? ""
    return "A \(kind)\(size) for the target \(target.path)\(targetSize)."
  }

  private var kind: String {
    switch record.recipe.trained {
    case .eagle?: "drafter of EAGLE's architecture"
    case .eagle3?: "drafter of EAGLE-3's architecture"
    case .medusa?: "set of Medusa heads"
    case .acceptanceHead?: "head that predicts acceptance"
    case .pretrained?: "published model"
    case .standalone?, nil: "language model"
    }
  }

  private typealias Tile = (name: String, value: String, note: String)

  private func tile(_ tile: Tile) -> Markup {
    .tag(
      "div",
      [
        .tag("dt", tile.name), .tag("dd", tile.value), .tag("dd", ["class": "hint"], tile.note),
      ])
  }

  private var tiles: [Tile] {
    let steps: Tile = (
      "steps", NumberText.grouped(lastStep), "of \(NumberText.grouped(record.recipe.totalSteps))"
    )
    let tokens = record.history.steps.last?.number("tokens") ?? 0
    let rates = record.history.steps.compactMap { $0.number("tok_s") }.sorted()
    let rate =
      rates.isEmpty
      ? "not logged yet" : "\(TrainingSection.number(rates[rates.count / 2], 0)) per second, median"
    return acceptance + [
      steps, ("tokens learnt", TrainingSection.number(tokens, 0), rate), ("time", duration, timeNote),
    ]
  }

  private var duration: String {
    if case .finished(let duration)? = record.log?.ending, record.log?.starts == 1 { return duration }
    return NumberText.duration(record.history.seconds)
  }

  private var timeNote: String {
    if case .finished? = record.log?.ending, record.log?.starts == 1 { return "from start to end" }
    return "up to the last logged step"
  }

  /// The best of the evaluate stages, else the last short measurement.
  private var acceptance: [Tile] {
    let best = record.evaluations.max { ($0.overall.tau ?? 0) < ($1.overall.tau ?? 0) }
    guard let best, let tau = best.overall.tau else {
      guard let brief = record.history.evaluations.last(where: \.isBrief), let tau = brief.tau else {
        return [("tau", "-", "not measured yet")]
      }
      return [("tau", NumberText.fixed(tau, 2), "at step \(NumberText.grouped(brief.step)), in short")]
    }
    let interval = best.overall.tauInterval.map {
      ", 95 % \(NumberText.range($0.lowerBound, $0.upperBound, 2))"
    }
    let fastest = record.evaluations.filter { $0.speedUp != nil }.max {
      ($0.speedUp ?? 0) < ($1.speedUp ?? 0)
    }
    let speed: [Tile] =
      fastest.map {
        [("speed-up", NumberText.figure($0.speedUp, 2) + "×", "\($0.name), wall clock, batch 1")]
      } ?? []
    return [("best tau", NumberText.fixed(tau, 2), best.name + (interval ?? ""))] + speed
  }

  private var facts: Markup {
    get throws {
      let rows = try provenance + [("folder", record.folder.path), ("command", record.command)]
      return .tag(
        "dl", ["class": "facts"],
        rows.filter { !$0.1.isEmpty }.flatMap { [.tag("dt", $0.0), .tag("dd", $0.1)] as [Markup] })
    }
  }

  private var provenance: [(String, String)] {
    get throws {
      let manifest = record.provenance
      func text(_ key: String) throws -> String { try manifest.optional(key)?.string ?? "" }
      func number(_ key: String) throws -> String { try manifest.optional(key).map { "\(try $0.int)" } ?? "" }
      let memory = try manifest.optional("memory_bytes").map { ", " + NumberText.size(try $0.int) } ?? ""
      let threads = try manifest.optional("threads").map { ", \(try $0.int) threads" } ?? ""
      let machine = try text("processor")
      return [
        ("started", Self.time(try text("started"))),
        (
          "last written",
          record.lastWritten.map { Self.time(Date(timeIntervalSince1970: $0).formatted(.iso8601)) } ?? ""
        ),
        ("machine", machine.isEmpty ? "" : try text("host") + ": " + machine + threads + memory),
        ("kernels", record.kernels ?? ""), ("seed", try number("seed")), ("Pacer", try text("pacer")),
        ("recipe SHA-256", try text("recipe_sha256")),
      ]
    }
  }

  /// `2026-11-27T07:19:09Z` as people write it.
  private static func time(_ text: String) -> String {
    text.replacing("T", with: " ").replacing("Z", with: " UTC")
  }
}
