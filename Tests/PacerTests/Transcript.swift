/// Commands and what they answered: `$ pacer …`, standard output, standard error behind `! `, `→ exit code`.
struct Transcript {
  struct Exchange {
    let arguments: [String]
    let answer: String
  }

  let exchanges: [Exchange]

  init(_ text: String) {
    var exchanges = [Exchange]()
    var command: String?
    var answer = [Substring]()
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("$ pacer") {
        command = String(line.dropFirst("$ pacer".count))
        answer = []
      } else if line.hasPrefix("→ "), let words = command {
        let text = (answer + [line]).joined(separator: "\n")
        exchanges.append(Exchange(arguments: words.split(separator: " ").map(String.init), answer: text))
        command = nil
      } else {
        answer.append(line)
      }
    }
    self.exchanges = exchanges
  }
}
