/// The names inside a corpus file; `docs/corpus-format.md` explains them.
enum CorpusFormat {
  static let name = "pacer-corpus"
  static let version = 1

  static let tokens = "tokens"
  static let offsets = "offsets"
  static let promptLengths = "prompt_lengths"
  static let lossMask = "loss_mask"
  static let domains = "domains"
  static let domainIndices = "domain_indices"
  static let temperatures = "temperatures"
  static let sources = "sources"
  static let teacherIndices = "teacher/ids"
  static let teacherLogProbabilities = "teacher/log_probabilities"
  static let provenance = "provenance"

  static let shardPrefix = "corpus-"
  static let shardSuffix = ".h5"

  /// `corpus-00012.h5`
  static func shardName(_ number: Int) -> String {
    let digits = String(number)
    return shardPrefix + String(repeating: "0", count: max(0, 5 - digits.count)) + digits + shardSuffix
  }
}
