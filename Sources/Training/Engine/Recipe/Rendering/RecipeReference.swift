/// The reference page of all recipe keys, drawn from their declarations.
public enum RecipeReference {
  /// The whole page as Markdown; `docs/recipe-reference.md` holds it and a test compares the two.
  public static var markdown: String {
    var page = """
      # Recipe reference

      Every key that a recipe may have, with its type, range and default. Written by
      `pacer recipe schema --markdown` from the same declarations that read recipes; do not edit by hand.

      Unknown keys, wrong types and numbers out of range are errors, all reported at once. Paths are relative to
      the folder in which `pacer` is called. Any value can be given on the command line instead:
      `stages.align.steps=500`, `stages[2].optimizer.lr=1e-3`, `data.text.path=b.txt`.

      """
    var writer = Writer()
    writer.write(Recipe.section)
    page += writer.text
    return page
  }

  /// A section and where it stands.
  private struct Heading {
    let path: String
    /// Of a union; nil for a plain section.
    let kind: String?
    let section: RecipeShape.Section

    var title: String {
      path.isEmpty ? "The recipe" : "`\(path)`" + (kind.map { ", kind: \($0)" } ?? "")
    }
  }

  private struct Writer {
    private(set) var text = ""
    private var pending: [Heading] = []
    private var written: [Heading] = []

    mutating func write(_ section: RecipeShape.Section) {
      pending.append(Heading(path: "", kind: nil, section: section))
      while !pending.isEmpty {
        let next = pending.removeFirst()
        guard !written.contains(where: { $0.title == next.title }) else { continue }
        text += "\n## \(next.title)\n\n\(next.section.documentation)\n"
        if let same = written.first(where: { $0.section == next.section }) {
          text += "\nThe keys of \(same.title).\n"
        } else if !next.section.fields.isEmpty {
          text += "\n| key | type | default | meaning |\n|---|---|---|---|\n"
          for field in next.section.fields { row(field, in: next) }
        }
        written.append(next)
      }
    }

    private mutating func row(_ field: RecipeShape.Field, in heading: Heading) {
      let standard = field.standard.flatMap(Self.short)
      let value = field.isRequired ? "required" : standard.map { "`\($0)`" } ?? "–"
      let neutral = field.isNeutral ? " *(may change on resume)*" : ""
      let unit = field.unit.map { ", \($0)" } ?? ""
      let path = heading.path.isEmpty ? field.key : "\(heading.path).\(field.key)"
      let cells = [
        "`\(field.key)`", describe(field.shape, at: path) + unit, value, field.documentation + neutral,
      ]
      text += "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |\n"
    }

    /// A type in a few words; sections get a heading of their own further down.
    private mutating func describe(_ shape: RecipeShape, at path: String) -> String {
      switch shape {
      case .integer(let range): return "whole number" + Self.clause(range)
      case .number(let range): return "number" + Self.clause(range)
      case .boolean: return "true or false"
      case .text: return "text"
      case .choice(let choices):
        return choices.map { "`\($0.name)` (\($0.documentation))" }.joined(separator: ", ")
      case .list(let item): return "list of: " + describe(item, at: path)
      case .table(let value): return "names, each with: " + describe(value, at: path)
      case .section(let section):
        pending.append(Heading(path: path, kind: nil, section: section))
        return "keys of `\(path)`"
      case .union(let union):
        for alternative in union.alternatives {
          pending.append(Heading(path: path, kind: alternative.kind, section: alternative.section))
        }
        return "`kind: " + union.alternatives.map(\.kind).joined(separator: "|") + "`"
      }
    }

    private static func clause(_ range: RecipeRange?) -> String { range.map { " " + $0.description } ?? "" }

    private static func short(_ node: RecipeNode) -> String? {
      if let inline = RecipeText.inlined(node) { return inline == "{}" ? nil : inline }
      return node["kind"].flatMap(\.text).map { "kind: \($0)" }
    }
  }
}
