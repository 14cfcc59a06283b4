import Autodiff
import Synchronization

/// What was asked of the backward passes of a graph, in order.
final class GradientLog: Sendable {
  /// The label of an operation, and for each input whether its gradient was wanted.
  struct Entry: Equatable, Sendable {
    let label: String
    let wanted: [Bool]
  }

  private let stored = Mutex<[Entry]>([])
  var entries: [Entry] { stored.withLock { $0 } }
  func append(_ entry: Entry) { stored.withLock { $0.append(entry) } }
}

/// The sum of its inputs, which notes each backward pass in a log.
struct LoggingOperation: Operation {
  static let name = "logging"
  let label: String
  let log: GradientLog
  let saved: Saved = []

  func signature(_ inputs: [TensorType]) -> OperationSignature { OperationSignature(inputs[0]) }

  func forward(_ io: ForwardIO, _ backend: any Backend) {
    backend.fill(io.output, 0)
    for input in io.inputs { backend.scale(input, by: 1, into: io.output, .accumulate) }
  }

  func backward(_ io: BackwardIO, _ backend: any Backend) {
    log.append(.init(label: label, wanted: io.inputGradients.map { $0 != nil }))
    for case .some(let gradient) in io.inputGradients {
      backend.scale(io.outputGradient, by: 1, into: gradient.slot, gradient.mode)
    }
  }
}
