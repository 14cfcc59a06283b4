internal import DraftData
internal import Drafters
internal import FileSystem
internal import Models

/// A GGUF file, which llama.cpp and all that is built on it load, with the lines that use it beside it.
///
/// As llama.cpp's converter does, vectors are stored as F32 whatever the type, and a matrix whose rows are no whole
/// blocks of Q8_0 as F16.
package struct GGUFExporter: Exporter {
  package let format = ExportStageRecipe.Format.gguf
  package let elementTypes = ExportStageRecipe.ElementType.allCases

  package let subjects: [ExportSubject] = [.languageModel, .eagle3]

  /// llama.cpp reads one of EAGLE-3 drafters alone.
  package func holdsDraftVocabulary(of subject: ExportSubject) -> Bool { subject == .eagle3 }

  /// There is nothing to set.
  package init() {}

  package func fileName(for name: String) -> String { name + ".gguf" }

  package func advice(for request: ExportRequest, at path: String) throws -> [String] {
    let content = try self.content(request, path)
    return content.warnings + lines(request, path, []).lines
  }

  package func export(_ request: ExportRequest, to path: String, force: Bool) throws {
    try checkElementType(of: request)
    guard request.model.languageModel?.configuration.draftVocabulary == nil else {
      throw InputError(
        .usage, key: "--format gguf",
        found: "the drafter has a vocabulary of its own, which llama.cpp's Llama cannot express",
        expected: "the target's vocabulary", remedy: "Export it with --format engine")
    }
    let readme = readmePath(path)
    for place in [path, readme] {
      guard let kind = Directory.kind(of: place, followsLinks: false) else { continue }
      if !force || kind != .file {
        throw InputError(
          .cannotCreate, file: place, found: "it exists already", expected: "a new name",
          remedy: kind == .file ? "Choose another name, or replace it with --force" : nil)
      }
    }
    let content = try self.content(request, path)
    if let target = request.target { try content.checkCompatibility(with: target) }
    try Directory.create(Path.folder(of: path))
    let text = lines(request, path, content.warnings).text
    var isReadmeNew = false
    do {
      try DurableFile.createByName(path, replaces: force) { temporary in
        try GGUFWriter.write(content.keyValues, content.tensors, to: temporary)
        try content.check(temporary)
        isReadmeNew = Directory.kind(of: readme, followsLinks: false) == nil
        // Before the model gets its name: where that is, its lines are, too.
        try DurableFile.write(Array(text.utf8), to: readme)
      }
    } catch {
      if isReadmeNew { try? Directory.removeFile(readme) }
      throw error
    }
  }

  private func content(_ request: ExportRequest, _ path: String) throws -> any GGUFFileContent {
    guard case .features = request.model else { return try GGUFContent(request, name: name(of: path)) }
    let (drafter, target) = try request.recurrentDrafter(for: self)
    return try GGUFDrafterContent(request, drafter, target, name: name(of: path))
  }

  private func lines(
    _ request: ExportRequest, _ path: String, _ warnings: [String]
  ) -> (text: String, lines: [String]) {
    guard case .features = request.model else {
      let readme = GGUFReadme(request, path: path, warnings: warnings)
      return (readme.text, [readme.launchLine])
    }
    let readme = DrafterReadme(request, format: format, folderName: Path.name(of: path))
    return (readme.text, readme.launchLines)
  }

  /// `drafter` of `folder/drafter.gguf`.
  private func name(of path: String) -> String {
    let name = Path.name(of: path)
    return name.hasSuffix(".gguf") ? String(name.dropLast(5)) : name
  }

  private func readmePath(_ path: String) -> String {
    Path.joined(Path.folder(of: path), name(of: path) + ".README.md")
  }
}
