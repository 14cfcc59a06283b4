/// Values under names that are known only at run time: a JSON object in the order given.
struct NamedValues<Value: Encodable>: Encodable {
  private let entries: [(name: String, value: Value)]

  init(_ entries: [(name: String, value: Value)]) { self.entries = entries }

  func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: Name.self)
    for (name, value) in entries { try object.encode(value, forKey: Name(stringValue: name)) }
  }

  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}
