package import FileSystem

extension CorpusReader {
  /// The hidden states that are stored beside the tokens.
  ///
  /// - Parameter states: which of them are wanted.
  /// - Throws: `InputError` for a corpus without hidden states, or without those; it names what there is by both rules that
  ///   number them.
  package func features(_ states: [FeatureState]) throws(InputError) -> FeatureStore {
    guard let description = description.features else {
      throw InputError(
        .badData, file: path, key: FeatureFormat.group, found: "a corpus without hidden states",
        expected: "one that a features stage wrote, or of docs/feature-corpus.md",
        remedy: "Add a stage of kind features, or name the corpus as kind: corpus and let the target run")
    }
    let missing = states.filter { !description.states.contains($0) }
    guard missing.isEmpty else {
      throw InputError(
        .badData, file: path, key: FeatureFormat.group,
        found: "it stores \(FeatureDescription.text(description.states))",
        expected: FeatureDescription.text(missing) + " too",
        remedy:
          "Write the states that the drafter reads: 'layers' of a features stage counts layers applied, as "
          + "drafter.layers does, which is one more than the index of the layer that a state comes out of")
    }
    var parts: [FeatureStore.Shard] = []
    var hash = StableHash(description.storage.rawValue)
    for shard in shards {
      guard let group = shard.features else { preconditionFailure("shards of one description") }
      parts.append(FeatureStore.Shard(path: shard.path, group: group, offsets: shard.offsets))
      if let known = digests[shard.path] {
        hash.combine(known.description)
      } else {
        hash.combine(try SHA256.hash(file: shard.path).digest.description)
      }
    }
    for state in states { hash.combine(state.description) }
    return FeatureStore(
      parts, starts: starts, description: description, states: states, fingerprint: hash.value)
  }

  /// Bytes of all files.
  package func byteCount() throws(InputError) -> Int {
    var count = 0
    for shard in shards { count += try File(shard.path, .read).size() }
    return count
  }

  /// Reads every number of every state once, so that damage anywhere shows.
  ///
  /// - Throws: `InputError` naming file and dataset.
  package func checkFeatures() throws(InputError) {
    for shard in shards { try shard.checkFeatures() }
  }
}
