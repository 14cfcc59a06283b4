/// A piece of an HTML page or of a drawing in it, well-formed as XML too.
///
/// What comes from outside is `text` or the value of an attribute, and both are escaped when they are written. The names of
/// elements and attributes, and what is written verbatim, are `StaticString`: they stand in the source, so that nothing
/// unescaped can get into a page.
///
/// ```swift
/// Markup.tag("p", ["class": "note"], [.tag("b", "3 < 4"), " & so on"]).html
/// // <p class="note"><b>3 &lt; 4</b> &amp; so on</p>
/// ```
package enum Markup: Sendable {
  /// Text, escaped when it is written.
  case text(String)
  /// An element with its attributes and what is in it.
  case element(StaticString, [Attribute], [Markup])
  /// Pieces one after another.
  case group([Markup])
  /// A style sheet or script of the program's own, without `<` and `&`.
  case verbatim(StaticString)

  /// A name and a value, which is escaped when it is written.
  package struct Attribute: Sendable {
    let name: StaticString
    let value: String
  }

  /// An element with attributes, and pieces in it.
  package static func tag(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String>, _ content: [Markup] = []
  ) -> Markup {
    .element(name, attributes.map { Attribute(name: $0.key, value: $0.value) }, content)
  }

  /// An element with attributes, and text in it.
  package static func tag(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String>, _ text: String
  ) -> Markup {
    tag(name, attributes, [.text(text)])
  }

  /// An element with pieces in it.
  package static func tag(_ name: StaticString, _ content: [Markup]) -> Markup {
    .element(name, [], content)
  }

  /// An element with text in it.
  package static func tag(_ name: StaticString, _ text: String) -> Markup {
    .element(name, [], [.text(text)])
  }

  /// Nothing.
  package static let nothing = Markup.group([])
}

extension Markup: ExpressibleByStringInterpolation {
  /// Text.
  package init(stringLiteral value: String) { self = .text(value) }
}
