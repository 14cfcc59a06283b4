import ArgumentParser
import DraftData
import FileSystem

/// `pacer doctor`
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Say whether this machine is fit for training, what is wrong, and how to mend it.",
    discussion: """
      EXAMPLES
        pacer doctor
        pacer doctor --folder /big/disk/runs
        pacer doctor --json
      Writes and removes a file of 8 MB in the folder. Exit code 71 when something is broken.
      """)

  @Option(help: "The folder in which runs will be kept.")
  var folder = "."

  @Flag(help: "Print one JSON object: ok, and checks with name, status, found and remedy.")
  var json = false

  func run() throws {
    let checks = HealthCheck.all(folder: folder)
    let isFit = checks.allSatisfy { $0.status != .broken }
    if json {
      try Console.write(["ok": .bool(isFit), "checks": .array(checks.map(\.json))])
    } else {
      for check in checks { Console.write(check.text) }
      Console.write(isFit ? "This machine is fit." : "Something is broken, see above.")
    }
    if !isFit { throw ExitCode(InputError.Code.system.exitStatus) }
  }
}
