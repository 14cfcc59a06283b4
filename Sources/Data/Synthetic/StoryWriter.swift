/// Writes a story: picks a cast and a plot, and fills the plot's sentences.
enum StoryWriter {
  /// One story.
  static func story(_ draws: inout Draws) -> String {
    let cast = StoryCast(&draws)
    let plot = draws.pick(StoryPlot.all)
    var paragraphs: [String] = []
    var sentences = [draws.pick(StoryPlot.openings)]
    for (place, beat) in plot.beats.enumerated() {
      let chosen = draws.pick(beat)
      if !chosen.isEmpty { sentences.append(chosen) }
      if draws.chance(18) { sentences.append(draws.pick(StoryPlot.asides)) }
      if place % 2 == 1 || draws.chance(25) {
        paragraphs.append(sentences.joined(separator: " "))
        sentences = []
      }
    }
    sentences.append(draws.pick(plot.endings))
    if draws.chance(30) { sentences.append(draws.pick(StoryPlot.closings)) }
    paragraphs.append(sentences.joined(separator: " "))
    return cast.filled(paragraphs.filter { !$0.isEmpty }.joined(separator: "\n"))
  }
}
