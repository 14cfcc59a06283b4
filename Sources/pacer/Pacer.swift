import ArgumentParser

/// The command line: parse, call, render, exit code.
@main
struct Pacer: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pacer", abstract: "Train draft models for speculative decoding, on a CPU.")
}
