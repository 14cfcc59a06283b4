import DraftData
import FileSystem
import Foundation
import Serving
import TestSupport
import Testing
import Training

@Suite struct ServedGenerateStageTests {
  private static let key = "sk-0123456789-KEY-OF-A-TEST"

  private static func recipe(tokens: Int, endpoint: String = "", data: String = "") -> String {
    """
    name: served
    seed: 5
    target: {path: \(repositoryRoot)checkpoints/nano-target}
    drafter: {hidden: 16, layers: 1, heads: 2, ffn: 32}
    data:
      stories: {kind: synthetic, domain: stories, count: 40}
    \(data)
    stages:
      - name: corpus
        kind: generate
        prompts: {stories: 1}
        magpie: 0.25
        prompt_tokens: 5
        tokens: \(tokens)
        temperatures: [0, 0.7]
        max_new_tokens: 32
        endpoint: {url: "http://server/v1", model: m, \(endpoint)}
    """
  }

  private static func run(
    _ text: String, in path: String, _ server: StoryServer, requests: RunRequests = RunRequests()
  ) throws -> RunSession.Outcome {
    let resolved = try ResolvedRecipe.load(text: text, file: "served.yaml")
    let folder = RunFolder(path)
    if Directory.kind(of: folder.recipe) == nil {
      let provenance = try Provenance(of: resolved.recipe, version: "test", threads: 1)
      try folder.create(for: resolved, command: "test", provenance: provenance)
    }
    return try RunSession(
      resolved, folder: folder, observer: ObserverGroup([]), threads: 1, requests: requests,
      servers: ServerAccess(environment: ["SERVER_KEY": key], transport: { _ in server })
    ).run()
  }

  private static func documents(_ run: String) throws -> [CorpusDocument] {
    let reader = try CorpusReader(Path.joined(RunFolder(run).corpora, "corpus"))
    return try (0..<reader.documentCount).map { try reader.document($0) }
  }

  @Test func aServerWritesWhatTheTargetWouldBeAskedFor() throws {
    let folder = try TemporaryFolder()
    let server = StoryServer(words: 9)
    #expect(try Self.run(Self.recipe(tokens: 600), in: folder.path, server) == .finished)
    let documents = try Self.documents(folder.path)
    #expect(documents.reduce(0) { $0 + $1.tokens.count } >= 600)
    #expect(documents.map(\.source) == documents.indices.map { $0 })
    #expect(documents.map(\.temperature) == documents.indices.map { $0 % 2 == 0 ? 0 : 0.7 })
    let magpies = documents.filter { $0.domain == "magpie" }
    #expect(!magpies.isEmpty && magpies.allSatisfy { $0.promptLength == 1 && $0.tokens[0] == 0 })
    #expect(documents.contains { $0.tokens.last == 1 } && documents.contains { $0.tokens.last != 1 })
    let bodies = try server.requests.map { try JSONValue.parse($0.body) }
    // The begin token is left to the server's tokenizer, which puts it there by itself.
    #expect(bodies.allSatisfy { $0["prompt"]?.stringValue?.hasPrefix("<|begin|>") == false })
  }

  @Test func aStageThatWasStoppedEndsWithTheSameCorpus() throws {
    let folder = try TemporaryFolder()
    let text = Self.recipe(tokens: 150_000)
    let (whole, pieces) = (folder.file("whole"), folder.file("pieces"))
    let server = StoryServer(words: 400)
    #expect(try Self.run(text, in: whole, server) == .finished)
    let once = server.requests.count
    let interrupted = StoryServer(words: 400)
    // Asked between two answers; the first shard is on the disk by then.
    let stop: RunRequests = RunRequests(stop: { interrupted.requests.count > once * 2 / 3 ? .interrupt : nil }
    )
    #expect(try Self.run(text, in: pieces, interrupted, requests: stop) == .stopped(.interrupt))
    let resumed = StoryServer(words: 400)
    #expect(try Self.run(text, in: pieces, resumed) == .finished)
    #expect(resumed.requests.count < once)
    let names = try Directory.list(Path.joined(RunFolder(whole).corpora, "corpus")).sorted()
    #expect(names.count > 2)
    for name in names {
      let paths = [whole, pieces].map { Path.joined(Path.joined(RunFolder($0).corpora, "corpus"), name) }
      #expect(try SHA256.hash(file: paths[0]).digest == SHA256.hash(file: paths[1]).digest, "\(name)")
    }
  }

