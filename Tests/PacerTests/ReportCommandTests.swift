import Foundation
import TestSupport
import Testing

/// `pacer report` on a run that the program itself has carried out.
@Suite struct ReportCommandTests {
  private static let recipe = """
    name: tiny
    tokenizer: {train: {vocabulary: 260, sources: [text]}}
    model: {hidden: 16, layers: 1, heads: 2, ffn: 32, max_positions: 64}
    data:
      text: {kind: synthetic, domain: stories, count: 20}
    stages:
      - {name: first, kind: pretrain, steps: 3, sequence_length: 16, batch_size: 2, mixture: {text: 1}}
    logging: {every_steps: 1}
    """

  @Test func aPageIsWrittenIntoTheRunFolderOrElsewhere() throws {
    let folder = try TemporaryFolder()
    try Self.recipe.write(toFile: folder.file("tiny.yaml"), atomically: true, encoding: .utf8)
    let run = folder.file("run")
    #expect(
      try CommandLineProgram.run(["run", folder.file("tiny.yaml"), "--run", run, "--quiet"]).status == 0)
    let answer = try CommandLineProgram.run(["report", run])
    #expect(answer.status == 0 && answer.output == "wrote \(run)/report.html\n", "\(answer.errors)")
    let page = try String(contentsOfFile: run + "/report.html", encoding: .utf8)
    #expect(page.contains(">finished</span>") && page.contains("trained by itself."))
    let elsewhere = folder.file("page.html")
    #expect(try CommandLineProgram.run(["report", run, "--out", elsewhere]).status == 0)
    #expect(FileManager.default.fileExists(atPath: elsewhere))

    // A log that somebody has damaged is named with its line, and no page is written.
    let log = try String(contentsOfFile: run + "/metrics.jsonl", encoding: .utf8)
    try ("{\"step\n" + log).write(toFile: run + "/metrics.jsonl", atomically: true, encoding: .utf8)
    let refused = try CommandLineProgram.run(["report", run, "--out", folder.file("none.html")])
    #expect(refused.status == 65)
    #expect(refused.errors.hasPrefix("error[bad-data] \(run)/metrics.jsonl:1:"), "\(refused.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.file("none.html")))
  }
}
