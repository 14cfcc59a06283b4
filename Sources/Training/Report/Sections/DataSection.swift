internal import Charts
internal import DraftData
internal import FileSystem

/// What a run learns from, as far as its folder knows: sources, corpora, and the first batch of each training stage.
struct DataSection {
  let record: RunRecord

  var section: ReportSection {
    get throws {
      var content = [try sources]
      if !record.corpora.isEmpty { content += [.tag("h3", "Corpora written by this run"), corpora] }
      let batches = record.log?.firstBatches ?? []
      if batches.isEmpty {
        content.append(ReportSection.absent("The log shows no batch yet."))
      } else {
        content.append(.tag("h3", "First batches, what is learnt of them marked"))
        content += batches.map(Self.markup)
      }
      return ReportSection("data", "Data", content)
    }
  }

  private var sources: Markup {
    get throws {
      guard !record.recipe.data.entries.isEmpty || !record.recipe.prompts.entries.isEmpty else {
        return ReportSection.absent("The recipe names no data.")
      }
      let files =
        try record.provenance.optional("sources")?.elements.map {
          (path: try $0.required("path").string, bytes: try $0.required("bytes").int)
        } ?? []
      var table = ReportTable([
        ("source", false), ("kind", false), ("what", false), ("held out", true), ("files", true),
        ("size", true),
      ])
      func append(_ name: String, _ kind: String, _ what: String, heldOut: Double = 0, path: String?) {
        let own = files.filter { $0.path == path || $0.path.hasPrefix((path ?? "\n") + "/") }
        table.append([
          name, kind, what, heldOut > 0 ? NumberText.fixed(100 * heldOut, 1) + " %" : "-",
          own.isEmpty ? "-" : "\(own.count)",
          own.isEmpty ? "-" : NumberText.size(own.reduce(0) { $0 + $1.bytes }),
        ])
      }
      for entry in record.recipe.data.entries {
        let it = entry.value
        append(entry.name, it.kind, it.summary, heldOut: it.holdout, path: it.path)
      }
      for entry in record.recipe.prompts.entries {
        switch entry.value {
        case .file(let it): append(entry.name, "prompts", it.path, path: it.path)
        case .holdout(let it): append(entry.name, "prompts", "held out of \(it.source)", path: nil)
        }
      }
      return table.markup
    }
  }

  private var corpora: Markup {
    var table = ReportTable([
      ("corpus", false), ("documents", true), ("tokens", true), ("tokens per document", true),
      ("files", true), ("size", true),
    ])
    for corpus in record.corpora {
      let (documents, tokens) = (corpus.documents.flatMap { Int($0) }, corpus.tokens.flatMap { Int($0) })
      let mean = documents.flatMap { count in tokens.map { Double($0) / Double(max(count, 1)) } }
      table.append([
        corpus.name, documents.map(NumberText.grouped) ?? "being written",
        tokens.map(NumberText.grouped) ?? "-",
        NumberText.figure(mean, 1), "\(corpus.files)", corpus.bytes > 0 ? NumberText.size(corpus.bytes) : "-",
      ])
    }
    return table.markup
  }

  private static func markup(_ batch: LogHistory.FirstBatch) -> Markup {
    .group([
      .tag("p", ["class": "note"], [.tag("b", batch.stage), .text(": \(batch.counts) are learnt")]),
      .tag("p", ["class": "context"], learnt(batch.text)),
    ])
  }

  /// What stands between ⟦ and ⟧, marked; line breaks are `\u{a}` in the log.
  private static func learnt(_ text: String) -> [Markup] {
    text.replacing("\\u{a}", with: "↵\n").split(separator: "⟦", omittingEmptySubsequences: false).enumerated()
      .flatMap {
        index, part -> [Markup] in
        guard index > 0, let end = part.firstIndex(of: "⟧") else { return [.text(String(part))] }
        return [.tag("mark", String(part[..<end])), .text(String(part[part.index(after: end)...]))]
      }
  }
}

extension SourceRecipe {
  /// As recipes write it.
  fileprivate var kind: String {
    switch self {
    case .synthetic: "synthetic"
    case .file: "file"
    case .corpus: "corpus"
    case .features: "features"
    }
  }

  /// What is in it, in a few words.
  fileprivate var summary: String {
    switch self {
    case .synthetic(let it): "\(NumberText.grouped(it.count)) made-up \(it.domain.rawValue)"
    case .file(let it): it.path
    case .corpus(let it): it.path
    case .features(let it): it.path
    }
  }

  /// The file or folder that it reads.
  fileprivate var path: String? {
    switch self {
    case .synthetic: nil
    case .file(let it): it.path
    case .corpus(let it): it.path
    case .features(let it): it.path
    }
  }
}
