extension StoryPlot {
  /// Sharing, helping, making friends, telling the truth.
  static let kindnesses = [sharing, hurtAnimal, newFriend, truth, birthday]

  private static let sharing = StoryPlot(
    beats: [
      [
        "{h} had {a thing}. It was new, and {he} played with it all day.",
        "{His} {g} gave {h} {a thing}. \"Thank you!\" said {h}. It was the best {noun} in the world.",
        "One day, {h} brought {his} {thing} to {place}.",
      ],
      [
        "{f} saw it and asked, \"Can I play with it, too?\" \"No, it is mine,\" said {h}.",
        "{f} came to play. \"That is a nice {noun},\" said {f}. \"May I have a turn?\" {h} shook {his} head.",
        "{f}, {a fk}, had no {noun}. {Fhe} wanted to play with it. But {h} did not want to share.",
      ],
      [
        "{f} was {sad} and walked away.", "{f} sat down alone and looked at the ground.",
        "\"You are not nice,\" said {f}, and {fhe} went home.",
      ],
      [
        "{h} played alone. But it was not so much fun any more.",
        "{His} {g} saw this and said, \"It is good to share. You can have more fun with a friend.\"",
        "{h} saw {f} cry. It made {him} feel bad.",
      ],
      [
        "So {h} went to {f} and said, \"I am sorry. Let us play together.\"",
        "{h} ran after {f}. \"Wait!\" {he} said. \"You can play with my {noun}.\"",
        "{h} gave the {noun} to {f}. \"It is your turn,\" {he} said.",
      ],
      [
        "{f} smiled a big smile. They took turns and laughed a lot.",
        "{f} was {glad}. {Fhe} gave {h} {a food}, and they ate it together.",
        "They played until the sun went down.",
      ],
    ],
    endings: [
      "{h} learned that sharing is fun.", "{h} and {f} became best friends.",
      "After that day, {h} always shared {his} toys.",
    ])

  private static let hurtAnimal = StoryPlot(
    beats: [
      [
        "On the way to {place}, {h} heard a small sound. It was {a animal}.",
        "{h} saw {a color} {animal} {spot}. It did not move.", "One day, {h} found a little {animal} {spot}.",
      ],
      [
        "The {animal} was hurt and could not walk. It looked at {h} with big eyes.",
        "It was cold and wet. \"Poor {animal},\" said {h}.",
        "\"Can you help me?\" asked the {animal}. \"I can not find my mom.\"",
      ],
      [
        "{h} put the {animal} in {his} hat and carried it home.",
        "{h} ran to {his} {g}. \"Please help!\" {he} said.",
        "{h} gave the {animal} some water and a bit of {his} food.",
      ],
      [
        "{His} {g} looked at the {animal}. \"It needs rest and food,\" {ghe} said.",
        "They made a soft bed out of an old blanket.", "Every day, {h} fed the {animal} and talked to it.",
      ],
      [
        "After a few days, the {animal} was strong again.",
        "Soon the {animal} could run and jump. {h} was {glad}.",
        "One morning, the {animal} stood up and made a happy sound.",
      ],
      [
        "{h} was {sad} to say goodbye, but {he} knew that the {animal} wanted to go home.",
        "They brought the {animal} back to {place}. It looked back one last time.",
        "\"You can go now,\" said {h}. But the {animal} did not want to leave.",
      ],
    ],
    endings: [
      "The {animal} came to visit every day, and they were friends for ever.",
      "{h} learned that it feels good to help.", "\"You have a kind heart,\" said {his} {g}.",
    ])

