import Autodiff
import Testing

@Suite struct OptimizerTests {
  /// Two adjacent matrices, vectors between them, and an embedding.
  private static let shapes: [(name: String, shape: Shape)] = [
    ("embedding", [11, 6]), ("norm", [6]), ("first", [9, 6]), ("second", [6, 9]), ("bias", [5]),
  ]

  @Test("State written into a fresh optimizer continues with the same bits", arguments: everyOptimizer)
  func stateRoundTrip(settings: OptimizerSettings) {
    let rule = ParameterRule(strength: 0.1, exempt: ["embedding"])
    let first = OptimizerBench(Self.shapes, settings, rule: rule)
    for step in 0..<4 { first.step(step) }
    let second = OptimizerBench(Self.shapes, settings, rule: rule)
    #expect(first.optimizer.stateEntries.map(\.name) == second.optimizer.stateEntries.map(\.name))
    for (from, to) in zip(first.optimizer.stateEntries, second.optimizer.stateEntries) {
      #expect(from.shape.count == from.slot.count)
      second.backend.write(first.backend.read(from.slot), to: to.slot)
    }
    for parameter in first.store.parameters { second.set(parameter.name, first.values(parameter.name)) }
    for step in 4..<8 {
      first.step(step)
      second.step(step)
    }
    #expect(first.bits == second.bits)
  }

  @Test("A share of the learning rate is that rate for the parameter alone", arguments: everyOptimizer)
  func rates(settings: OptimizerSettings) {
    let rule = ParameterRule(strength: 0.1, rates: ["first": 0.25, "bias": 0.25])
    let mixed = OptimizerBench(Self.shapes, settings, rule: rule)
    let whole = OptimizerBench(Self.shapes, settings, rule: ParameterRule(strength: 0.1))
    let quarter = OptimizerBench(Self.shapes, settings, rule: ParameterRule(strength: 0.1))
    mixed.step(0)
    whole.step(0)
    quarter.step(0, rate: 0.01 * 0.25)
    for (name, _) in Self.shapes {
      let expected = rule.rates[name] == nil ? whole : quarter
      #expect(mixed.values(name) == expected.values(name), "\(name)")
    }
    #expect(whole.values("first") != quarter.values("first"))
  }

  @Test("Names of state entries are unique and the step counter is among them", arguments: everyOptimizer)
  func entryNames(settings: OptimizerSettings) throws {
    let bench = OptimizerBench(Self.shapes, settings)
    for step in 0..<3 { bench.step(step) }
    let entries = bench.optimizer.stateEntries
    #expect(Set(entries.map(\.name)).count == entries.count)
    let counter = try #require(entries.first { $0.name == "step" })
    #expect(bench.backend.read(counter.slot) == [3])
  }

  @Test("One and two threads give the same bits", arguments: everyOptimizer)
  func threads(settings: OptimizerSettings) {
    let shapes: [(name: String, shape: Shape)] = [
      ("embedding", [701, 60]), ("norm", [70_001]), ("first", [300, 257]), ("second", [129, 310]),
    ]
    let results = [1, 2].map { threads in
      let bench = OptimizerBench(shapes, settings, rule: ParameterRule(strength: 0.1), threads: threads)
      for step in 0..<2 { bench.step(step) }
      return bench.bits
    }
    #expect(results[0] == results[1])
  }

  @Test("A step takes no memory and keeps the gaps between parameters at zero", arguments: everyOptimizer)
  func stepsInPlace(settings: OptimizerSettings) {
    let bench = OptimizerBench(Self.shapes, settings, rule: ParameterRule(strength: 0.1))
    let before = bench.backend.reservationCount
    for step in 0..<3 { bench.step(step) }
    #expect(bench.backend.reservationCount == before)
    let slab = bench.backend.read(bench.store.trainableSlab)
    var covered = Set<Int>()
    for parameter in bench.store.parameters {
      covered.formUnion(parameter.value.offset..<parameter.value.offset + parameter.value.count)
    }
    #expect(slab.indices.allSatisfy { covered.contains($0) || slab[$0] == 0 })
    #expect(slab.allSatisfy { $0.isFinite })
  }

