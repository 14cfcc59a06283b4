import FileSystem
import HDF5

/// What all documents of a corpus have in common.
package struct CorpusDescription: Sendable, Equatable {
  /// How teacher log-probabilities are stored.
  package enum Precision: String, Sendable, CaseIterable { case float16, float32 }

  /// Token ids are below this.
  package var vocabularySize: Int
  /// SHA-256 of the tokenizer that made the ids, in hexadecimal; empty when it is not known.
  package var tokenizerHash: String
  /// k, the teacher's entries per token; 0 for a corpus without them.
  package var teacherEntryCount: Int
  package var teacherPrecision: Precision
  /// The target's hidden states at every token; nil for a corpus without them.
  package var features: FeatureDescription?
  /// Where the documents come from: the recipe's section, the target, whatever a person will want to know.
  package var provenance: String

  package init(
    vocabularySize: Int, tokenizerHash: String = "", teacherEntryCount: Int = 0,
    teacherPrecision: Precision = .float16, features: FeatureDescription? = nil, provenance: String = ""
  ) {
    precondition(vocabularySize > 0 && vocabularySize <= Int(Int32.max) && teacherEntryCount >= 0)
    self.vocabularySize = vocabularySize
    self.tokenizerHash = tokenizerHash
    self.teacherEntryCount = teacherEntryCount
    self.teacherPrecision = teacherPrecision
    self.features = features
    self.provenance = provenance
  }

  /// Bytes of a token before compression: its id, whether it is learnt, the teacher's entries and the hidden states.
  package var bytesPerToken: Int {
    5 + teacherEntryCount * (teacherPrecision == .float16 ? 6 : 8) + (features?.bytesPerToken ?? 0)
  }

  /// The first thing in which `other` differs, with its two values; nil when nothing does.
  func difference(from other: CorpusDescription) -> (key: String, here: String, there: String)? {
    if vocabularySize != other.vocabularySize {
      return ("vocabulary_size", "\(vocabularySize)", "\(other.vocabularySize)")
    }
    if tokenizerHash != other.tokenizerHash {
      return ("tokenizer_sha256", tokenizerHash, other.tokenizerHash)
    }
    if teacherEntryCount != other.teacherEntryCount {
      return ("teacher/ids", "\(teacherEntryCount) per token", "\(other.teacherEntryCount)")
    }
    if teacherEntryCount > 0, teacherPrecision != other.teacherPrecision {
      return ("teacher/log_probabilities", teacherPrecision.rawValue, other.teacherPrecision.rawValue)
    }
    switch (features, other.features) {
    case (nil, nil): break
    case (.some(let here), .some(let there)):
      if let difference = here.difference(from: there) { return difference }
    case (let here, _):
      let (with, without) = ("hidden states", "none")
      return (FeatureFormat.group, here == nil ? without : with, here == nil ? with : without)
    }
    return provenance == other.provenance ? nil : ("provenance", "another text", "the same text")
  }
}
