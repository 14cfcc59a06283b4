import DraftData
import FileSystem
import Foundation
import TestSupport
import Testing

@Suite("Files of documents")
struct DocumentFileTests {
  private func read(
    _ text: String, named name: String = "data.jsonl", mapping: RecordMapping = .automatic,
    template: PromptTemplate = .plain, textSplit: TextSplit = .wholeFile
  ) throws -> [Document] {
    try withFile(text.utf8, named: name) {
      try DocumentFile($0, domain: "d", mapping: mapping, template: template, textSplit: textSplit)
        .documents()
    }
  }

  private func texts(_ documents: [Document]) -> [[String]] { documents.map { $0.segments.map(\.text) } }

  @Test("JSON lines with CRLF, a byte-order mark, blank lines and no last line end are read")
  func lineEnds() throws {
    let documents = try read("\u{FEFF}{\"text\": \"one\"}\r\n\r\n  \n{\"text\": \"two\\nlines\"}")
    #expect(texts(documents) == [["one"], ["two\nlines"]])
    #expect(documents.allSatisfy { $0.segments.allSatisfy(\.inLoss) && $0.domain == "d" })
  }

  @Test(
    "known pairs of fields are prompt and answer, and only the answer is in the loss",
    arguments: [
      #"{"prompt": "p", "response": "r"}"#, #"{"prompt": "p", "completion": "r"}"#,
      #"{"instruction": "p", "input": "", "output": "r"}"#, #"{"instruction": "p", "response": "r"}"#,
      #"{"question": "p", "answer": "r"}"#, #"{"problem": "p", "solution": "r", "level": "3"}"#,
      #"{"messages": [{"role": "user", "content": "p"}, {"role": "assistant", "content": "r"}]}"#,
      #"{"messages": [{"role": "user", "content": [{"type": "text", "text": "p"}]}, {"role": "assistant", "content": "r"}]}"#,
      #"{"id": 1, "conversations": [{"from": "human", "value": "p"}, {"from": "gpt", "value": "r"}]}"#,
    ])
  func knownFields(line: String) throws {
    let documents = try read(line)
    #expect(texts(documents) == [["p", "\n", "r"]])
    #expect(documents[0].segments.map(\.inLoss) == [false, false, true])
    #expect(documents[0].prompt == "p\n")
  }