  @Test("A quadratic bowl is descended", arguments: everyOptimizer)
  func converges(settings: OptimizerSettings) {
    // f(p) = 1/2 sum of (1 + i mod 3)(p - 0.3)², minimum at 0.3.
    let bench = OptimizerBench([("matrix", [8, 5]), ("vector", [7])], settings)
    let schedule = Schedule(.linear, warmUpSteps: 5)
    for step in 0..<400 {
      for parameter in bench.store.parameters {
        let values = bench.store.read(parameter)
        bench.setGradient(
          parameter.name, values.enumerated().map { i, p in Float(1 + i % 3) * (p - 0.3) })
      }
      bench.optimizer.step(
        learningRate: 0.05 * schedule.multiplier(step: step, total: 400), gradientScale: 1)
    }
    for name in ["matrix", "vector"] {
      #expect(bench.values(name).allSatisfy { abs($0 - 0.3) < 0.01 }, "\(name): \(bench.values(name))")
    }
  }

  @Test("Frozen parameters stay, and have no state", arguments: everyOptimizer)
  func frozenParametersStay(settings: OptimizerSettings) {
    let backend = CPUBackend(threads: 1)
    let store = ParameterStore(on: backend)
    let scope = ParameterScope(store)
    let frozen = scope.frozen.parameter("frozen", [4, 3], .constant(2))
    let free = scope.parameter("free", [4, 3], .constant(2))
    store.reserve()
    store.initialize(seed: 1)
    let optimizer = settings.makeOptimizer(store, on: backend, rule: ParameterRule(strength: 0.5))
    backend.fill(store.gradientSlab, 1)
    optimizer.step(learningRate: 0.1, gradientScale: 1)
    #expect(store.read(frozen) == [Float](repeating: 2, count: 12))
    #expect(store.read(free).allSatisfy { $0 < 2 })
    #expect(!optimizer.stateEntries.contains { $0.name.hasPrefix("frozen") })
  }

  @Test("A gradient of zeros moves nothing", arguments: everyOptimizer)
  func zeroGradient(settings: OptimizerSettings) {
    let bench = OptimizerBench(Self.shapes, settings)
    let before = bench.bits
    for _ in 0..<2 { bench.optimizer.step(learningRate: 0.1, gradientScale: 1) }
    #expect(bench.bits == before)
  }

  @Test("Scalars, parameters of rank 3, single rows and empty ones are stepped", arguments: everyOptimizer)
  func unusualShapes(settings: OptimizerSettings) {
    let shapes: [(name: String, shape: Shape)] = [
      ("scalar", []), ("cube", [2, 3, 4]), ("row", [1, 40]), ("column", [40, 1]), ("no rows", [0, 3]),
      ("nothing", [0]), ("single", [1, 1]),
    ]
    let bench = OptimizerBench(shapes, settings, rule: ParameterRule(strength: 0.1, vectorsDecay: true))
    let before = shapes.map { bench.values($0.name) }
    for step in 0..<3 { bench.step(step) }
    for (index, (name, shape)) in shapes.enumerated() where shape.count > 0 {
      let after = bench.values(name)
      #expect(
        after.allSatisfy { $0.isFinite } && zip(after, before[index]).allSatisfy { $0 != $1 }, "\(name)")
    }
  }

  @Test("Every optimizer has its own name in recipes")
  func names() {
    #expect(OptimizerSettings.names == ["sgd", "adamw", "lion", "adafactor", "muon"])
    #expect(Set(everyOptimizer.map(\.name)) == Set(OptimizerSettings.names))
  }

  @Test("Settings out of range are named with what was expected")
  func settingsOutOfRange() {
    var adamW = AdamW.Settings()
    adamW.beta1 = 1.5
    adamW.epsilon = 0
    #expect(
      OptimizerSettings.adamW(adamW).problems.map(\.description) == [
        "beta1 is 1.5, expected at least 0 and below 1", "epsilon is 0.0, expected above 0",
      ])
    var sgd = SGD.Settings()
    sgd.isNesterov = true
    #expect(OptimizerSettings.sgd(sgd).problems.map(\.setting) == ["momentum"])
    var muon = Muon.Settings()
    muon.adamW.beta2 = .nan
    #expect(OptimizerSettings.muon(muon).problems.map(\.setting) == ["beta2"])
    for settings in everyOptimizer { #expect(settings.problems.isEmpty) }
  }
}
