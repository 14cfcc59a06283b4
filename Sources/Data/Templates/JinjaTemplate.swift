/// A parsed Jinja template, rendered as transformers renders chat templates.
///
/// ```swift
/// let template = try JinjaTemplate("{% for m in messages %}{{ m.content }}{% endfor %}")
/// let text = try template.render(variables).text
/// ```
///
/// The language is Jinja2's in a sandbox whose values cannot be changed, with `trim_blocks`, `lstrip_blocks`, loop
/// controls, `{% generation %}`, and transformers' `tojson`, `raise_exception` and `strftime_now`. What is not
/// supported (inheritance, imports, recursive loops, filters for HTML) is an error that names it, never another text.
///
/// Source: the Jinja 3.1 template designer documentation; transformers' chat template utilities.
package struct JinjaTemplate: Sendable {
  /// What a template printed.
  package struct Rendering: Sendable, Equatable {
    /// The text.
    package let text: String
    /// The bytes of the text that `{% generation %}` blocks printed; nil when one stood in a macro or another block
    /// whose place in the text is not known.
    package let generations: [Range<Int>]?
  }

  /// What is shown in messages.
  package let file: String?
  /// Whether the template has a `{% generation %}` block.
  package let marksGenerations: Bool
  private let body: [JinjaStatement]

  /// Parses a template.
  ///
  /// - Throws: `InputError` with the line, what stands there and what was expected.
  package init(_ source: String, file: String? = nil) throws {
    var lexer = JinjaLexer(source, file: file)
    var parser = JinjaParser(try lexer.allTokens(), file: file)
    self.file = file
    body = try parser.template()
    marksGenerations = parser.hasGeneration
  }

  /// Renders the template.
  ///
  /// - Parameters:
  ///   - variables: what the template may mention.
  ///   - clock: the time for `strftime_now`; without it the function is undefined, and templates that ask whether it
  ///     is defined take a date of their own.
  /// - Throws: `InputError` with the line: a value that does not fit, what the template itself raises, or a template
  ///   that prints, loops or calls without end.
  package func render(_ variables: JSONObject, clock: TemplateClock? = nil) throws -> Rendering {
    let evaluator = JinjaEvaluator(file: file, clock: clock)
    let scope = JinjaScope(parent: nil)
    for member in variables.members { scope.values[member.key] = try JinjaValue(member.value) }
    _ = try evaluator.run(body, scope)
    return Rendering(
      text: evaluator.output, generations: evaluator.hasUnplacedGeneration ? nil : evaluator.generations)
  }
}
