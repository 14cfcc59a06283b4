import Autodiff
import Drafters
import Evaluation
import FileSystem
import Glibc
import Models
import Objectives
import TestSupport
import Testing

/// Medusa heads: what they are trained on, what they say, and how far they draft.
@Suite struct MedusaTests {
  /// In double precision, from the weights: what a head makes of a state, as log-probabilities.
  private func naive(_ subject: FeatureSubject, head: Int, _ state: ArraySlice<Float>) -> [Double] {
    let weights = Dictionary(
      uniqueKeysWithValues: subject.drafter.store.parameters.map {
        ($0.name, subject.drafter.store.read($0).map(Double.init))
      })
    func product(_ name: String, _ x: [Double]) -> [Double] {
      let w = weights[name] ?? []
      return (0..<w.count / x.count).map { row in
        zip(w[row * x.count..<(row + 1) * x.count], x).reduce(0) { $0 + $1.0 * $1.1 }
      }
    }
    var x = state.map(Double.init)
    for block in 0..<2 {
      let bias = weights["\(head).\(block).linear.bias"] ?? []
      let inner = zip(product("\(head).\(block).linear.weight", x), bias).map(+)
      x = zip(x, inner).map { $0 + $1 / (1 + exp(-$1)) }
    }
    let logits = product("\(head).2.weight", x)
    let largest = logits.max() ?? 0
    let total = log(logits.reduce(0) { $0 + exp($1 - largest) }) + largest
    return logits.map { $0 - total }
  }

  /// Head s at row t is judged by the token s + 2 places on, in the same document, with weights of 0.8^s.
  @Test func lossesAreCrossEntropiesOfTokensFurtherAhead() throws {
    let subject = FeatureSubject(.medusa)
    let objective = FeatureObjective(for: subject.drafter)
    let rows = subject.rows(passCount: 4, objective.unrolling)
    var g = Graph()
    let (states, write) = subject.recordTarget(in: &g)
    let inputs = UnrolledInputs(batch: subject.batch, length: subject.length, passCount: 4, in: &g)
    let losses = objective.record(
      subject.drafter, inputs, states: states, targetHead: g.parameter(subject.target.head), in: &g)
    let executor = Executor(
      Plan(g, outputs: losses.statistics, training: true, on: subject.backend), on: subject.backend)
    write(executor)
    let scales = objective.scales(
      countedRows: rows.passes.map(\.countedRows), rowCount: subject.batch * subject.length
    ).losses
    inputs.write(rows, scales: scales, stateScales: [0, 0, 0, 0], to: executor)
    executor.forwardBackward(accumulating: false)
    let features = subject.features()
    for (head, tensor) in losses.statistics.enumerated() {
      var (sum, count) = (0.0, 0)
      for row in 0..<subject.batch * subject.length {
        let place = row + 2 + head
        guard row % subject.length + 2 + head < subject.length,
          subject.firstKey[place] == subject.firstKey[row], subject.labels[place - 1] >= 0
        else { continue }
        let said = naive(subject, head: head, features[row * 24..<(row + 1) * 24])
        sum -= said[Int(subject.tokens[place])]
        count += 1
      }
      let found = executor.read(tensor)
      #expect(count > 4 && Int(found[LossStatistic.rows.rawValue]) == count)
      #expect(abs(Double(found[LossStatistic.loss.rawValue]) - sum) < 1e-4 * sum)
      #expect(abs(Double(scales[head]) * Double(count) - pow(0.8, Double(head))) < 1e-6)
    }
  }

  @Test func theDecoderRunsAllHeadsOnAState() throws {
    let subject = FeatureSubject(.medusa)
    let heads = try #require(subject.drafter as? MedusaDrafter)
    let decoder = MedusaDecoder(heads, on: subject.backend, lines: 5)
    let features = subject.features()
    decoder.forward(Array(features[..<(5 * 24)]))
    for row in 0..<5 {
      for head in 0..<4 {
        let wanted = naive(subject, head: head, features[row * 24..<(row + 1) * 24])
        let found = decoder.logProbabilities(of: row, head: head)
        #expect(zip(found, wanted).allSatisfy { abs(Double($0) - $1) < 1e-5 * max(1, abs($1)) })
      }
    }
  }

  /// New heads say what the target's own does, until they have learnt.
  @Test func headsBeginAsTheTargets() throws {
    let subject = FeatureSubject(.medusa)
    let configuration = MedusaConfiguration(for: subject.target.configuration, headCount: 2, layerCount: 1)
    let heads = MedusaDrafter(
      configuration, target: subject.target, on: subject.backend, isTrainable: true, isLoaded: false)
    heads.store.initialize(seed: 1)
    heads.beginWithTargetHead()
    let decoder = MedusaDecoder(heads, on: subject.backend, lines: 1)
    decoder.forward(Array(subject.features()[..<24]))
    let own = CachedDecoder(subject.target, on: subject.backend, lines: 1, capacity: 4, normalizing: true)
    own.forward(tokens: [subject.tokens[0]], sequences: [0], positions: [0], outputs: [0])
    let wanted = own.withLogits(of: 0) { Array($0) }
    for head in 0..<2 {
      #expect(
        zip(decoder.logProbabilities(of: 0, head: head), wanted).allSatisfy { abs($0 - $1) < 1e-5 })
    }
  }

  @Test func aTreeDeeperThanThereAreHeadsIsRefused() throws {
    let subject = FeatureSubject(.medusa)
    #expect(
      try subject.decoder(.chain(4)).run(FeatureSubject.requests(2, newTokens: 6)).completions.count == 2)
    let error = #expect(throws: InputError.self) { try subject.decoder(.chain(5)) }
    #expect(error?.expected?.contains("4") == true)
  }
}
