import ArgumentParser
import DraftData
import Foundation
import Glibc
import Training

/// `pacer data …`
struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Look at training data before it is trained on.",
    discussion: """
      EXAMPLES
        pacer data inspect chats.jsonl --model MODEL template=chat
      """,
    subcommands: [DataInspectCommand.self])
}

/// `pacer data inspect`
struct DataInspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show what would be learnt of a file, token by token, and what the file is made of.",
    discussion: """
      EXAMPLES
        pacer data inspect stories.txt --model checkpoints/nano-target
        pacer data inspect chats.jsonl --model MODEL template=chat --sample 3
        pacer data inspect qa.json --model MODEL layout=prompt_response fields.prompt=q fields.response=a
        pacer data inspect chats.jsonl --model MODEL template=chat --learn everything --json
        pacer data inspect runs/eagle/corpora/states --model MODEL
      Settings are those of a recipe's data section: \(DataInspection.settingNames.joined(separator: ", ")). \
      template=chat takes the model's own chat template and learns what the assistant says. Learnt text is green \
      and the rest dim; without colours, as with NO_COLOR, it stands between ⟦ and ⟧. A corpus, with hidden states \
      or without, says itself what is learnt and takes no settings.
      """)

  @Argument(help: "Text, .txt, .json or .jsonl, or a corpus: a folder, or .h5.")
  var file: String

  @Argument(help: "Settings as key=value.")
  var settings: [String] = []

  @Option(help: "A model (folder, or model.bin:tokenizer.bin) or a tokenizer file.")
  var model: String

  @Option(help: "The document to show, from 0.")
  var sample = 0

  @Option(help: "Which tokens are learnt: responses, as align stages do, or everything.")
  var learn = LearnOption.responses

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    if sample < 0 { throw ValidationError("--sample counts from 0.") }
    if DataInspection.isCorpus(file), !settings.isEmpty || learn != .responses {
      throw ValidationError("A corpus says itself what is learnt: it takes neither settings nor --learn.")
    }
  }

  func run() throws {
    let tokenizer = ModelArgument(model).tokenizerPath
    let inspection =
      DataInspection.isCorpus(file)
      ? try DataInspection(corpus: file, tokenizerPath: tokenizer, sample: sample)
      : try DataInspection(
        path: file, tokenizerPath: tokenizer, settings: settings, scope: learn.scope, sample: sample)
    if json { return try Console.write(inspection.json) }
    let environment = ProcessInfo.processInfo.environment
    let isColoured = isatty(STDOUT_FILENO) != 0 && environment["NO_COLOR"] == nil
    Console.write(inspection.text(isColoured: isColoured))
  }
}

/// `--learn`, as `LossScope` says it.
enum LearnOption: String, ExpressibleByArgument, CaseIterable {
  case responses
  case everything

  var scope: LossScope { self == .responses ? .responses : .everything }
}
