internal import DraftData
internal import FileSystem

/// The documents of a features stage, in the order of its sources, as the target reads them: whole, and those that are too
/// long in pieces that begin anew.
struct FeatureDocuments {
  private struct Piece {
    let store: Int
    let document: Int
    let tokens: Range<Int>
  }

  private let stores: [TokenStore]
  private let pieces: [Piece]

  /// - Parameter limit: tokens of a piece at most.
  init(_ stores: [TokenStore], limit: Int) {
    self.stores = stores
    var pieces: [Piece] = []
    for (number, store) in stores.enumerated() {
      for document in 0..<store.documentCount {
        let range = store.range(of: document)
        var start = range.lowerBound
        repeat {
          let end = min(start + limit, range.upperBound)
          pieces.append(Piece(store: number, document: document, tokens: start..<end))
          start = end
        } while start < range.upperBound
      }
    }
    self.pieces = pieces
  }

  var count: Int { pieces.count }
  var tokenCount: Int { pieces.reduce(0) { $0 + $1.tokens.count } }
  var longest: Int { pieces.map(\.tokens.count).max() ?? 0 }

  /// The lengths of the documents from `first` on, in tokens.
  func lengths(from first: Int) -> some Sequence<Int> { pieces[first...].lazy.map(\.tokens.count) }

  /// One document, without states.
  subscript(index: Int) -> CorpusDocument {
    let piece = pieces[index]
    let store = stores[piece.store]
    let inLoss = Array(store.inLoss[piece.tokens])
    return CorpusDocument(
      tokens: Array(store.tokens[piece.tokens]), promptLength: inLoss.prefix { !$0 }.count, inLoss: inLoss,
      domain: store.domain(of: piece.document))
  }
}