  private static let newFriend = StoryPlot(
    beats: [
      [
        "{h} was new in town and did not know anybody.", "At {place}, {h} saw {a fk} who was all alone.",
        "It was the first day of school. {h} was a little scared.",
      ],
      [
        "{h} wanted to say hello, but {he} was too shy.", "{He} hid behind {his} {g} and did not say a word.",
        "The others played a game. {h} only watched.",
      ],
      [
        "\"Go and say hello,\" said {his} {g}. \"You can do it.\"",
        "{h} had {a food} with {him}. That gave {him} an idea.",
        "Then {a noun} rolled to {his} feet.",
      ],
      [
        "\"Hello, my name is {h},\" {he} said. \"What is your name?\" \"My name is {f}.\"",
        "\"Do you want to play with me?\" asked {f}. {h} nodded.",
        "{h} walked over and said, \"Hi! I am {h}. Can I play, too?\"",
      ],
      [
        "They played with {a thing}. They ran and they laughed.",
        "{f} showed {h} the way around. They saw {a animal} and gave it a name.",
        "\"I like to {hobby},\" said {h}. \"I like that, too!\" said {f}.",
      ],
      [
        "\"Will you come back tomorrow?\" asked {f}. \"Yes!\" said {h}.",
        "{h} was not shy any more. {He} was {glad}.", "",
      ],
    ],
    endings: [
      "From then on, they met at {place} every day.",
      "{h} learned that it is easy to make a friend: you only have to say hello.",
      "{h} went home and told {his} {g}, \"I have a new friend!\"",
    ])

  private static let truth = StoryPlot(
    beats: [
      [
        "{h} was playing with a ball in the house. The ball hit a cup, and the cup broke.",
        "{His} {g} had {a thing}. {h} took it without asking, and it broke.",
        "There was a pie on the table. It smelled so good that {h} ate all of it.",
      ],
      [
        "\"Oh no!\" said {h}. {He} hid everything {spot}.",
        "{h} was scared. {He} did not want {his} {g} to be angry.",
        "{He} ran to {his} room and closed the door.",
      ],
      [
        "When {his} {g} came home, {ghe} asked, \"What happened here?\"",
        "\"Do you know who did this?\" asked {his} {g}.",
        "{His} {g} looked at the mess and then at {h}.",
      ],
      [
        "\"It was the {animal},\" said {h}. But the {animal} looked at {him} with sad eyes.",
        "\"I do not know,\" said {h}. {He} felt bad in {his} tummy.",
        "{h} did not say a word. {His} face was red.",
      ],
      [
        "Then {h} began to cry. \"It was me,\" {he} said. \"I am sorry.\"", "At last, {h} told the truth.",
        "{h} took {his} {g} by the hand. \"I did it. Please do not be angry,\" {he} said.",
      ],
      [
        "{His} {g} gave {him} a hug. \"Thank you for telling me the truth,\" {ghe} said.",
        "\"Everybody makes mistakes,\" said {his} {g}. \"It is good that you told me.\"",
        "{His} {g} was not angry. \"Let us clean it up together,\" {ghe} said.",
      ],
    ],
    endings: [
      "{h} felt much better and promised to be more careful.",
      "{h} learned that it is always best to tell the truth.",
      "They fixed it together, and then they had {a food}.",
    ])

  private static let birthday = StoryPlot(
    beats: [
      [
        "It was the birthday of {f}. {h} wanted to give {fhim} a nice present.",
        "\"Tomorrow is my birthday,\" said {f}. {h} wanted to make {fhim} happy.",
        "{h} was {sad}. It was {his} birthday, and nobody had said a word about it.",
      ],
      [
        "But {h} had no money. What could {he} do?", "{He} looked for {f}, but {f} was not at home.",
        "{He} went to {place} and thought about it.",
      ],
      [
        "{h} painted a picture of {a animal} and put {a color} frame around it.",
        "With the help of {his} {g}, {h} made {a thing} out of paper.",
        "{h} picked {color} flowers and baked a small cake.",
      ],
      [
        "Then {he} heard voices. \"Shh!\" somebody said.",
        "On the way, it began to rain, but {h} kept everything dry.",
        "{He} knocked at the door. Nobody opened.",
      ],
      [
        "\"Surprise!\" shouted all {his} friends.",
        "Suddenly the light went on, and there were balloons everywhere.",
        "Then the door opened. {f} stood there and laughed.",
      ],
      [
        "\"This is the best present ever,\" said {f}. \"You made it for me!\"",
        "They ate cake, they sang, and they danced.",
        "{f} gave {h} a hug. \"Thank you, {h}!\"",
      ],
    ],
    endings: [
      "{h} learned that the best presents come from the heart.", "They played games until it was late.",
      "It was a birthday that nobody would forget.",
    ])
}
