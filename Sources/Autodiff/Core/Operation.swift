/// One differentiable operation: its shape rule, forward and backward pass, and what it keeps, in one place.
///
/// An operation allocates nothing and holds no state between calls. Everything it needs beside inputs and output
/// is asked for in its `signature`, so that the planner can place it before the first step.
package protocol Operation: Sendable {
  /// The name in messages, in lower camel case.
  static var name: String { get }

  /// The output's type and the memory the operation needs. Traps, through `expect`, on inputs that do not fit.
  func signature(_ inputs: [TensorType]) -> OperationSignature

  /// Which values the backward pass reads. The planner keeps exactly those alive.
  var saved: Saved { get }

  /// Writes the output, and what it keeps for the backward pass.
  func forward(_ io: ForwardIO, _ backend: any Backend)

  /// Writes the gradient of every input that wants one.
  func backward(_ io: BackwardIO, _ backend: any Backend)
}

extension Operation {
  /// Traps with the operation's name, what it was given and what it wanted, unless `condition` holds.
  package func expect(_ condition: Bool, _ inputs: [TensorType], _ wanted: @autoclosure () -> String) {
    // An optimised build traps without the message of a precondition; this one has to be read.
    guard !condition else { return }
    fatalError("\(Self.name): expected \(wanted()), got \(inputs.map(\.description).joined(separator: ", "))")
  }
}

/// What an operation makes and needs. Counts are elements of four bytes.
package struct OperationSignature: Sendable {
  package var output: TensorType
  /// Written by the forward pass, read by the backward pass, beside inputs and output.
  package var kept = 0
  /// Working memory of the forward pass.
  package var forwardScratch = 0
  /// Working memory of the backward pass.
  package var backwardScratch = 0
  /// Inputs whose memory the output may take over, in order of preference, if nobody reads them afterwards.
  package var inPlace: [Int] = []
  /// Inputs whose gradient may be written over the output's gradient, if it is the first contribution.
  package var gradientInPlace: [Int] = []
  /// Inputs to which no gradient flows even if they come from parameters: tables, labels, a teacher.
  package var constantInputs: [Int] = []
  /// A loss ends the graph. Its backward pass also writes its output, so that training never runs its forward
  /// pass; its gradient does not come from a later operation but from a scale among its inputs.
  package var isLoss = false
  /// The operation writes into one of its inputs (a cache); such a plan cannot be differentiated.
  package var mutatesInputs = false

  /// A signature that needs nothing beside its output.
  package init(_ output: TensorType) { self.output = output }
}

/// Which values a backward pass reads.
package struct Saved: OptionSet, Sendable {
  package let rawValue: UInt32
  /// From a bit pattern: bit 0 the output, bit i + 1 input i.
  package init(rawValue: UInt32) { self.rawValue = rawValue }
  /// The output.
  package static let output = Saved(rawValue: 1)
  /// Input `index`.
  package static func input(_ index: Int) -> Saved { Saved(rawValue: 2 << UInt32(index)) }
}

/// Whether a gradient is the first contribution or one more: BLAS's beta.
package enum WriteMode: Sendable, Hashable {
  case overwrite
  case accumulate

  /// 0 to overwrite, 1 to accumulate.
  package var beta: Float { self == .overwrite ? 0 : 1 }
}

/// A gradient to be written.
package struct GradientSlot: Sendable, Hashable {
  package let slot: Slot
  package let mode: WriteMode

  /// A place, and what to do with what stands there.
  package init(slot: Slot, mode: WriteMode) {
    self.slot = slot
    self.mode = mode
  }
}

/// Where a forward pass reads and writes.
package struct ForwardIO: Sendable {
  package let inputs: [Slot]
  package let inputTypes: [TensorType]
  package let output: Slot
  package let outputType: TensorType
  /// `OperationSignature.kept` elements.
  package let kept: Slot
  /// `OperationSignature.forwardScratch` elements.
  package let scratch: Slot
}

/// Where a backward pass reads and writes.
package struct BackwardIO: Sendable {
  package let inputs: [Slot]
  package let inputTypes: [TensorType]
  package let output: Slot
  package let outputType: TensorType
  package let kept: Slot
  /// `OperationSignature.backwardScratch` elements.
  package let scratch: Slot
  /// The gradient of the output; empty for a loss.
  package let outputGradient: Slot
  /// nil where no gradient is wanted.
  package let inputGradients: [GradientSlot?]
}
