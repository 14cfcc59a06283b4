internal import Charts

/// A part of a report that the list of contents names.
struct ReportSection {
  let id: String
  let title: String
  let content: [Markup]

  /// A part under a name that is none of the run's.
  init(_ id: StaticString, _ title: String, _ content: [Markup]) {
    (self.id, self.title, self.content) = (id.description, title, content)
  }

  var markup: Markup { .tag("section", ["id": id], [.tag("h2", title)] + content) }

  var link: Markup { .tag("a", ["href": "#" + id], title) }

  /// A sentence about what is not there.
  static func absent(_ text: String) -> Markup { .tag("p", ["class": "absent"], text) }

  /// A sentence about what is.
  static func note(_ text: String) -> Markup { .tag("p", ["class": "note"], text) }
}
