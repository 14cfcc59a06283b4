/// The members of a JSON object: in written order, no key twice, found by key in constant time.
///
/// Keys are told apart by their bytes, not by canonical equivalence.
public struct JSONObject: Sendable, Equatable {
  /// One member.
  public struct Member: Sendable, Equatable {
    /// The key, unescaped.
    public var key: String
    /// What the key stands for.
    public var value: JSONValue

    /// Pairs a key with its value.
    public init(key: String, value: JSONValue) {
      self.key = key
      self.value = value
    }
  }

  /// The members in written order.
  public private(set) var members: [Member] = []
  /// Where each key stands, kept only once there are enough members for it to pay.
  private var places: [ExactText: Int] = [:]

  private static let scannedCount = 8

  /// An object without members.
  public init() {}

  /// How many members there are.
  public var count: Int { members.count }
  /// Whether there are none.
  public var isEmpty: Bool { members.isEmpty }
  /// The keys in written order.
  public var keys: [String] { members.map(\.key) }

  /// The value of `key`; assigning appends or replaces in place, assigning nil removes (linear time).
  public subscript(key: String) -> JSONValue? {
    get { place(of: key).map { members[$0].value } }
    set {
      guard let newValue else { return remove(key) }
      if let place = place(of: key) {
        members[place].value = newValue
      } else {
        append(Member(key: key, value: newValue))
      }
    }
  }

  /// Appends unless the key is there already; says whether it appended.
  package mutating func appendIfNew(_ member: Member) -> Bool {
    if members.count < Self.scannedCount {
      guard place(of: member.key) == nil else { return false }
      append(member)
      return true
    }
    if places.isEmpty { rebuildPlaces() }
    // One hash serves both the question and the insertion: vocabularies have 10^5 members.
    let isNew = places.updateValue(members.count, forKey: ExactText(member.key)) == nil
    if isNew { members.append(member) }
    return isNew
  }

  /// Equal members in equal order.
  public static func == (left: JSONObject, right: JSONObject) -> Bool { left.members == right.members }

  private func place(of key: String) -> Int? {
    places.isEmpty ? members.firstIndex { ExactText($0.key) == ExactText(key) } : places[ExactText(key)]
  }

  private mutating func append(_ member: Member) {
    members.append(member)
    if !places.isEmpty {
      places[ExactText(member.key)] = members.count - 1
    } else if members.count > Self.scannedCount {
      rebuildPlaces()
    }
  }

  private mutating func remove(_ key: String) {
    guard let place = place(of: key) else { return }
    members.remove(at: place)
    places.removeAll()
    if members.count > Self.scannedCount { rebuildPlaces() }
  }

  private mutating func rebuildPlaces() {
    places.reserveCapacity(members.count * 2)
    for (index, member) in members.enumerated() { places[ExactText(member.key)] = index }
  }
}
