/// The words that fill the slots of stories.
enum StoryWords {
  static let girls = words(
    """
    Lily Mia Anna Lucy Sara Emma Ella Zoe Molly Amy Daisy Rosie Nina Kate Jane Sue Polly Ruby Ivy Bella Clara Nora
    Maya Lola Tina Penny Holly Grace Alice Hazel Fiona Wendy Olivia Sophie Betty Mary Kitty Jenny Luna Annie
    """)
  static let boys = words(
    """
    Tim Ben Tom Sam Max Jack Leo Joe Bob Sid Finn Dan Will Toby Luke Noah Adam Oscar Peter Billy Charlie Jim Mark
    Nick Paul Roy Fred Harry Danny Eddie Theo Kevin George Timmy Tommy Jake Henry Owen Ray Spot
    """)
  static let heroAnimals = words(
    "rabbit bear fox mouse duck squirrel frog bird cat dog turtle hedgehog owl pig lamb elephant monkey")
  static let animals = words(
    """
    cat dog bird rabbit squirrel frog duck butterfly turtle kitten puppy hedgehog owl goat pony lamb snail
    ladybug deer hen
    """)
  static let adjectives = words(
    """
    red blue green yellow shiny big small pretty old new soft round pink purple wooden golden tiny special bright
    silver orange fluffy
    """)
  static let colors = words("red blue green yellow pink purple orange white brown golden")
  static let things =
    words(
      """
      ball doll kite hat book drum boat car truck robot bell balloon blanket cup bucket scarf puzzle whistle lantern
      bow train bag box spoon mirror ribbon flute umbrella shell crown wagon
      """) + ["toy car", "teddy bear", "toy boat", "paper plane", "music box", "jump rope"]
  static let foods =
    words("apple cookie banana sandwich carrot pear muffin pie pancake strawberry peach orange")
    + ["piece of cake", "slice of bread", "bowl of soup", "cup of milk"]
  static let places = [
    "the park", "the forest", "the garden", "the beach", "the farm", "the river", "the lake",
    "the playground",
    "the school", "the meadow", "the hill", "the bakery", "the market", "the woods", "the pond",
    "the old barn",
  ]
  static let spots = [
    "under a big tree", "behind a rock", "under the bed", "next to a bush", "in the tall grass",
    "near the fence",
    "behind the door", "under a pile of leaves", "beside the path", "in a basket", "under the bench",
    "on top of a box", "inside an old shoe", "between two stones",
  ]
  static let hobbies = [
    "play outside", "sing songs", "draw pictures", "play with blocks", "read books", "run and jump",
    "look at the stars",
    "climb trees", "dance", "help others", "build towers", "pick flowers", "play hide and seek",
    "ride a bike",
    "look for bugs", "play in the sand", "tell funny stories", "play catch", "splash in puddles", "explore",
  ]
  static let weathers = [
    "The sun was shining.", "The sky was blue.", "It was a warm day.", "It was a bit cold.",
    "The wind was blowing.",
    "There were big white clouds in the sky.", "The birds were singing.", "It had rained all night.",
    "The air smelled like flowers.", "It was very hot outside.",
  ]

  private static func words(_ text: String) -> [String] {
    text.split(whereSeparator: \.isWhitespace).map(String.init)
  }
}
