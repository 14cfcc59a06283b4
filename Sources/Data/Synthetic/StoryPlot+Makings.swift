extension StoryPlot {
  /// Making, growing, tidying, going places.
  static let makings = [baking, seed, rainyPicnic, trip, tidying, building]

  private static let baking = StoryPlot(
    beats: [
      [
        "\"Let us bake a cake,\" said {his} {g}.", "{h} was hungry and wanted to make {a food}.",
        "{f} was ill, so {h} wanted to make some soup for {fhim}.",
      ],
      [
        "They took eggs, milk and flour.", "{h} washed {his} hands and put on {a color} hat.",
        "First they went to the market to buy what they needed.",
      ],
      [
        "{h} mixed everything in a big bowl. It was so much fun!",
        "{h} wanted to do it all alone. \"I am big,\" {he} said.",
        "\"Now we have to stir it,\" said {his} {g}. \"Slowly, please.\"",
      ],
      [
        "But {h} took salt and not sugar. It tasted very bad!",
        "Then the bowl fell down. There was flour all over the floor.",
        "They waited and waited. It smelled so good.", "Oh no! It got black and hard.",
      ],
      [
        "\"That is not a problem,\" said {his} {g}. \"We can try again.\"",
        "{h} was {sad}, but then {he} began to laugh.",
        "{f} came in and asked, \"What smells so good?\"",
      ],
      [
        "This time it came out just right.", "They sat down at the table and ate it all up.",
        "{h} gave the first piece to {f}.",
      ],
    ],
    endings: [
      "\"You are a good cook,\" said {his} {g}.", "{h} was {glad} and wanted to cook every day.",
      "{h} learned that it is fine to make mistakes.",
    ])

  private static let seed = StoryPlot(
    beats: [
      [
        "One day, {h} found a small seed {spot}.",
        "{His} {g} gave {h} a little seed. \"Put it in the ground,\" {ghe} said.",
        "A bird dropped a {color} seed in front of {h}.",
      ],
      [
        "{h} made a hole in the ground and put the seed in it.",
        "{He} put the seed in a pot with soft, dark earth.", "\"What will it be?\" {h} asked.",
      ],
      [
        "Every day, {h} gave it water. But nothing happened.", "{h} waited one day, two days, three days.",
        "\"Why does it not grow?\" asked {h}.",
      ],
      [
        "\"You have to wait,\" said {his} {g}. \"It needs sun and rain and time.\"",
        "{f} said, \"Maybe it is asleep.\"",
        "{h} sang a song to the seed each night.",
      ],
      [
        "One morning, there was something green! {h} called everybody.",
        "Then it rained, and the next day a little leaf came out.",
        "Slowly it grew. First it was as tall as a cup, then as tall as {h}.",
      ],
      [
        "At last it had big {color} flowers.", "It grew into a tree with sweet apples.",
        "{A animal} came and sat beside it.",
      ],
    ],
    endings: [
      "{h} learned that good things take time.", "{h} gave flowers to all {his} friends.",
      "{h} and {f} sat under it and were {glad}.",
    ])

  private static let rainyPicnic = StoryPlot(
    beats: [
      [
        "{h} and {f} wanted to have a picnic at {place}.", "\"Today we will eat outside,\" said {his} {g}.",
        "{h} packed {a food} and {a thing} in a basket.",
      ],
      [
        "They put a {color} blanket on the grass.", "They walked and sang all the way.",
        "{A animal} came and wanted to eat with them.",
      ],
      [
        "Suddenly it got dark, and it began to rain.", "Then big drops fell on {his} nose. Drip, drop!",
        "There was a loud boom in the sky.",
      ],
      [
        "\"Our picnic is over,\" said {h}. {He} was {sad}.",
        "They ran as fast as they could. Everything got wet.", "\"Quick!\" called {f}. \"Take the basket!\"",
      ],
      [
        "\"I know what we can do,\" said {his} {g}. \"We can have a picnic in the house!\"",
        "They found a dry place {spot}.",
        "{f} laughed and jumped into a puddle. Splash! {h} jumped, too.",
      ],
      [
        "They ate and told stories.", "When the rain stopped, there was a rainbow.",
        "They made a tent out of a blanket.",
      ],
    ],
    endings: [
      "It was even more fun than a picnic in the sun.", "{h} learned that rain can be fun, too.",
      "They were {glad} and forgot about the rain.",
    ])

  private static let trip = StoryPlot(
    beats: [
      [
        "{His} {g} said, \"We will go on a trip today!\" {h} was so excited.",
        "{h} went to the zoo with {f}.", "They took a long train to the sea.",
      ],
      [
        "There was so much to see. First they saw a big {animal}.",
        "{h} looked out of the window and saw cows and trees.",
        "\"Are we there yet?\" asked {h}.",
      ],
      [
        "{h} wanted to touch the {animal}, and it was very soft.",
        "They saw {a color} boat. \"Can we go on it?\" asked {h}.",
        "A monkey took the hat of {f} and put it on. Everybody laughed.",
      ],
      [
        "At noon, they sat down and ate {a food}.", "{h} found a pretty shell and put it in {his} pocket.",
        "Then {h} wanted to go on alone, but {his} {g} said no.",
      ],
      [
        "{h} bought {a thing} to remember the day.", "\"I want to live here,\" said {h}.",
        "They saw a man who could play three drums at once.",
      ],
      [
        "When it got dark, they were tired and went home.", "On the way home, {h} fell asleep.",
        "\"Can we come back?\" asked {h}. \"Yes, soon,\" said {his} {g}.",
      ],
    ],
    endings: [
      "It was a wonderful day.", "At home, {h} drew a picture of all the things {he} had seen.",
      "{h} was {glad} to be back in {his} own bed.",
    ])

  private static let tidying = StoryPlot(
    beats: [
      [
        "The room of {h} was a big mess. There were toys all over the floor.",
        "\"Please clean up your room,\" said {his} {g}.",
        "{h} could not find anything in {his} room.",
      ],
      [
        "\"I do not want to,\" said {h}. \"I want to {hobby}.\"", "{h} put everything under the bed.",
        "But {h} was lazy and went back to sleep.",
      ],
      [
        "Then {he} stepped on {a noun}. \"Ouch!\" {he} cried.",
        "{f} came to play, but there was no place to sit.",
        "\"Where is my {thing}?\" asked {h}. Nobody knew.",
      ],
      [
        "\"I will help you,\" said {f}. \"We can make it a game.\"",
        "So {h} began to clean up. First the books, then the blocks.",
        "They sang a song and put the toys in a box.",
      ],
      [
        "Then, {spot}, they found {a thing} that {h} had lost long ago.",
        "{h} found old pictures and showed them to {f}.", "It did not take long, and it was fun.",
      ],
      [
        "Soon the room was clean and nice.", "{His} {g} came in and was very surprised.",
        "\"Now we have so much room to play,\" said {f}.",
      ],
    ],
    endings: [
      "After that, {h} put {his} toys away every evening.", "{h} was {glad} and played in {his} clean room.",
      "{h} learned that work can be fun with a friend.",
    ])

  private static let building = StoryPlot(
    beats: [
      [
        "{h} wanted to build a house for {a animal}.",
        "{h} and {f} wanted to build the biggest tower in the world.",
        "{h} had an idea. \"Let us make a boat,\" {he} said.",
      ],
      [
        "They looked for wood and stones at {place}.", "They took boxes and paper and {a color} rope.",
        "{His} {g} gave them some old wood and a hammer.",
      ],
      [
        "{h} wanted to do it one way, and {f} wanted to do it another way.", "They worked hard all day long.",
        "\"Put this one here,\" said {h}. \"No, there!\" said {f}.",
      ],
      [
        "Then the wind came, and everything fell down.", "But it was too small. What now?",
        "They got angry at each other, and nobody worked any more.",
      ],
      [
        "\"Let us listen to each other,\" said {f}. \"Both ideas are good.\"",
        "{h} did not give up. {He} began again, stone by stone.",
        "{A animal} came and looked at it. That made them laugh.",
      ],
      [
        "At last it was done. It was strong and {color}.", "In the end, it was even better than before.",
        "They put {a thing} on top of it.",
      ],
    ],
    endings: [
      "{h} and {f} were {glad} and looked at it for a long time.",
      "{h} learned that two heads are better than one.", "Everybody came to see it.",
    ])
}
