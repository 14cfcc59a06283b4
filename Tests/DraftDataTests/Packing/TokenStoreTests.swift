import DraftData
import Testing

@Suite("Token stores")
struct TokenStoreTests {
  private func store(_ documents: [([Int32], [Bool])]) -> TokenStore {
    var store = TokenStore()
    for (tokens, inLoss) in documents {
      store.append(tokens: tokens, inLoss: inLoss, domain: "d", contentHash: 0)
    }
    return store
  }

  @Test("documents lie end to end and know their domains")
  func layout() {
    var store = store([([1, 2], [false, true]), ([], [])])
    store.append(tokens: [3], inLoss: [true], domain: "e", contentHash: 9)
    #expect(store.offsets == [0, 2, 2, 3])
    #expect((0..<3).map { store.range(of: $0).count } == [2, 0, 1])
    #expect((0..<3).map { store.domain(of: $0) } == ["d", "d", "e"])
    #expect(store.domains == ["d", "e"])
  }

  @Test("the fingerprint sees tokens, boundaries and mask")
  func fingerprint() {
    let base = store([([1, 2, 3], [true, true, true]), ([4], [true])])
    let others = [
      store([([1, 2, 4], [true, true, true]), ([4], [true])]),
      store([([1, 2], [true, true]), ([3, 4], [true, true])]),
      store([([1, 2, 3], [true, false, true]), ([4], [true])]), store([([1, 2, 3], [true, true, true])]),
      store([([2, 1, 3], [true, true, true]), ([4], [true])]), TokenStore(),
    ]
    #expect(base.fingerprint == store([([1, 2, 3], [true, true, true]), ([4], [true])]).fingerprint)
    #expect(Set(others.map(\.fingerprint) + [base.fingerprint]).count == others.count + 1)
  }

  @Test("a document without teacher rows has empty ones in a store that has some")
  func missingTeacher() {
    var store = TokenStore(teacherEntryCount: 2)
    store.append(tokens: [1, 2], inLoss: [true, true], domain: "d", contentHash: 0)
    store.append(
      tokens: [3], inLoss: [true], domain: "d", contentHash: 0, teacherIndices: [5, 6],
      teacherLogProbabilities: [-1, -2])
    #expect(store.teacher?.indices == [-1, -1, -1, -1, 5, 6])
    #expect(store.teacher?.logProbabilities == [0, 0, 0, 0, -1, -2])
  }
}
