package import Autodiff
package import Evaluation
internal import FileSystem

/// `pacer sweep`: chains of several fixed lengths and chains that end early at several thresholds, measured alike.
package struct SweepRequest {
  /// What is measured, and how; its shape is not asked.
  package var evaluation: EvaluationRequest
  /// Fixed lengths.
  package var lengths = [1, 2, 3, 4, 5, 6, 8]
  /// Thresholds of Kangaroo's rule.
  package var confidences: [Double] = []
  /// Thresholds of SpecDec++'s.
  package var rejections: [Double] = []
  /// Tokens of a chain that may end early.
  package var maximumLength = 20

  /// A sweep over some fixed lengths. Texts are not compared with the target's own: one evaluation of the drafter does that.
  package init(_ evaluation: EvaluationRequest) {
    self.evaluation = evaluation
    self.evaluation.comparesTexts = false
  }

  /// A kind of chain, measured at several values.
  package enum Family: String, Sendable, CaseIterable {
    case fixed, confidence, rejection
  }

  /// One chain, measured.
  package struct Point: Sendable {
    package let family: Family
    /// Its length, or its threshold.
    package let value: Double
    package let report: EvaluationReport
  }

  /// Measures everything, in order; `told` hears of each point.
  ///
  /// - Throws: `InputError` where nothing is to be measured, for lengths and thresholds that make no chain, and for what an
  ///   evaluation refuses.
  package func run(on backend: CPUBackend, told: (Point) -> Void = { _ in }) throws -> [Point] {
    let shapes = try shapes()
    guard !shapes.isEmpty else {
      throw InputError(
        .usage, key: "--lengths", found: "nothing to measure", expected: "lengths, or thresholds of a rule")
    }
    let room = shapes.map(\.shape.room).max() ?? 0
    let subject = try evaluation.subject(room: room, on: backend)
    return try shapes.map { family, value, shape in
      let report = try evaluation.measure(shape, of: subject, on: backend)
      let point = Point(family: family, value: value, report: report)
      told(point)
      return point
    }
  }

  private func shapes() throws -> [(family: Family, value: Double, shape: DraftShape)] {
    func checked(_ values: [Double], _ range: ClosedRange<Double>, _ key: String) throws -> [Double] {
      if let wrong = values.first(where: { !range.contains($0) }) {
        throw InputError(
          .usage, key: key, found: "\(wrong)", expected: "\(range.lowerBound) to \(range.upperBound)")
      }
      return Set(values).sorted()
    }
    let fixed = try checked(lengths.map(Double.init), 1...64, "--lengths").map {
      (Family.fixed, $0, DraftShape.chain(Int($0)))
    }
    let confidence = try checked(confidences, 0...1, "--confidences").map { threshold in
      var recipe = ConfidenceStopRecipe()
      recipe.threshold = threshold
      return (Family.confidence, threshold, try adaptive(.confidence(recipe)))
    }
    let rejection = try checked(rejections, 0...1, "--rejections").map { threshold in
      var recipe = RejectionStopRecipe()
      recipe.threshold = threshold
      return (Family.rejection, threshold, try adaptive(.rejection(recipe)))
    }
    return fixed + confidence + rejection
  }

  private func adaptive(_ stop: StopRecipe) throws -> DraftShape {
    .adaptive(try stop.chain(draftLength: maximumLength))
  }
}

extension [SweepRequest.Point] {
  /// The fastest of those of a kind, by the speed-up measured; nil where no speed was.
  package func fastest(of family: SweepRequest.Family) -> SweepRequest.Point? {
    filter { $0.family == family && $0.report.speed != nil }.max {
      ($0.report.speed?.speedUp ?? 0) < ($1.report.speed?.speedUp ?? 0)
    }
  }
}
