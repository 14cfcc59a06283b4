/// Merge rules from the scores of a SentencePiece vocabulary: of all adjacent pairs whose union is a piece, the one
/// with the best score merges first.
///
/// Source: Kudo, Richardson, "SentencePiece", 2018, its BPE model.
enum SentencePieceRules {
  /// Every way to put a piece together from two others, best score first; equal scores have equal rank.
  ///
  /// - Parameter pieces: the ids that merging may make, ascending, and their scores.
  static func rules(_ pieces: [(id: Int32, score: Float)], _ vocabulary: Vocabulary) -> [BPEModel.Rule] {
    let ordered = pieces.sorted { $0.score != $1.score ? $0.score > $1.score : $0.id < $1.id }
    var rules: [BPEModel.Rule] = []
    var rank: Int32 = -1
    var lastScore: Float?
    for (id, score) in ordered {
      if score != lastScore { rank += 1 }
      lastScore = score
      let text = Array((vocabulary.token(id) ?? "").utf8)
      for cut in text.indices.dropFirst() where text[cut] & 0xC0 != 0x80 {
        guard let left = vocabulary.id(text, 0..<cut), let right = vocabulary.id(text, cut..<text.count)
        else {
          continue
        }
        rules.append(BPEModel.Rule(left: left, right: right, merge: Merge(rank: rank, merged: id)))
      }
    }
    return rules
  }
}
