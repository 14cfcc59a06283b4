import Foundation
import TestSupport

/// The built program, run in the root of the checkout.
enum CommandLineProgram {
  struct Answer {
    let status: Int32
    let output: String
    let errors: String

    var transcript: String {
      let marked = errors.split(separator: "\n").map { "! \($0)\n" }.joined()
      return output + marked + "→ \(status)"
    }
  }

  static func run(_ arguments: [String]) throws -> Answer {
    let process = Process()
    process.executableURL = URL(filePath: repositoryRoot + ".build/release/pacer")
    process.currentDirectoryURL = URL(filePath: repositoryRoot)
    process.arguments = arguments
    var environment = ProcessInfo.processInfo.environment
    environment["COLUMNS"] = nil
    environment["NO_COLOR"] = "1"
    process.environment = environment
    let folder = try TemporaryFolder()
    // Files, not pipes: a full pipe would stop the program while we wait for the other one.
    let output = try sink(folder.file("output"))
    let errors = try sink(folder.file("errors"))
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    process.waitUntilExit()
    return Answer(
      status: process.terminationStatus,
      output: try String(contentsOfFile: folder.file("output"), encoding: .utf8),
      errors: try String(contentsOfFile: folder.file("errors"), encoding: .utf8))
  }

  private static func sink(_ path: String) throws -> FileHandle {
    try Foundation.Data().write(to: URL(filePath: path))
    return try FileHandle(forWritingTo: URL(filePath: path))
  }
}
