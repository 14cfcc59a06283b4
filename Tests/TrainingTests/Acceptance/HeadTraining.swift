import Autodiff
import Drafters
import Testing
import Training

/// Trains a head for some steps, and sees that it learns and that no step takes memory.
func expectLearning(_ graph: AcceptanceStepGraph, _ head: AcceptanceHead, on backend: CPUBackend) throws {
  let trainer = Trainer(
    Trainer.Settings(
      steps: 60, accumulation: 2, learningRate: 3e-3, schedule: Schedule(.constant), clipNorm: 1,
      clipValue: nil),
    graph: graph, store: head.store,
    optimizer: OptimizerSettings.adamW(AdamW.Settings()).makeOptimizer(head.store, on: backend, rule: .none),
    average: nil, stream: try packedText(batch: 2), on: backend)
  let reservations = backend.reservationCount
  var losses: [Double] = []
  while !trainer.isFinished { losses.append(try trainer.step().totals.mean(.loss)) }
  let last = losses.suffix(10).reduce(0, +) / 10
  #expect(last < 0.7 * losses[0], "\(losses[0]) to \(last)")
  #expect(backend.reservationCount == reservations)
}
