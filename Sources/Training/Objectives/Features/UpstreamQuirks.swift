/// What the published training code of the EAGLE family does beside its papers, for comparison with what it trained; none of
/// it is done unless asked for.
///
/// Where our data are packed and theirs are not, these follow our rows: a document stands for a text of theirs, a packed
/// sequence with its padding for a row of their batch.
///
/// Sources: SafeAILab/EAGLE, `train/main.py` and `traineagle3/cnets.py`, issues 325 and 340; HArmonizedSS/HASS,
/// `model/cnets_hass.py`, `LlamaAttention`, whose attention hsj576/GRIFFIN has as well.
package struct UpstreamQuirks: OptionSet, Sendable, Hashable {
  package let rawValue: Int

  package init(rawValue: Int) {
    self.rawValue = rawValue
  }

  /// EAGLE-3: the losses of a step are divided by all rows of its sequences, padding included, so that the fewer rows
  /// count, the less a step learns. There, texts are padded to the longest of a batch; here, as far as packing leaves room.
  package static let meanOverAllRows = UpstreamQuirks(rawValue: 1 << 0)

  /// EAGLE, HASS and EAGLE-3: the mask does not move with the first shift of what is read and of labels; in the
  /// training-time test it moves with all others. Row t, taught the token t+2+s in pass s of that (s = 0 elsewhere), counts
  /// where the token t+s is in the loss: the first two tokens of an answer are not learnt, the two behind it are.
  ///
  /// Rows for whose label there is no token never count. Upstream's do where their mask says so: the last but one row of
  /// a text, for which the target has a state, and in EAGLE-3 the last, whose target there is a row of zeros. The first
  /// token of a stretch, whose mask a batch does not have, is in no loss.
  package static let unshiftedMask = UpstreamQuirks(rawValue: 1 << 1)

  /// HASS, in training only: scores are multiplied by masks of 0 and 1, and weights once more after the softmax. Keys that
  /// a row must not see, those after it too, thus have scores of 0 and values of 0: of a text of T rows, row r sees r + 1
  /// keys and so many as T - (r + 1) of zeros, in the first pass as in the others. The padding mask has no part in it.
  ///
  /// There, T is the length of the longest text of the batch, to which all are padded; here, the document's own.
  package static let multipliedMasks = UpstreamQuirks(rawValue: 1 << 2)
}
