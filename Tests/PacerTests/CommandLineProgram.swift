import Foundation
import TestSupport

/// The built program, run in the root of the checkout or in another folder.
enum CommandLineProgram {
  struct Answer {
    let status: Int32
    let output: String
    let errors: String
    /// The most memory that the program held, in bytes, where that was watched.
    var peakBytes = 0

    var transcript: String {
      let marked = errors.split(separator: "\n").map { "! \($0)\n" }.joined()
      return output + marked + "→ \(status)"
    }
  }

  private static let programs = repositoryRoot + ".build/release"

  static func run(_ arguments: [String], watchingMemory: Bool = false) throws -> Answer {
    try run(programs + "/pacer", arguments, in: repositoryRoot, watchingMemory: watchingMemory)
  }

  /// Runs a line as a shell does, with `pacer` on the path.
  static func run(shell line: String, in folder: String) throws -> Answer {
    try run("/bin/sh", ["-c", line], in: folder)
  }

  private static func run(
    _ program: String, _ arguments: [String], in folder: String, watchingMemory: Bool = false
  ) throws -> Answer {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.currentDirectoryURL = URL(filePath: folder)
    process.arguments = arguments
    var environment = ProcessInfo.processInfo.environment
    environment["PATH"] = programs + ":" + (environment["PATH"] ?? "/usr/bin:/bin")
    environment["COLUMNS"] = nil
    environment["NO_COLOR"] = "1"
    process.environment = environment
    let sinks = try TemporaryFolder()
    // Files, not pipes: a full pipe would stop the program while we wait for the other one.
    let output = try sink(sinks.file("output"))
    let errors = try sink(sinks.file("errors"))
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let peak = watchingMemory ? peakBytes(of: process) : 0
    process.waitUntilExit()
    return Answer(
      status: process.terminationStatus,
      output: try String(contentsOfFile: sinks.file("output"), encoding: .utf8),
      errors: try String(contentsOfFile: sinks.file("errors"), encoding: .utf8), peakBytes: peak)
  }

  /// The kernel's own high-water mark, read until the process ends.
  private static func peakBytes(of process: Process) -> Int {
    var peak = 0
    while process.isRunning {
      let status = try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
      if let kibibytes = status?.firstMatch(of: /VmHWM:\s+(\d+)/)?.1 {
        peak = max(peak, 1024 * (Int(kibibytes) ?? 0))
      }
      Thread.sleep(forTimeInterval: 0.005)
    }
    return peak
  }

  private static func sink(_ path: String) throws -> FileHandle {
    try Foundation.Data().write(to: URL(filePath: path))
    return try FileHandle(forWritingTo: URL(filePath: path))
  }
}
