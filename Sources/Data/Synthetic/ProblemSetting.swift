/// Who has what in a word problem.
struct ProblemSetting {
  /// Two people, and the first one's pronouns.
  let name: String
  let other: String
  let he: String
  let his: String
  /// Plural nouns: what is counted, what holds it, what else there is.
  let things: String
  let holders: String
  let holder: String
  let sellable: String
  /// Days or months in order.
  let firstDay: String
  let secondDay: String
  let shop: String

  /// `She`, `He`.
  var capitalHe: String { StoryCast.capitalized(he) }
  /// `Her`, `His`.
  var capitalHis: String { StoryCast.capitalized(his) }

  init(_ draws: inout Draws) {
    let isFemale = draws.chance(50)
    let names = draws.pick(2, of: isFemale ? Self.women : Self.men)
    name = names[0]
    other = draws.chance(50) ? names[1] : draws.pick(isFemale ? Self.men : Self.women)
    he = isFemale ? "she" : "he"
    his = isFemale ? "her" : "his"
    things = draws.pick(Self.countable)
    let pair = draws.pick(Self.containers)
    holder = pair.one
    holders = pair.many
    sellable = draws.pick(Self.goods)
    (firstDay, secondDay) = draws.pick(Self.days)
    shop = draws.pick(["the store", "the market", "a shop", "the mall", "the school fair", "a garage sale"])
  }

  private static let women =
    StoryWords.girls + [
      "Natalia", "Weng", "Betty", "Julie", "Maria", "Tina", "Janet", "Rachel", "Carla", "Mila", "Joy",
      "Aisha",
    ]
  private static let men =
    StoryWords.boys + [
      "James", "Mark", "Albert", "Ken", "Alexis", "Randy", "Carlos", "Jasper", "Ali", "Hans", "Tobias",
      "Marvin",
    ]
  private static let countable = [
    "apples", "marbles", "stickers", "pencils", "books", "cookies", "eggs", "flowers", "stamps", "shells",
    "cards",
    "balloons", "oranges", "beads", "coins", "muffins", "toy cars", "crayons", "candies", "seeds", "stones",
  ]
  private static let containers: [(one: String, many: String)] = [
    ("box", "boxes"), ("bag", "bags"), ("basket", "baskets"), ("jar", "jars"), ("shelf", "shelves"),
    ("drawer", "drawers"), ("tray", "trays"), ("pack", "packs"), ("bowl", "bowls"), ("crate", "crates"),
  ]
  private static let goods = [
    "cupcakes", "T-shirts", "tickets", "bracelets", "paintings", "sandwiches", "candles", "plants",
    "magazines",
    "hats", "pies", "toys", "bottles of juice", "pairs of socks", "pizzas", "notebooks",
  ]
  private static let days = [
    ("April", "May"), ("June", "July"), ("Monday", "Tuesday"), ("Saturday", "Sunday"),
    ("the morning", "the afternoon"),
    ("the first week", "the second week"), ("March", "April"), ("Thursday", "Friday"),
  ]
}
