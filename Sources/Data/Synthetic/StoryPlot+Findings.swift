extension StoryPlot {
  /// Things lost, found and wished for.
  static let findings = [lostToy, stuckInTree, magicThing, mysteryBox]

  private static let lostToy = StoryPlot(
    beats: [
      [
        "One day, {h} could not find {his} {thing}. {He} looked everywhere, but it was gone.",
        "But then {h} saw that {his} {thing} was missing. \"Where is my {noun}?\" {he} cried.",
        "{h} took {his} {thing} to {place}. When it was time to go home, the {noun} was not there.",
      ],
      [
        "{h} felt {sad}. {He} sat down and started to cry.",
        "{He} looked in {his} room. {He} looked in the kitchen. The {noun} was not there.",
        "\"I must find it,\" {h} said. \"I love my {noun} so much.\"",
      ],
      [
        "{f} saw {h} and asked, \"Why are you crying?\" \"I lost my {noun},\" said {h}.",
        "Then {f}, {a fk}, came by. \"Do not worry,\" said {f}. \"I will help you look for it.\"",
        "{h} asked {his} {g} for help. \"Let us think,\" said {his} {g}. \"Where did you play with it last?\"",
      ],
      [
        "They looked for a long time. They asked a {animal}, but the {animal} had not seen it.",
        "They walked back along the path and looked at every stone and every leaf.",
        "First they looked near the water. Then they looked in the grass.", "",
      ],
      [
        "At last, they saw something {color} {spot}. It was the {noun}!",
        "Then {h} saw it {spot}. \"I found it!\" {he} shouted.",
        "The {animal} had taken it and was sleeping on it {spot}. {h} laughed.",
      ],
      [
        "{h} hugged the {noun} and said, \"Thank you for your help!\"",
        "{h} jumped up and down. {He} was {glad}.",
        "\"Thank you,\" said {h}. \"You are a very good friend.\"",
      ],
    ],
    endings: [
      "After that, {h} always put {his} {noun} in a safe place.",
      "{h} learned to take good care of {his} things.",
      "They went home together and played with the {noun} until it was dark.",
    ])

  private static let stuckInTree = StoryPlot(
    beats: [
      [
        "{h} was playing with {a thing}. {He} threw it high, and it got stuck in a tall tree.",
        "The wind was strong. It took {his} {thing} and carried it up into a tree.",
        "{h} saw {a color} {animal} high up in a tree. It could not come down.",
      ],
      [
        "{h} jumped as high as {he} could, but {he} was too small.",
        "{He} tried to climb the tree, but it was too hard.", "{He} shook the tree, but nothing fell down.",
      ],
      [
        "\"I can not reach it,\" said {h}. {He} was {sad}.", "\"What can I do now?\" {h} asked.",
        "{h} sat down under the tree and thought and thought.",
      ],
      [
        "{f} came to {place} and saw {h}. \"I have an idea,\" {fhe} said. \"Stand on my back!\"",
        "{His} {g} heard {him} and came out of the house with a long ladder.",
        "{f} said, \"If we work together, we can do it.\" {Fhe} found a long stick.",
      ],
      [
        "They tried once, and they tried again. The third time, it worked!",
        "Slowly and with care, they reached up. It came down into {his} arms.",
        "They pushed and pulled until it came free.",
      ],
      [
        "\"We did it!\" they shouted.", "{h} clapped {his} hands. \"You are so smart!\" {he} said.",
        "\"Thank you, {f}!\" said {h}. {f} smiled. \"That is what friends are for.\"",
      ],
    ],
    endings: [
      "{h} learned that hard things are easy when you work together.",
      "They were {glad} and went home to eat {a food}.",
      "From then on, {h} was careful not to play too close to the tree.",
    ])

  private static let magicThing = StoryPlot(
    beats: [
      [
        "One day, {h} found {a thing} {spot}. It began to glow.",
        "In the grass, {h} saw {a thing}. When {he} touched it, it began to speak.",
        "An old woman gave {h} {a thing}. \"This is a magic {noun},\" she said.",
      ],
      [
        "\"I can give you one wish,\" said the {noun}. {h} was very surprised.",
        "\"Make a wish,\" it said, \"but think well first.\"",
        "\"You may wish for anything you want,\" said a soft voice.",
      ],
      [
        "{h} wished for a hundred cookies. At once there were cookies all over {place}!",
        "{h} wished to be as big as a house. {He} grew and grew and grew.",
        "{h} wished that it would never be night. The sun stayed up in the sky.",
        "{h} wished that {he} could fly. {He} went up and up, over the trees.",
      ],
      [
        "At first it was fun. But soon {h} did not feel good at all.",
        "{He} laughed and laughed. But then {he} was all alone, and {he} missed {his} {g}.",
        "But {f} could not play with {him} any more, and {h} was {sad}.",
      ],
      [
        "\"Please make it the way it was before,\" {h} said to the {noun}.",
        "{h} ran back to the {noun}. \"I am sorry,\" {he} said. \"I do not want this any more.\"",
        "\"I wish that everything was normal again,\" said {h}.",
      ],
      [
        "The {noun} glowed one more time. Then everything was as before.",
        "There was a flash of light. {h} was back at {place}.",
      ],
    ],
    endings: [
      "{h} gave the {noun} back and went home. {He} was happy with what {he} had.",
      "{h} learned to be careful with {his} wishes.",
      "{h} ran home and gave {his} {g} a big hug. That was all {he} really wanted.",
    ])

  private static let mysteryBox = StoryPlot(
    beats: [
      [
        "One {time}, {h} saw a big box {spot}. It had {a color} ribbon on it.",
        "{h} found a little door at {place} that {he} had never seen before.",
        "There was a strange sound. It came from {spot}. {h} wanted to know what it was.",
      ],
      [
        "\"What could it be?\" {h} asked {f}. \"Maybe it is {a animal},\" said {f}.",
        "{h} called {f}. \"Come and look at this!\" {he} said.",
        "{He} wanted to look, but {he} was a little scared.",
      ],
      [
        "\"Let us open it,\" said {f}. \"No, we should ask first,\" said {h}.",
        "They went closer, step by step. They held hands.", "{h} knocked three times. Somebody knocked back!",
      ],
      [
        "They ran to get {his} {g}. {His} {g} smiled and said, \"Go on, open it.\"",
        "{h} counted to three. One, two, three!", "Very slowly, they looked inside.",
      ],
      [
        "Inside there was a tiny {color} {animal}. It was hungry and tired.",
        "It was full of old toys. There was {a thing}, too!",
        "It was {a food}, with a note that said, \"For my dear {h}.\"",
      ],
      [
        "\"How nice!\" said {h}. They looked at it for a long time.",
        "\"Can we keep it?\" asked {h}. \"Yes, you can,\" said {his} {g}.",
        "{h} and {f} laughed. They had been afraid of nothing.",
      ],
    ],
    endings: [
      "They shared it and had lots of fun.", "{h} was {glad} that {he} had been brave.",
      "{h} learned that new things are not always scary.",
    ])
}
