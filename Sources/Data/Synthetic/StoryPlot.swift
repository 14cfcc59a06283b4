/// What happens in a story: beats in order, each with several ways to tell it.
struct StoryPlot {
  /// Each beat is told in one of its ways; an empty one leaves it out.
  let beats: [[String]]
  /// Ways to end.
  let endings: [String]

  static let all = findings + kindnesses + trials + makings

  /// First sentences, for every plot.
  static let openings = [
    "Once upon a time, there was {a hk} named {h}. {He} loved to {hobby}.",
    "Once upon a time, there was {a hk} named {h}. {He} lived near {place} with {his} {g}.",
    "One {time}, {h} went to {place} with {his} {g}. {weather}",
    "{h} was {a hk} who liked to {hobby}. Every day, {he} went to {place}.",
    "One {time}, {a hk} named {h} was at {place}. {weather}",
    "There was once {a hk} called {h}. {h} had a good friend named {f}. They liked to {hobby} together.",
    "{h} and {f} were best friends. They loved to {hobby} at {place}.",
    "Once there was {a hk} named {h}. {He} had {a thing} that {he} loved very much.",
    "In a small house near {place}, there lived {a hk} named {h}. {He} liked to {hobby} all day long.",
    "{h} woke up early one {time}. {weather} {He} wanted to {hobby}.",
    "Long ago, {a hk} named {h} lived with {his} {g}. They did not have much, but they were happy.",
    "It was a quiet {time} at {place}. {A hk} named {h} was looking for something to do.",
  ]

  /// Sentences that fit nearly anywhere.
  static let asides = [
    "{weather}", "{h} took a deep breath.", "{h} looked up at the sky.", "{h} thought about it for a while.",
    "A {color} bird flew by.", "{h} could hear the wind.", "{His} heart beat fast.", "{h} smiled.",
    "It was very quiet.", "Nobody said a word.", "{h} wanted to know more.", "That made {h} laugh.",
  ]

  /// Last sentences, for every plot.
  static let closings = [
    "The end.", "And they lived happily ever after.", "It was the best day ever.",
    "That night, {h} slept very well.", "{h} told {his} {g} all about it at dinner.",
    "From that day on, {h} and {f} were always kind to each other.", "{h} never forgot that day.",
  ]
}
