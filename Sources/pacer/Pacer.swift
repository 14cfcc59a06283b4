import ArgumentParser
import Autodiff

/// The command line: parse, call, render, exit code.
@main
struct Pacer: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pacer",
    abstract: "Train draft models for speculative decoding, on a CPU.",
    discussion: """
      EXAMPLES
        pacer run recipes/fastdraft/quickstart.yaml   a drafter, in minutes
        pacer recipe list                             what else there is to run
        pacer recipe show FILE seed=7                 every value and its origin
        pacer tokenize MODEL --text "Hello"           how a model cuts a text
        pacer doctor                                  is this machine fit for it?

      Exit codes: 0 done, 64 usage or recipe, 65 bad data, 66 missing file, 70 numeric failure, \
      71 system, 73 cannot create, 74 input or output, 75 busy.
      """,
    version: Version.text,
    subcommands: [
      RunCommand.self, ResumeCommand.self, ReportCommand.self, EvaluateCommand.self, SweepCommand.self,
      ExportCommand.self,
      TrimCommand.self,
      GenerateCommand.self, ScoreCommand.self, LossesCommand.self, TokenizeCommand.self,
      TokenizerCommand.self, DataCommand.self,
      InspectCommand.self,
      RecipeCommand.self,
      BenchCommand.self, DoctorCommand.self,
    ])

  static func main() {
    do {
      try refuseUnknownKernels()
      var command = try parseAsRoot()
      try command.run()
    } catch {
      Failure.exit(error)
    }
  }

  private static func refuseUnknownKernels() throws {
    guard let wish = MatrixKernels.wish, !MatrixKernels.available.contains(where: { $0.rawValue == wish })
    else { return }
    let names = MatrixKernels.available.map(\.rawValue).joined(separator: ", ")
    throw ValidationError("\(MatrixKernels.variable)=\(wish): this processor runs \(names).")
  }

  mutating func run() throws {
    Console.write(Self.helpMessage())
  }
}
