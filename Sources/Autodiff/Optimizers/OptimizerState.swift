/// The memory of one optimizer: a step counter, named arrays and scratch, in one region taken once.
///
/// The counter is a float32 element like everything else, as in PyTorch, so that a checkpoint needs one kind of
/// entry only. It counts exactly to 2^24 = 16,777,216 steps and stays there, where every correction has long been
/// constant.
final class OptimizerState {
  private let backend: any Backend
  private let region: Region
  private var count = 0
  private let counter: Slot
  /// In the order of declaration.
  private(set) var entries: [StateEntry] = []

  /// A state with a step counter named `step`; no memory is taken before `reserve`.
  init(_ label: String, on backend: any Backend) {
    self.backend = backend
    region = backend.makeRegion(label: label)
    counter = Slot(region: region, offset: 0, count: 1)
    count = alignedCount(1)
    entries.append(StateEntry(name: "step", shape: [], slot: counter))
  }

  deinit { backend.release(region) }

  /// Declares elements that need not survive a restart.
  func scratch(_ wanted: Int) -> Slot {
    let slot = Slot(region: region, offset: count, count: wanted)
    count += alignedCount(wanted)
    return slot
  }

  /// Declares an array of one parameter.
  func add(_ role: String, of parameter: Parameter, _ shape: Shape) -> Slot {
    let slot = scratch(shape.count)
    entries.append(StateEntry(name: parameter.name + "." + role, shape: shape, slot: slot))
    return slot
  }

  /// Declares one array for each parameter of a run, laid out like the run itself, gaps included.
  func add(_ role: String, beside run: ParameterRun) -> Slot {
    let slot = scratch(run.value.count)
    for parameter in run.parameters {
      let start = parameter.value.offset - run.value.offset
      entries.append(
        StateEntry(
          name: parameter.name + "." + role, shape: parameter.shape,
          slot: slot.part(start, parameter.shape.count)))
    }
    return slot
  }

  /// Declares one array for each trainable parameter, laid out like their whole slab.
  func add(_ role: String, of parameters: [Parameter], laidOutLike slab: Slot) -> Slot {
    let slot = scratch(slab.count)
    for parameter in parameters where parameter.isTrainable && parameter.shape.count > 0 {
      entries.append(
        StateEntry(
          name: parameter.name + "." + role, shape: parameter.shape,
          slot: slot.part(parameter.value.offset, parameter.shape.count)))
    }
    return slot
  }

  /// Takes the memory, filled with zeros. Called once, after everything is declared.
  func reserve() {
    backend.reserve(region, count: count)
    backend.fill(Slot(region: region, offset: 0, count: count), 0)
  }

  /// Steps made so far.
  var stepCount: Int {
    let value = backend.scalar(counter)
    precondition(value >= 0 && value <= Self.lastStep, "an optimizer's step counter holds \(value)")
    return Int(value)
  }

  /// Counts one more step and returns its number; the first is 1.
  func advance() -> Int {
    let next = min(Float(stepCount + 1), Self.lastStep)
    backend.fill(counter, next)
    return Int(next)
  }

  /// The largest integer below which float32 knows every integer.
  private static let lastStep: Float = 16_777_216
}
