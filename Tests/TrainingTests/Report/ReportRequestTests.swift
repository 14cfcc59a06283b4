import Autodiff
import FileSystem
import TestSupport
import Testing
import Training

/// Whole pages from tiny runs.
@Suite struct ReportRequestTests {
  private static func page(
    _ folder: RunFolder, _ change: (inout ReportRequest) -> Void = { _ in }
  ) throws -> String {
    var request = ReportRequest(run: folder.path)
    change(&request)
    let path = try request.write(version: "test") { CPUBackend(threads: 2) }
    return String(decoding: try File.readAll(path, limit: 1 << 26), as: UTF8.self)
  }

  private static let sections = ["stages", "training", "acceptance", "trees", "data", "warnings", "recipe"]

  /// Every part is there, nothing is fetched or run, and nothing of the run is taken for markup.
  private static func expectSound(_ page: String, line: Int = #line) {
    let problem = WellFormedness.problem(in: page)
    #expect(problem == nil, "line \(line): \(problem ?? "")")
    for id in sections {
      #expect(
        page.contains("<section id=\"\(id)\">") && page.contains("href=\"#\(id)\""), "line \(line): \(id)")
    }
    #expect(!page.contains("<script") && !page.contains(ReportedRun.hostile), "line \(line)")
    let foreign = page.replacing("http://www.w3.org/", with: "").matches(
      of: /(?:src|href)="[^#d][^"]*"|url\(|https?:/)
    #expect(foreign.isEmpty, "line \(line): \(foreign.map(\.0))")
  }

  @Test func aFinishedRunIsShownWhole() throws {
    let temporary = try TemporaryFolder()
    let folder = try ReportedRun.finished(ReportedRun.tree, in: temporary.file("run"))
    let page = try Self.page(folder)
    Self.expectSound(page)
    #expect(Directory.kind(of: Path.joined(folder.path, "report.html")) == .file)
    for text in [
      ">finished</span>", "Loss</strong>", "Learning rate</strong>", "Gradient norm", "Throughput",
      "Memory held",
      "Tau of short evaluations", "Accepted by depth: measure", "Tau by domain",
      "<td class=\"number\">4/0/0</td>",
      "look at &lt;b&gt;&amp;'x'", "checkpoints/nano-target (1,750,240 parameters)", "kind: eagle",
      "60 made-up stories", "First batches",
    ] {
      #expect(page.contains(text), "\(text)")
    }
    // Drawn from what the stage recorded, for the first prompt of each domain.
    #expect(page.contains("stories, cycle 1: ") && page.contains("&lt;b&gt;&amp;'x', cycle 1: "))
    #expect(page.contains("class=\"node root\"") && page.contains("class=\"node correction\""))
    #expect(!page.contains("cycle 4: "))
    let more = try Self.page(folder) { $0.cycleCount = 5 }
    #expect(more.contains("cycle 5: "))
  }

  @Test func promptsOfOnesOwnAreDecoded() throws {
    let temporary = try TemporaryFolder()
    let folder = try ReportedRun.finished(ReportedRun.tree, in: temporary.file("run"))
    let text = temporary.file("prompt.txt")
    try DurableFile.write(Array("The dog <ran>\n".utf8), to: text)
    let page = try Self.page(folder) { request in
      request.trees = TreeRequest(prompts: ["Once & more", "@\(text)", "stories:1"])
      request.trees?.cycleCount = 2
    }
    Self.expectSound(page)
    #expect(page.contains("Decoded for this report: dynamic tree of 9 nodes, depth 2, top-k 3, greedy"))
    #expect(page.contains("prompt, cycle 2: ") && page.contains("Once &amp; more"))
    #expect(page.contains("@\(text), cycle 1: ") && page.contains("The dog &lt;ran&gt;"))
    #expect(page.contains("stories:1, cycle 2: "))
    let unknown = #expect(throws: InputError.self) {
      try Self.page(folder) { $0.trees = TreeRequest(prompts: ["stories:400"]) }
    }
    #expect(unknown?.description == "--prompt: 'stories:400', expected stories:0 to stories:39")
    let long = #expect(throws: InputError.self) {
      try Self.page(folder) { $0.trees = TreeRequest(prompts: [String(repeating: "a dog ", count: 5000)]) }
    }
    #expect(long?.expected?.hasPrefix("at most the target's ") == true, "\(String(describing: long))")
  }

  /// Chains are trees of one path: as the evaluation recorded them, and with their probabilities when decoded anew.
  @Test func chainsOfALanguageModelAreDrawnToo() throws {
    let temporary = try TemporaryFolder()
    let folder = try ReportedRun.finished(ReportedRun.chain, in: temporary.file("run"))
    let recorded = try Self.page(folder)
    Self.expectSound(recorded)
    #expect(recorded.contains("of 3 levels accepted, 3 tokens drafted") && recorded.contains("floor, 2-gram"))
    #expect(!recorded.contains("of the whole path"))
    let decoded = try Self.page(folder) { $0.trees = TreeRequest(prompts: ["Once"]) }
    #expect(decoded.contains("Decoded for this report: draft length 3, greedy"))
    #expect(decoded.contains("of the whole path"))
    let sampled = try Self.page(folder) { request in
      request.trees = TreeRequest(prompts: ["Once"])
      request.trees?.temperature = 1
    }
    #expect(sampled.contains("draft length 3, temperature 1"))
  }

  @Test func aRunThatHasHardlyBegunSaysWhatIsMissing() throws {
    let temporary = try TemporaryFolder()
    let folder = RunFolder(temporary.file("run"))
    _ = try TwoStageRun.run(folder, stoppingAfter: 2)
    let page = try Self.page(folder) { $0.out = temporary.file("elsewhere.html") }
    Self.expectSound(page)
    for text in [
      "interrupted after step 0", "No step is logged yet.", "No evaluation of this run is done yet.",
      "No draft trees are recorded", "There is no log in this folder.", "The log shows no batch yet.",
    ] { #expect(page.contains(text), "\(text)") }
    #expect(Directory.kind(of: Path.joined(folder.path, "report.html")) == nil)
    let refused = #expect(throws: InputError.self) {
      try Self.page(folder) { $0.trees = TreeRequest(prompts: ["Once"]) }
    }
    #expect(refused?.key == "--prompt")
  }

  @Test func whatIsNoRunIsRefused() throws {
    let temporary = try TemporaryFolder()
    let error = #expect(throws: InputError.self) { try Self.page(RunFolder(temporary.path)) }
    #expect(error?.code == .missing && error?.expected == "a folder with config.yaml")
  }

  @Test func aDamagedReportOfAnEvaluationIsNamed() throws {
    let temporary = try TemporaryFolder()
    let folder = RunFolder(temporary.file("run"))
    _ = try TwoStageRun.run(folder, stoppingAfter: 2)
    let path = Path.joined(folder.path, "evaluations/mine.json")
    try Directory.create(Path.folder(of: path))
    try DurableFile.write(Array("{\"tau\": \"much\", \"protocol\": \"\"}".utf8), to: path)
    let error = #expect(throws: InputError.self) { try Self.page(folder) }
    #expect(error?.file == path && error?.key == "tau")
  }
}