  @Test("an instruction's input follows it on its own line")
  func instructionInput() throws {
    #expect(
      try texts(read(#"{"instruction": "add", "input": "1 2", "output": "3"}"#)) == [["add\n1 2", "\n", "3"]])
  }

  @Test("a field map reaches any key, also one that lies deep")
  func fieldMap() throws {
    let mapping = RecordMapping.promptAndResponse(prompt: "task", response: "runs.0.out")
    #expect(
      try texts(read(#"{"task": "p", "runs": [{"out": "r"}]}"#, mapping: mapping)) == [["p", "\n", "r"]])
  }

  @Test("the template stands around prompt, response and system message in every turn")
  func template() throws {
    let template = try PromptTemplate(turn: "<u>{prompt}</u><a>{response}</a>", system: "<s>{system}</s>")
    let documents = try read(
      #"{"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "p"}, {"role": "assistant", "content": "r"}, {"role": "user", "content": "q"}, {"role": "assistant", "content": "t"}]}"#,
      template: template)
    #expect(documents[0].text == "<s>s</s><u>p</u><a>r</a><u>q</u><a>t</a>")
    let learnt = documents[0].segments.filter(\.inLoss).map(\.text)
    #expect(learnt == ["r</a>", "t</a>"])
  }

  @Test(
    "a template without its places is refused",
    arguments: [
      "{prompt}", "{response}", "{response}{prompt}", "{prompt}{prompt}{response}", "",
    ])
  func badTemplate(turn: String) {
    #expect(throws: InputError.self) { try PromptTemplate(turn: turn) }
  }

  @Test("a JSON array is read like lines")
  func array() throws {
    let documents = try read(#"[{"text": "a"}, {"text": "  "}, {"text": "b"}]"#, named: "x.json")
    #expect(texts(documents) == [["a"], ["b"]])
  }

  @Test("plain text is taken whole, or cut at blank lines or at a mark")
  func plainText() throws {
    #expect(try texts(read("\n a\n\nb\n", named: "x.txt")) == [[" a\n\nb"]])
    #expect(try texts(read("a\nb\n\n \nc", named: "x.txt", textSplit: .blankLines)) == [["a\nb"], ["c"]])
    let marked = "one\n<|endoftext|>\ntwo<|endoftext|>three\n\nfour\n<|endoftext|>\n"
    #expect(
      try texts(read(marked, named: "x.txt", textSplit: .separator("<|endoftext|>"))) == [
        ["one"], ["two"], ["three\n\nfour"],
      ])
  }

  @Test("lines longer than a chunk of reading are put together")
  func longLines() throws {
    let long = String(repeating: "abcdefghij", count: 250_000)
    #expect(try texts(read("{\"text\": \"\(long)\"}\n{\"text\": \"x\"}\n")) == [[long], ["x"]])
  }

  @Test(
    "what is wrong is reported with file, line and key",
    arguments: [
      ("{\"text\": \"a\"}\n{\"txt\": \"b\"}", 2, "text", "text"),
      ("{\"text\": 5}", 1, "text", "5"),
      ("{\"text\": null}", 1, "text", "null"),
      ("{\"a\": 1, \"b\": 2}", 1, nil, "'a', 'b'"),
      ("{}", 1, nil, "without keys"),
      ("[1]", 1, nil, "array"),
      ("\n\n17", 3, nil, "17"),
      ("{\"prompt\": \"a\", \"response\": \"b\"}\n\n{\"prompt\": \"a\"}", 3, "response", "nothing"),
      ("{\"messages\": []}", 1, "messages", "no messages"),
      ("{\"messages\": \"hi\"}", 1, "messages", "hi"),
      ("{\"messages\": [{\"role\": \"poet\", \"content\": \"x\"}]}", 1, "messages[0].role", "poet"),
      ("{\"messages\": [{\"role\": \"user\"}]}", 1, "messages[0].content", "nothing"),
      (
        "{\"messages\": [{\"role\": \"assistant\", \"content\": null, \"tool_calls\": []}]}", 1,
        "messages[0]", "tool call"
      ),
      ("{\"conversations\": [{\"from\": \"human\", \"value\": 1}]}", 1, "conversations[0].value", "1"),
      ("{\"text\": \"a\"", 1, nil, "ends"), ("{\"text\": \"a\"} {\"text\": \"b\"}", 1, nil, "after the end"),
      ("{\"text\": \"a\", \"text\": \"b\"}", 1, nil, "text"), ("{\"text\": NaN}", 1, nil, "'N'"),
      ("{\"text\": \"\\ud800\"}", 1, nil, "surrogate"), ("{\"text\": \"a\u{0}\"}", 1, nil, "NUL"),
    ] as [(String, Int, String?, String)])
  func wrong(text: String, line: Int, key: String?, found: String) throws {
    let error = #expect(throws: InputError.self) { try read(text) }
    #expect(error?.file?.hasSuffix("data.jsonl") == true)
    guard case .line(let actual, _) = error?.position else {
      Issue.record("no line in: \(String(describing: error))")
      return
    }
    #expect(actual == line, "\(String(describing: error))")
    if let key { #expect(error?.key == key) }
    #expect("\(String(describing: error))".contains(found))
  }

  @Test("numbers and nesting without end are refused in a moment")
  func bombs() {
    for text in [
      "{\"x\": 1" + String(repeating: "0", count: 1_000_000) + "}",
      String(repeating: "[", count: 513) + String(repeating: "]", count: 513),
      String(repeating: "[", count: 100_000),
    ] {
      let error = #expect(throws: InputError.self) { try read(text) }
      #expect(error?.position != nil && (error?.description.utf8.count ?? 0) < 1000)
    }
  }

  @Test(
    "bytes that are not UTF-8 are named by line and column, UTF-16 by name",
    arguments: [
      ([0x61, 0x0A, 0x62, 0xFF, 0x0A], "2:2"), ([0xC0, 0xAF], "1:1"), ([0xED, 0xA0, 0x80], "1:1"),
      ([0xFF, 0xFE, 0x61, 0x00], "UTF-16"), ([0xFE, 0xFF, 0x00, 0x61], "UTF-16"), ([0x61, 0x00], "NUL"),
    ] as [([UInt8], String)])
  func notUTF8(bytes: [UInt8], said: String) throws {
    let error = #expect(throws: InputError.self) {
      try withFile(bytes, named: "x.txt") { try DocumentFile($0, domain: "d").documents() }
    }
    #expect(error?.description.contains(said) == true, "\(String(describing: error))")
  }

  @Test("a file without documents is an error", arguments: ["", "\n\n", "{\"text\": \" \"}\n"])
  func empty(text: String) {
    #expect(throws: InputError.self) { try read(text) }
  }

  @Test("what is no file is refused at once", arguments: ["/", "/dev/zero", "/nowhere/at/all", "", "a\0b"])
  func noFile(path: String) {
    #expect(throws: InputError.self) { try DocumentFile(path, domain: "d").documents() }
  }

  @Test("a FIFO is refused and does not block")
  func fifo() throws {
    try withFile([UInt8]()) { path in
      let mkfifo = try Process.run(URL(filePath: "/usr/bin/mkfifo"), arguments: [path + ".fifo"])
      mkfifo.waitUntilExit()
      #expect(FileManager.default.fileExists(atPath: path + ".fifo"))
      #expect(throws: InputError.self) { try DocumentFile(path + ".fifo", domain: "d").documents() }
    }
  }

  @Test("a file that grows while it is read is an error")
  func growing() throws {
    try withFile(Array("{\"text\": \"a\"}\n{\"text\": \"b\"}\n".utf8)) { path in
      #expect(throws: InputError.self) {
        try DocumentFile(path, domain: "d").forEach { _ in
          let handle = try FileHandle(forWritingTo: URL(filePath: path))
          try handle.seekToEnd()
          try handle.write(contentsOf: Data("{\"text\": \"c\"}\n".utf8))
          try handle.close()
        }
      }
    }
  }

  @Test(
    "the outside data is read, record by record", .enabled(if: outsideData != nil, "needs PACER_DATA"),
    arguments: [
      ("gsm8k/train.jsonl", RecordMapping.automatic, 7473),
      ("math/math_test_minus500.jsonl", .automatic, 4500),
      ("mbpp/mbpp.jsonl", .promptAndResponse(prompt: "text", response: "code"), 974),
      ("code/thealgorithms_python.jsonl", .automatic, 1163),
      ("code_instruct/gpteacher_codegen.json", .automatic, 4535),
      ("code_instruct/gpteacher_roleplay.json", .automatic, 1923),
      ("sharegpt_like/dummy_conversation.json", .automatic, 500),
      ("tinystories/train_cased.jsonl", .automatic, 2077),
      ("tinystories/train_lowercase_extra.jsonl", .automatic, 2893),
      (
        "alpaca/seed_tasks.jsonl", .promptAndResponse(prompt: "instruction", response: "instances.0.output"),
        175
      ),
    ])
  func outside(name: String, mapping: RecordMapping, count: Int) throws {
    let root = try #require(outsideData)
    let tally = try DocumentFile(root + "/" + name, domain: "d", mapping: mapping).forEach { _ in }
    #expect(tally.documentCount + tally.blankCount == count)
    #expect(tally.blankCount == 0)
  }
}
