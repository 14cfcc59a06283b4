/// Who and what a story is about: the values of the slots in its sentences.
///
/// `{h}` hero, `{f}` friend, `{g}` grown-up (`mom`), each with `{he} {him} {his}` (`{fhe}` …, `{ghe}` …); `{hk}` and
/// `{fk}` what they are; `{thing}`, `{noun}` the same without its adjective; `{place}`, `{spot}`, `{animal}`,
/// `{food}`, `{hobby}`, `{weather}`, `{glad}`. `{a thing}` adds the article, a capital first letter (`{He}`) the
/// capital.
struct StoryCast {
  private let slots: [String: String]

  /// Draws a cast.
  init(_ draws: inout Draws) {
    var slots: [String: String] = [:]
    let girls = draws.pick(2, of: StoryWords.girls)
    let boys = draws.pick(2, of: StoryWords.boys)
    for (index, prefix) in ["h", "f"].enumerated() {
      let isGirl = draws.chance(50)
      slots[prefix] = isGirl ? girls[index] : boys[index]
      Self.setPronouns(&slots, prefix: prefix == "h" ? "" : prefix, isFemale: isGirl)
      let isChild = draws.chance(prefix == "h" ? 65 : 50)
      let animal = draws.pick(StoryWords.heroAnimals)
      let size = draws.pick(["little", "small", "young", "little"])
      slots[prefix + "k"] = size + " " + (isChild ? (isGirl ? "girl" : "boy") : animal)
    }
    let isMother = draws.chance(55)
    slots["g"] = draws.pick(
      isMother ? ["mom", "mom", "grandma", "aunt"] : ["dad", "dad", "grandpa", "uncle"])
    Self.setPronouns(&slots, prefix: "g", isFemale: isMother)
    let noun = draws.pick(StoryWords.things)
    slots["noun"] = noun
    slots["thing"] = draws.pick(StoryWords.adjectives) + " " + noun
    slots["color"] = draws.pick(StoryWords.colors)
    slots["place"] = draws.pick(StoryWords.places)
    slots["spot"] = draws.pick(StoryWords.spots)
    slots["animal"] = draws.pick(StoryWords.animals)
    slots["food"] = draws.pick(StoryWords.foods)
    slots["hobby"] = draws.pick(StoryWords.hobbies)
    slots["weather"] = draws.pick(StoryWords.weathers)
    slots["glad"] = draws.pick(["happy", "glad", "proud", "very happy", "so happy"])
    slots["sad"] = draws.pick(["sad", "very sad", "upset", "worried"])
    slots["time"] = draws.pick(["morning", "day", "afternoon", "sunny day", "Saturday", "summer day"])
    self.slots = slots
  }

  private static func setPronouns(_ slots: inout [String: String], prefix: String, isFemale: Bool) {
    slots[prefix + "he"] = isFemale ? "she" : "he"
    slots[prefix + "him"] = isFemale ? "her" : "him"
    slots[prefix + "his"] = isFemale ? "her" : "his"
  }

  /// A text with its slots filled.
  func filled(_ template: String) -> String {
    var result = ""
    var rest = template[...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      result += rest[..<open]
      result += value(of: String(rest[rest.index(after: open)..<close]))
      rest = rest[rest.index(after: close)...]
    }
    return result + rest
  }

  private func value(of slot: String) -> String {
    if slot.hasPrefix("a ") { return Self.withArticle(value(of: String(slot.dropFirst(2)))) }
    if slot.hasPrefix("A ") { return Self.capitalized(value(of: "a " + slot.dropFirst(2))) }
    if let value = slots[slot] { return value }
    guard let value = slots[slot.lowercased()] else {
      preconditionFailure("StoryCast: no slot '\(slot)'")
    }
    return Self.capitalized(value)
  }

  /// `a cat`, `an owl`.
  static func withArticle(_ noun: String) -> String {
    ("aeiou".contains(noun.first ?? "x") ? "an " : "a ") + noun
  }

  /// The text with a capital first letter.
  static func capitalized(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
}
