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
  private let storage: ElementType

  /// An empty store whose memory will belong to `backend`.
  ///
  /// - Parameters:
  ///   - frozen: parameters that are not trained whatever their scope says: names, or beginnings of names that end
  ///     in a dot.
  ///   - storage: how frozen matrices are stored. Vectors are float32 in any case.
  package init(on backend: any Backend, frozen: [String] = [], storage: ElementType = .float32) {
    precondition(storage != .int32, "weights are no integers")
    self.backend = backend
    self.storage = storage
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
  package func add(
    _ name: String, _ shape: Shape, _ initializer: Initializer, isTrainable isWanted: Bool
  ) -> Parameter {
    let isTrainable = isWanted && !frozen.contains { Self.names($0, name) }
    precondition(!isReserved, "parameter '\(name)' is created after the store was reserved")
    precondition(names.insert(name).inserted, "parameter '\(name)' is created twice")
    let offset = isTrainable ? trainableSlabCount : frozenCount
    let region = isTrainable ? trainableRegion : frozenRegion
    let element = !isTrainable && shape.rank == 2 ? storage : .float32
    let count = element.storedCount(shape)
    let parameter = Parameter(
      name: name, shape: shape, initializer: initializer, element: element,
      value: Slot(region: region, offset: offset, count: count),
      gradient: isTrainable ? Slot(region: gradientRegion, offset: offset, count: shape.count) : nil)
    if isTrainable {
      trainableSlabCount += alignedCount(shape.count)
    } else {
      frozenCount += alignedCount(count)
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
      case .constant(let value) where parameter.element == .float32: backend.fill(parameter.value, value)
      case .constant(let value):
        write([Float](repeating: value, count: parameter.shape.count), to: parameter)
      case .normal(let deviation):
        let philox = Philox(seed: seed, purpose: .initialization)
        var values = [Float](repeating: 0, count: parameter.shape.count)
        for i in stride(from: 0, to: values.count, by: 2) {
          let pair = philox.normals(step: UInt64(index), index: UInt64(i / 2))
          values[i] = Float(pair.0) * deviation
          if i + 1 < values.count { values[i + 1] = Float(pair.1) * deviation }
        }
        write(values, to: parameter)
      }
    }
  }

  /// Whether an entry of a list of frozen parameters stands for the one called `name`.
  package static func names(_ entry: String, _ name: String) -> Bool {
    entry == name || (entry.hasSuffix(".") && name.hasPrefix(entry))
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
  package func read(_ parameter: Parameter) -> [Float] {
    read(parameter, at: 0, count: parameter.shape.count)
  }
  /// Replaces the values of a parameter; traps when the count differs.
  package func write(_ values: [Float], to parameter: Parameter) {
    precondition(values.count == parameter.shape.count, "\(parameter.name): \(values.count) values")
    write(values, to: parameter, at: 0)
  }
  /// Elements `offset ..< offset + count` of a parameter; traps when they are not all inside. Of one that is not float32
  /// these must be whole rows.
  package func read(_ parameter: Parameter, at offset: Int, count: Int) -> [Float] {
    guard parameter.element != .float32 else { return backend.read(parameter.value.part(offset, count)) }
    return backend.readRows(parameter.matrix, parameter.rows(offset, count))
  }
  /// Replaces the elements from `offset` on; traps when they are not all inside. Of one that is not float32 these must
  /// be whole rows.
  package func write(_ values: [Float], to parameter: Parameter, at offset: Int) {
    guard parameter.element != .float32 else {
      return backend.write(values, to: parameter.value.part(offset, values.count))
    }
    backend.writeRows(values, to: parameter.matrix, parameter.rows(offset, values.count))
  }
}

extension Parameter {
  /// The values as a matrix.
  var matrix: StoredMatrix {
    StoredMatrix(slot: value, element: element, rows: shape.rows, columns: shape.columns)
  }

  fileprivate func rows(_ offset: Int, _ count: Int) -> Range<Int> {
    precondition(
      offset % shape.columns == 0 && count % shape.columns == 0 && offset + count <= shape.count,
      "\(name): elements \(offset) ..< \(offset + count) are not whole rows of \(shape)")
    return offset / shape.columns..<(offset + count) / shape.columns
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
