internal import Randomness

/// All parameters of a model, in the order in which they were created, over one slab each for trainable values,
/// their gradients, and frozen values. The state dictionary is this list.
package final class ParameterStore {
  private let backend: any Backend
  private let frozenRegion: Region
  private var frozenCount = 0
  private var names: Set<String> = []

  /// In the order of creation.
  package private(set) var parameters: [Parameter] = []
  /// The slab of trainable values; optimizers run over it as one array.
  package let trainableRegion: Region
  /// The slab of gradients, laid out like the trainable values.
  package let gradientRegion: Region
  /// Elements in the trainable slab, alignment gaps (always zero) included.
  package private(set) var trainableSlabCount = 0
  private var isReserved = false
  private let frozen: [String]

  /// An empty store whose memory will belong to `backend`.
  ///
  /// - Parameter frozen: parameters that are not trained whatever their scope says: names, or beginnings of names
  ///   that end in a dot.
  package init(on backend: any Backend, frozen: [String] = []) {
    self.backend = backend
    self.frozen = frozen
    trainableRegion = backend.makeRegion(label: "parameters")
    gradientRegion = backend.makeRegion(label: "gradients")
    frozenRegion = backend.makeRegion(label: "frozen parameters")
  }

  /// Gives all memory back. Plans that were made with these parameters must not run any more.
  package func release() {
    for region in [trainableRegion, gradientRegion, frozenRegion] { backend.release(region) }
  }

  /// Creates a parameter. Traps on a name that is taken: names are ours, not the user's.
  package func add(_ name: String, _ shape: Shape, _ initializer: Initializer, isTrainable: Bool) -> Parameter
  {
    precondition(!isReserved, "parameter '\(name)' is created after the store was reserved")
    precondition(names.insert(name).inserted, "parameter '\(name)' is created twice")
    let offset = isTrainable ? trainableSlabCount : frozenCount
    let region = isTrainable ? trainableRegion : frozenRegion
    let parameter = Parameter(
      name: name, shape: shape, initializer: initializer,
      value: Slot(region: region, offset: offset, count: shape.count),
      gradient: isTrainable ? Slot(region: gradientRegion, offset: offset, count: shape.count) : nil)
    if isTrainable {
      trainableSlabCount += alignedCount(shape.count)
    } else {
      frozenCount += alignedCount(shape.count)
    }
    parameters.append(parameter)
    return parameter
  }

  /// Takes the memory. Called once, after all parameters exist and before any of them is used.
  package func reserve() {
    precondition(!isReserved, "a parameter store is reserved once")
    isReserved = true
    backend.reserve(trainableRegion, count: trainableSlabCount)
    backend.reserve(gradientRegion, count: trainableSlabCount)
    backend.reserve(frozenRegion, count: frozenCount)
    backend.fill(trainableSlab, 0)
    backend.fill(gradientSlab, 0)
    for parameter in parameters { backend.fill(parameter.value, .nan) }
  }

  /// Fills every parameter by its initialiser; those that must be loaded stay NaN.
  package func initialize(seed: UInt64) {
    for (index, parameter) in parameters.enumerated() {
      switch parameter.initializer {
      case .loaded: continue
      case .constant(let value): backend.fill(parameter.value, value)
      case .normal(let deviation):
        let philox = Philox(seed: seed, purpose: .initialization)
        var values = [Float](repeating: 0, count: parameter.shape.count)
        for i in stride(from: 0, to: values.count, by: 2) {
          let pair = philox.normals(step: UInt64(index), index: UInt64(i / 2))
          values[i] = Float(pair.0) * deviation
          if i + 1 < values.count { values[i + 1] = Float(pair.1) * deviation }
        }
        backend.write(values, to: parameter.value)
      }
    }
  }

  /// The whole slab of trainable values.
  package var trainableSlab: Slot { Slot(region: trainableRegion, offset: 0, count: trainableSlabCount) }
  /// The whole slab of gradients.
  package var gradientSlab: Slot { Slot(region: gradientRegion, offset: 0, count: trainableSlabCount) }
  /// Number of weights, alignment gaps not counted.
  package var weightCount: Int { parameters.reduce(0) { $0 + $1.shape.count } }
  /// Number of weights that an optimizer may change.
  package var trainableWeightCount: Int {
    parameters.reduce(0) { $0 + ($1.isTrainable ? $1.shape.count : 0) }
  }

  /// The values of a parameter.
  package func read(_ parameter: Parameter) -> [Float] { backend.read(parameter.value) }
  /// Replaces the values of a parameter; traps when the count differs.
  package func write(_ values: [Float], to parameter: Parameter) {
    backend.write(values, to: parameter.value)
  }
  /// Elements `offset ..< offset + count` of a parameter; traps when they are not all inside.
  package func read(_ parameter: Parameter, at offset: Int, count: Int) -> [Float] {
    backend.read(parameter.value.part(offset, count))
  }
  /// Replaces the elements from `offset` on; traps when they are not all inside.
  package func write(_ values: [Float], to parameter: Parameter, at offset: Int) {
    backend.write(values, to: parameter.value.part(offset, values.count))
  }
}

/// Names parameters while a model is built: `scope("layers")("0").parameter("weight", …)` makes `layers.0.weight`.
package struct ParameterScope {
  /// Where parameters are appended.
  package let store: ParameterStore
  private let prefix: String
  private let isTrainable: Bool

  /// The root scope of a store. A frozen model is built with `isTrainable: false`.
  package init(_ store: ParameterStore, isTrainable: Bool = true) {
    self.init(store: store, prefix: "", isTrainable: isTrainable)
  }

  private init(store: ParameterStore, prefix: String, isTrainable: Bool) {
    self.store = store
    self.prefix = prefix
    self.isTrainable = isTrainable
  }

  /// The scope `name` inside this one.
  package func callAsFunction(_ name: String) -> ParameterScope {
    ParameterScope(store: store, prefix: prefix + name + ".", isTrainable: isTrainable)
  }

  /// The scope of element `index` of a list.
  package func callAsFunction(_ index: Int) -> ParameterScope { self(String(index)) }

  /// This scope with everything in it frozen.
  package var frozen: ParameterScope { ParameterScope(store: store, prefix: prefix, isTrainable: false) }

  /// Creates a parameter here.
  package func parameter(_ name: String, _ shape: Shape, _ initializer: Initializer) -> Parameter {
    store.add(prefix + name, shape, initializer, isTrainable: isTrainable)
  }
}
