internal import DraftData
package import Evaluation
internal import FileSystem

/// Every cycle of an evaluation as JSON lines, one for each prompt: what figures are made of, for other programs.
package enum CycleLog {
  /// Writes `{"prompt": 0, "domain": …, "drafted": […], "accepted": […], "cut": […]}` for each prompt, the entries of
  /// the three lists being its cycles in their order: tokens drafted, tokens accepted, and whether an end shaped the
  /// cycle, so that no figure counts it.
  ///
  /// - Throws: `InputError` when the file cannot be written.
  package static func write(_ log: AcceptanceLog, to path: String) throws {
    var bytes: [UInt8] = []
    for (index, prompt) in log.prompts.enumerated() {
      let line: JSONValue = [
        "prompt": .integer(index), "domain": prompt.domain.map { .string($0) } ?? .null,
        "drafted": .array(prompt.cycles.map { .integer($0.drafted) }),
        "accepted": .array(prompt.cycles.map { .integer($0.accepted) }),
        "cut": .array(prompt.cycles.map { .bool($0.isCut) }),
      ]
      bytes += try line.serializedBytes(pretty: false) + [0x0A]
    }
    try DurableFile.write(bytes, to: path)
  }
}
