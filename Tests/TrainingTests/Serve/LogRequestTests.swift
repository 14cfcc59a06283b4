import DraftData
import FileSystem
import TestSupport
import Testing
import Training

@Suite struct LogRequestTests {
  private static func line(_ text: String, _ ending: String) -> String {
    #"{"request": {"prompt": "Once", "temperature": 1}, "response": {"choices": [{"text": "\#(text)", "#
      + #""finish_reason": "\#(ending)", "logprobs": {"tokens": ["\#(text)"], "token_logprobs": [-0.5], "#
      + #""top_logprobs": [{"\#(text)": -0.5}]}}]}}"#
  }

  private static func run(_ lines: [String], in folder: borrowing TemporaryFolder, corpus: String) throws -> (
    count: Int, notes: [String]
  ) {
    let path = folder.file("log.jsonl")
    try DurableFile.write(Array(lines.joined(separator: "\n").utf8), to: path)
    var request = LogRequest(path: path)
    request.entryCount = 2
    return try request.run(
      try ServedTarget(path: repositoryRoot + "checkpoints/nano-target"), corpus: folder.file(corpus))
  }

  @Test(arguments: ["corpus.h5", "corpus"]) func aLogBecomesACorpus(name: String) throws {
    let folder = try TemporaryFolder()
    let (count, notes) = try Self.run(
      [Self.line(" upon", "stop"), Self.line(" upon", "content_filter"), Self.line(" upon", "length")],
      in: folder,
      corpus: name)
    #expect(count == 2 && notes.count == 1)
    let reader = try CorpusReader(folder.file(name))
    let document = try reader.document(0)
    let upon = document.tokens[document.tokens.count - 2]
    #expect(document.tokens.last == 1 && document.temperature == 1)
    #expect(document.teacher?.indices.suffix(4) == [upon, -1, -1, -1])
    #expect(try reader.document(1).tokens == document.tokens.dropLast())
    #expect(throws: InputError.self) { _ = try Self.run([Self.line("a", "stop")], in: folder, corpus: name) }
  }

  @Test func aLogWithoutAnyTextLeavesNoCorpus() throws {
    let folder = try TemporaryFolder()
    #expect(throws: InputError.self) {
      _ = try Self.run([Self.line(" upon", "content_filter")], in: folder, corpus: "corpus.h5")
    }
    #expect(Directory.kind(of: folder.file("corpus.h5")) == nil)
  }
}
