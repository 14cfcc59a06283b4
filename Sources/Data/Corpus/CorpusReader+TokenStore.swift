extension CorpusReader {
  /// Reads the whole corpus into flat arrays, from which batches are cut.
  ///
  /// - Parameter includesTeacher: whether the teacher's entries are wanted; a corpus without them has none.
  package func tokenStore(includesTeacher: Bool = true) throws -> TokenStore {
    let hasTeacher = includesTeacher && description.teacherEntryCount > 0
    var store = TokenStore(teacherEntryCount: hasTeacher ? description.teacherEntryCount : 0)
    try forEach { _, document in
      var hash = StableHash()
      hash.combine(document.tokens)
      if hasTeacher, let teacher = document.teacher {
        store.append(
          tokens: document.tokens, inLoss: document.lossMask, domain: document.domain,
          contentHash: hash.value,
          teacherIndices: teacher.indices, teacherLogProbabilities: teacher.logProbabilities)
      } else {
        store.append(
          tokens: document.tokens, inLoss: document.lossMask, domain: document.domain, contentHash: hash.value
        )
      }
    }
    return store
  }
}
