package import DraftData

extension RunPlan {
  /// One object; bytes, seconds and operations are numbers without unit prefixes.
  package var json: JSONValue {
    var object = JSONObject()
    object["recipe"] = .string(name)
    object["threads"] = .integer(threads)
    object["trained"] = trained.json
    object["target"] = target.map(\.json)
    object["sources"] = .array(
      sources.map {
        ["name": .string($0.name), "documents": .integer($0.documents), "tokens": .integer($0.tokens)]
      })
    object["memory"] = [
      "peak_bytes": .integer(peakBytes), "available_bytes": .integer(availableMemoryBytes),
      "held": Self.json(held), "largest_stage": .string(largestStage?.name ?? ""),
    ]
    object["disk"] = [
      "bytes": .integer(diskBytes), "free_bytes": .integer(freeDiskBytes),
      "checkpoints": .integer(checkpointCount),
    ]
    object["tokens"] = .integer(tokens)
    object["operations"] = .number(operations)
    object["seconds"] = seconds.map { .number($0) }
    object["fits"] = .bool(fits)
    object["stages"] = .array(stages.map(\.json))
    return .object(object)
  }

  fileprivate static func json(_ shares: [Share]) -> JSONValue {
    var object = JSONObject()
    for share in shares { object[share.purpose] = .integer(share.bytes) }
    return .object(object)
  }
}

extension RunPlan.Model {
  fileprivate var json: JSONValue {
    [
      "parameters": .integer(parameters), "trainable": .integer(trainableParameters),
      "vocabulary": .integer(vocabularyParameters),
    ]
  }
}

extension RunPlan.Stage {
  fileprivate var json: JSONValue {
    var object = JSONObject()
    object["name"] = .string(name)
    object["kind"] = .string(kind)
    object["steps"] = .integer(steps)
    object["tokens"] = .integer(tokens)
    object["operations"] = .number(operations)
    object["memory"] = RunPlan.json(memory)
    object["disk_bytes"] = .integer(diskBytes)
    object["checkpoint_bytes"] = .integer(checkpointBytes)
    object["seconds"] = seconds.map { .number($0) }
    if !epochs.isEmpty {
      var counts = JSONObject()
      for entry in epochs { counts[entry.source] = .number(entry.count) }
      object["epochs"] = .object(counts)
    }
    return .object(object)
  }
}
