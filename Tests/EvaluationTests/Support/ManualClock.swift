import Evaluation
import Synchronization

/// A clock that stands still until somebody moves it.
final class ManualClock: Clock {
  struct Instant: InstantProtocol {
    var offset: Duration
    func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
    func duration(to other: Instant) -> Duration { other.offset - offset }
    static func < (a: Instant, b: Instant) -> Bool { a.offset < b.offset }
  }

  private let time = Mutex(Duration.zero)

  var now: Instant { Instant(offset: time.withLock { $0 }) }
  var minimumResolution: Duration { .nanoseconds(1) }

  func advance(by duration: Duration) { time.withLock { $0 += duration } }
  func sleep(until deadline: Instant, tolerance: Duration?) async throws {}
}

/// A model that takes a fixed time per call with outputs.
final class TimedModel: SequenceModel {
  private let model: HashModel
  private let clock: ManualClock
  private let cost: Duration

  init(_ model: HashModel, _ clock: ManualClock, cost: Duration) {
    self.model = model
    self.clock = clock
    self.cost = cost
  }

  var vocabularySize: Int { model.vocabularySize }
  var lineCount: Int { model.lineCount }
  var capacity: Int { model.capacity }

  func forward(tokens: [Int32], sequences: [Int32], positions: [Int32], outputs: [Int]) {
    if !outputs.isEmpty { clock.advance(by: cost) }
    model.forward(tokens: tokens, sequences: sequences, positions: positions, outputs: outputs)
  }

  func argmax(output: Int) -> Int32 { model.argmax(output: output) }

  func copyLogits(output: Int, into buffer: inout [Float]) {
    model.copyLogits(output: output, into: &buffer)
  }
}