  @Test func conversationsTravelAsMessages() throws {
    let folder = try TemporaryFolder()
    let file = folder.file("chat.jsonl")
    let line =
      #"{"messages": [{"role": "user", "content": "When?"}, {"role": "assistant", "content": "Soon."}]}"#
    try DurableFile.write(Array((line + "\n").utf8), to: file)
    var text = Self.recipe(
      tokens: 100, endpoint: "api: chat", data: "  chat: {kind: file, path: \(file), template: chat}")
    text = text.replacing("nano-target", with: "lab-target").replacing(
      "prompts: {stories: 1}", with: "prompts: {chat: 1}"
    )
    .replacing("    magpie: 0.25\n", with: "")
    let server = StoryServer(words: 9)
    #expect(try Self.run(text, in: folder.file("run"), server) == .finished)
    let body = try JSONValue.parse(server.requests[0].body)
    #expect(body["messages"] == [["role": "user", "content": "When?"]])
    #expect(server.requests[0].url == "http://server/v1/chat/completions")
    let tokenizer = try TokenizerLoader.load(path: repositoryRoot + "checkpoints/lab-target")
    let document = try Self.documents(folder.file("run"))[0]
    #expect(
      tokenizer.decode(Array(document.tokens.prefix(document.promptLength)), skippingSpecialTokens: false)
        == "<|begin|><|user|>\nWhen?<|end|>\n<|assistant|>\n")
  }

  @Test func theKeyIsInNoFile() throws {
    let folder = try TemporaryFolder()
    let server = StoryServer(words: 9)
    let text = Self.recipe(tokens: 200, endpoint: "key_variable: SERVER_KEY")
    #expect(try Self.run(text, in: folder.path, server) == .finished)
    #expect(server.requests[0].headers.contains { $0 == ("Authorization", "Bearer " + Self.key) })
    let files = try #require(FileManager.default.enumerator(atPath: folder.path)).compactMap { $0 as? String }
    #expect(files.count > 4)
    for name in files where Directory.kind(of: folder.file(name)) == .file {
      let bytes = try File.readAll(folder.file(name), limit: 1 << 24)
      #expect(Foundation.Data(bytes).range(of: Foundation.Data(Self.key.utf8)) == nil, "\(name)")
    }
  }

  @Test(arguments: [
    ("url: \"ftp://x\", model: m", "endpoint.url"),
    ("parameters: {temperature: 1}", "endpoint.parameters.temperature"),
    ("api: chat", "prompts.stories"), ("api: chat", "magpie"),
    ("api: chat, prompt: tokens", "endpoint.prompt"),
    ("concurrency: 0", "endpoint.concurrency"),
  ])
  func whatNoServerCouldBeAskedIsFoundBefore(endpoint: String, key: String) {
    var text = Self.recipe(tokens: 10, endpoint: endpoint)
    if endpoint.hasPrefix("url") { text = text.replacing("url: \"http://server/v1\", model: m, ", with: "") }
    let errors = #expect(throws: RecipeErrors.self) {
      _ = try ResolvedRecipe.load(text: text, file: "r.yaml")
    }
    #expect(errors?.errors.contains { $0.key == "stages[0].\(key)" } == true, "\(String(describing: errors))")
  }

  @Test func aBatchSizeIsNotIgnored() {
    let text = Self.recipe(tokens: 10) + "\n    batch_size: 8"
    let errors = #expect(throws: RecipeErrors.self) {
      _ = try ResolvedRecipe.load(text: text, file: "r.yaml")
    }
    #expect(errors?.errors.contains { $0.key == "stages[0].batch_size" } == true)
  }

  @Test func noTargetIsNeededWhereATokenizerIsThere() throws {
    let folder = try TemporaryFolder()
    let text = Self.recipe(tokens: 100)
      .replacing(
        "target: {path: \(repositoryRoot)checkpoints/nano-target}",
        with: "tokenizer: {from: \(repositoryRoot)checkpoints/nano-target}"
      )
      .replacing("drafter:", with: "model:")
    #expect(try Self.run(text, in: folder.path, StoryServer(words: 9)) == .finished)
    #expect(try Self.documents(folder.path).count > 1)
  }
}
