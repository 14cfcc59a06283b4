extension StoryPlot {
  /// Being afraid, trying again, not listening, wanting too much.
  static let trials = [afraid, race, learning, notListening, greedy]

  private static let afraid = StoryPlot(
    beats: [
      [
        "{h} was afraid of the dark. Every night, {he} asked {his} {g} to leave the light on.",
        "{h} was afraid of the water. When the others went swimming, {he} stayed on the grass.",
        "There was a big storm. The thunder was very loud, and {h} hid under {his} blanket.",
        "{h} did not like to go up high. {His} legs began to shake.",
      ],
      [
        "\"What are you afraid of?\" asked {his} {g}.", "{f} laughed at {him}, and {h} felt {sad}.",
        "\"I wish I was brave,\" {h} said.",
      ],
      [
        "\"I was afraid, too, when I was little,\" said {his} {g}. \"Take my hand.\"",
        "\"Being brave means that you are afraid and you try anyway,\" said {his} {g}.",
        "{f} said, \"I will go with you. We can be brave together.\"",
      ],
      [
        "{h} closed {his} eyes and counted to ten.", "{He} took one small step. Then {he} took one more.",
        "{h} held {his} {thing} very tight.",
      ],
      [
        "Nothing bad happened. It was not scary at all!",
        "When {he} opened {his} eyes, {he} saw {a animal}. It was afraid, too.",
        "After a while, {h} began to laugh. \"Look at me!\" {he} said.",
      ],
      ["\"I am so proud of you,\" said {his} {g}.", "{f} clapped. \"You did it!\"", ""],
    ],
    endings: [
      "From that day on, {h} was not afraid any more.", "{h} learned that it is good to try.",
      "{h} was {glad}. Now {he} was brave.",
    ])

  private static let race = StoryPlot(
    beats: [
      [
        "There was a big race at {place}. Everybody wanted to win.",
        "\"I am the fastest,\" said {f}. \"You are too slow to win.\"",
        "{f} and {h} wanted to see who could run faster.",
      ],
      [
        "{h} was small and slow, but {he} did not give up. {He} ran every day.",
        "{h} practiced in the morning and in the evening.",
        "\"I will try my best,\" said {h}.",
      ],
      [
        "On the day of the race, all the animals came to watch.",
        "\"Ready, set, go!\" called a big {animal}.",
        "They stood next to each other. Then the bell rang, and they ran.",
      ],
      [
        "{f} ran fast and was far in front. Then {fhe} sat down for a nap.",
        "{f} fell over a stone and hurt {fhis} leg. {h} stopped to help {fhim}.",
        "{f} stopped to eat {a food}. {h} ran on and on.",
      ],
      [
        "Step by step, {h} came closer to the end.", "\"Go, {h}, go!\" everybody shouted.",
        "{h} was very tired, but {he} did not stop.",
      ],
      [
        "{h} came in first. {He} could not believe it.", "They crossed the line at the same time.",
        "{h} came in last, but everybody clapped for {him}.",
      ],
    ],
    endings: [
      "\"You are a true winner,\" said {f}.",
      "{h} learned that trying hard is more important than being fast.",
      "They both got {a thing} and were {glad}.",
    ])

  private static let learning = StoryPlot(
    beats: [
      [
        "{h} wanted to learn to ride a bike.", "All {his} friends could swim, but {h} could not.",
        "{h} wanted to play the drum like {his} {g}.",
        "{h} wanted to write {his} name.",
      ],
      [
        "The first time {he} tried, it did not work at all.",
        "\"It is too hard,\" said {h}. \"I can not do it.\"",
        "{He} tried and tried, but it went wrong each time.",
      ],
      [
        "{f} said, \"I needed a long time, too. You must not give up.\"",
        "\"Try one more time,\" said {his} {g}. \"I will help you.\"",
        "{h} was angry. {He} threw {his} {noun} on the ground.",
      ],
      [
        "So {h} tried again the next day, and the day after that.", "They practiced every {time} at {place}.",
        "{He} went slowly, and {f} showed {him} how.",
      ],
      [
        "Then one day, it worked! {h} could do it all alone.", "\"Look, {f}! I can do it!\" {h} shouted.",
        "Little by little, it got better.",
      ],
      [
        "Everybody was {glad}.", "{His} {g} laughed and gave {him} {a food}.",
        "{h} wanted to do it again and again.",
      ],
    ],
    endings: [
      "{h} learned that you can do anything if you keep trying.",
      "Now {h} helps others who want to learn it.",
      "That night, {h} dreamed about it.",
    ])

  private static let notListening = StoryPlot(
    beats: [
      [
        "\"Do not go to {place} alone,\" said {his} {g}.",
        "{His} {g} said, \"Stay close to me.\" But {h} did not listen.",
        "\"Please do not touch the {noun},\" said {his} {g}.",
      ],
      [
        "When nobody was looking, {h} ran away.", "But {h} saw a pretty {animal} and ran after it.",
        "{h} wanted to see it so much. {He} went anyway.",
      ],
      [
        "Soon {he} did not know where {he} was.",
        "Suddenly, {he} fell into the mud. {His} clothes were dirty and wet.",
        "It got dark, and {h} was cold and hungry.",
      ],
      [
        "\"Help!\" {h} called. \"Can anybody hear me?\"", "{h} began to cry. {He} missed {his} {g}.",
        "{h} sat down {spot} and waited.",
      ],
      [
        "{A animal} heard {him} and showed {him} the way home.",
        "{His} {g} had looked for {him} everywhere. \"There you are!\" {ghe} called.",
        "{f} found {him} and took {his} hand. \"Come, I know the way,\" {fhe} said.",
      ],
      [
        "\"I am sorry,\" said {h}. \"I will listen to you next time.\"",
        "{His} {g} held {him} tight. \"I was so worried,\" {ghe} said.",
        "{h} hugged {his} {g} for a long time.",
      ],
    ],
    endings: [
      "{h} learned to listen to {his} {g}.", "{h} never ran away again.",
      "They went home, and {h} had a warm bath and {a food}.",
    ])

  private static let greedy = StoryPlot(
    beats: [
      [
        "{h} loved to eat. One day, {he} saw a big plate with cookies.",
        "There was a tree full of sweet {color} berries at {place}.",
        "{His} {g} had made a very big cake.",
      ],
      [
        "\"You can have two,\" said {his} {g}. But {h} wanted more.",
        "{f} asked, \"Can I have some?\" \"No,\" said {h}. \"I want them all.\"",
        "{h} ate one. Then {he} ate one more, and one more.",
      ],
      [
        "{He} ate and ate until there was nothing left.", "{h} put the rest in {his} pockets and ran away.",
        "{He} ate so fast that {he} did not even taste it.",
      ],
      [
        "Soon {his} tummy began to hurt.", "\"Oh, I feel sick,\" said {h}.",
        "{h} was so full that {he} could not walk.",
      ],
      [
        "{His} {g} gave {him} some warm tea and put {him} to bed.",
        "{f} was hungry and {sad}. {h} saw it and felt bad.",
        "\"Now you know why you should not eat so much,\" said {his} {g}.",
      ],
      [
        "\"I am sorry,\" said {h}. \"I did not leave any for you.\"", "The next day, {h} gave {f} {a food}.",
        "",
      ],
    ],
    endings: [
      "{h} learned not to be greedy.", "After that, {h} only ate as much as {he} needed.",
      "{h} and {f} shared everything from then on.",
    ])
}
