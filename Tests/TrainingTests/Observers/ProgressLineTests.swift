import DraftData
import Testing
import Training

@Suite struct ProgressLineTests {
  @Test func theLineHoldsWhatAPersonWants() {
    var progress = ProgressLine()
    var line = ""
    for step in 1...12 {
      line = progress.line(
        for: exampleStep(step, loss: step == 12 ? 4 : 3 + 0.1 * Double(step % 2)), draftLength: 4)
    }
    #expect(
      line == "step  12/100  12.0%  pretrain  loss 4.000 (+19.0z)  acc 0.50 tau~1.94  lr 3.0e-04  |g| 0.81  "
        + "10.2k tok/s  300 MB  eta 9s")
    #expect(line.count <= 120)
  }

  @Test func theTimeLeftIgnoresOneSlowStep() {
    var progress = ProgressLine()
    var line = ""
    for step in 1...20 {
      line = progress.line(for: exampleStep(step, seconds: step == 13 ? 500 : 2), draftLength: nil)
    }
    #expect(line.hasSuffix("eta 2m40s"))
  }

  @Test func numbersThatWentWrongAreShownAsTheyAre() {
    var progress = ProgressLine()
    #expect(
      progress.line(for: exampleStep(1, loss: .nan), draftLength: nil).contains("loss nan  acc 0.50  lr"))
  }

  @Test(arguments: [(0.0, 1.0), (0.5, 1.9375), (1.0, 5.0)])
  func simulatedTauFollowsTheGeometricSum(acceptance: Double, tau: Double) {
    #expect(abs(ProgressLine.simulatedTau(acceptance: acceptance, draftLength: 4) - tau) < 1e-12)
  }
}

@Suite struct ProgressDisplayTests {
  private final class Screen {
    var text = ""
  }

  private func shown(_ style: ProgressDisplay.Style, _ events: [TrainingEvent]) throws -> String {
    let screen = Screen()
    let display = ProgressDisplay(style: style, every: 10, draftLength: 4) { screen.text += $0 }
    for event in events { try display.receive(event) }
    return screen.text
  }

  @Test func aFileGetsOnePlainLineForEachLoggedStep() throws {
    let text = try shown(.plain, (1...20).map { .step(exampleStep($0)) })
    #expect(text.split(separator: "\n").count == 2)
    #expect(!text.contains("\u{1B}") && !text.contains("\r"))
  }

  @Test func aTerminalRepaintsOneLineAndMessagesMakeRoom() throws {
    let style = ProgressDisplay.Style(repaints: true, isColoured: false, columns: 40)
    let text = try shown(
      style, [.step(exampleStep(1)), .stageFinished(name: "a", seconds: 3), .step(exampleStep(50))])
    let parts = text.split(separator: "\r").map(String.init)
    #expect(parts.count == 3)
    #expect(parts[0].hasSuffix("\u{1B}[K") && parts[0].dropLast(3).count == 39)
    #expect(parts[1] == "\u{1B}[Ka done in 3s\n")
    #expect(parts[2].hasSuffix("\u{1B}[K\n"))
  }

  @Test func theEndOfTrainingSaysWhatWasWaitedFor() throws {
    var times = TrainingTimes()
    (times.stepSeconds, times.dataWaitSeconds, times.saveWaitSeconds) = (99.6, 0.1, 0.4)
    let text = try shown(.plain, [.trained(stage: "align", times)])
    #expect(text == "align: data 0.1 %, saves 0.4 % of the step time\n")
  }

  @Test func aWarningFindsAnEmptyLineAndItsWordsAreLeftToTheLog() throws {
    let style = ProgressDisplay.Style(repaints: true, isColoured: false, columns: 40)
    let step = try shown(style, [.step(exampleStep(1))])
    #expect(try shown(style, [.step(exampleStep(1)), .warning("loss jumped")]) == step + "\r\u{1B}[K")
    #expect(try shown(.plain, [.warning("loss jumped")]).isEmpty)
  }

  @Test func theFirstBatchShowsWhatIsLearntAndWhereDocumentsBegin() throws {
    let preview = BatchPreview(
      runs: [
        .init("Q: 1+1?\n", isLearnt: false, beginsDocument: true), .init("2\u{1B}", isLearnt: true),
        .init("Q:", isLearnt: false, beginsDocument: true),
      ], tokenCount: 8192, learntTokenCount: 4096)
    #expect(
      try shown(.plain, [.firstBatch(stage: "align", preview)])
        == "first batch of align: 4,096 of 8,192 tokens are learnt, those between ⟦ and ⟧:\n"
        + "  Q: 1+1?\\u{a}⟦2\\u{1b}⟧ ┃ Q:\n")
  }

  @Test func theStartSaysHowToStop() throws {
    let sizes = RunSizes(
      folder: "runs/a", parameters: 1_234_567, trainableParameters: 1_000_000, targetParameters: 9_000_000,
      steps: 100, tokens: 1_000_000, resumedFrom: 40)
    #expect(
      try shown(.plain, [.started(sizes)])
        == "run runs/a: 1,234,567 parameters (234,567 frozen), target 9,000,000 parameters; goes on after step 40\n"
        + "100 steps, 1,000,000 tokens. Ctrl-C once: finish the step, save, exit; twice: exit at once\n")
  }
}
