import TestSupport
import Training

/// Step `step` of 100, in a stage of 50 that began at 50 or 0.
func exampleStep(_ step: Int, loss: Double = 2.5, seconds: Double = 0.1) -> StepMetrics {
  StepMetrics(
    step: step, totalSteps: 100, stage: step <= 50 ? "pretrain" : "align", stageStep: (step - 1) % 50 + 1,
    stageSteps: 50, loss: loss, terms: [StepMetrics.Term("ce", loss)], acceptance: 0.5, learningRate: 3e-4,
    gradientNorm: 0.8125, tokens: step * 1024, stepTokens: 1024, stepSeconds: seconds,
    elapsedSeconds: Double(step) * seconds, residentBytes: 300 << 20)
}

let exampleEvaluation = AcceptanceSummary(
  step: 50, stage: "evaluate", isBrief: false, domain: "stories", tau: 2.5, acceptanceRate: 0.375,
  speedup: 1.25, seconds: 3)

/// Calls `body` with a folder that exists meanwhile.
func withScratchFolder(_ body: (String) throws -> Void) throws {
  let folder = try TemporaryFolder(inMemory: true)
  try body(String(folder.file("").dropLast()))
}
