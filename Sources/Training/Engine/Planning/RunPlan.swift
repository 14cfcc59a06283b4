/// What a run will take, known before its first step: parameters, operations, memory, disk, tokens and time.
package struct RunPlan: Sendable {
  /// A model of the run.
  package struct Model: Sendable {
    package let parameters: Int
    /// Of these, how many a training stage changes.
    package let trainableParameters: Int
    /// Of these, how many are rows of the embedding, and of the head where that is another matrix.
    package let vocabularyParameters: Int
  }

  /// A data source that a training stage reads.
  package struct Source: Sendable {
    package let name: String
    package let documents: Int
    package let tokens: Int
    /// The documents as text, held for the whole run.
    package let textBytes: Int
  }

  /// Memory for one purpose.
  package struct Share: Sendable {
    package let purpose: String
    package let bytes: Int
  }

  /// One stage.
  package struct Stage: Sendable {
    package let name: String
    package let kind: String
    package var steps = 0
    /// Tokens trained on, or written.
    package var tokens = 0
    /// Floating-point operations.
    package var operations = 0.0
    /// Memory beyond what the whole run holds.
    package var memory: [Share] = []
    /// Written to the disk and kept, checkpoints not counted.
    package var diskBytes = 0
    /// One checkpoint of this stage; 0 where it saves none.
    package var checkpointBytes = 0
    /// Nil where nothing was measured.
    package var seconds: Double?
    /// Whether a server does the work, in a time that nobody here knows.
    package var isServed = false
    /// How often each source is gone through.
    package var epochs: [(source: String, count: Double)] = []

    /// A stage that takes nothing yet.
    init(_ name: String, kind: String) { (self.name, self.kind) = (name, kind) }
  }

  package let name: String
  package let threads: Int
  package let trained: Model
  /// Nil where the recipe trains without a target.
  package let target: Model?
  package let sources: [Source]
  /// Memory that the run holds from its start to its end.
  package let held: [Share]
  package let stages: [Stage]
  /// Checkpoints on the disk at the same time, while one more is being written.
  package let checkpointCount: Int
  package let freeDiskBytes: Int
  package let availableMemoryBytes: Int

  /// The stage that needs the most memory.
  package var largestStage: Stage? { stages.max { $0.memory.total < $1.memory.total } }
  /// The most memory at any moment.
  package var peakBytes: Int { held.total + (largestStage?.memory.total ?? 0) }
  /// Everything on the disk at its fullest.
  package var diskBytes: Int {
    stages.reduce(checkpointCount * (stages.map(\.checkpointBytes).max() ?? 0)) { $0 + $1.diskBytes }
  }
  /// Floating-point operations of all stages.
  package var operations: Double { stages.reduce(0) { $0 + $1.operations } }
  /// Tokens of all stages.
  package var tokens: Int { stages.reduce(0) { $0 + $1.tokens } }
  /// Seconds of all stages but those of servers; nil where a stage was not measured.
  package var seconds: Double? {
    stages.filter { !$0.isServed }.reduce(0.0 as Double?) { total, stage in
      guard let total, let seconds = stage.seconds else { return nil }
      return total + seconds
    }
  }

  /// Whether memory and disk suffice.
  package var fits: Bool { peakBytes <= availableMemoryBytes && diskBytes <= freeDiskBytes }
}

extension [RunPlan.Share] {
  /// All shares together.
  var total: Int { reduce(0) { $0 + $1.bytes } }
}
