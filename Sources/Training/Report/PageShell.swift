internal import Charts
internal import FileSystem
internal import Foundation

/// One file that asks for nothing else: HTML that an XML parser reads too.
///
/// Everything that comes from elsewhere is text of a `Markup`, and so escaped.
struct PageShell {
  let title: String
  /// Of the program that writes the page.
  let version: String
  /// What it was written from.
  let source: String

  /// The bytes of the file.
  func bytes(_ masthead: Markup, _ sections: [ReportSection]) -> [UInt8] {
    let body = Markup.tag(
      "body",
      [
        .tag("nav", ["aria-label": "contents"], sections.map(\.link)),
        .tag("main", [masthead] + sections.map(\.markup)), footer,
      ])
    let page = Markup.tag("html", ["lang": "en", "xmlns": "http://www.w3.org/1999/xhtml"], [head, body])
    return Array(("<!DOCTYPE html>\n" + page.html + "\n").utf8)
  }

  private var head: Markup {
    .tag(
      "head",
      [
        .tag("meta", ["charset": "utf-8"]),
        .tag("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
        .tag("meta", ["name": "color-scheme", "content": "light dark"]),
        // Nothing is fetched or run, whatever stands in the page; an icon would be asked for, unless one is given.
        .tag(
          "meta",
          [
            "http-equiv": "Content-Security-Policy",
            "content": "default-src 'none'; style-src 'sha256-\(styleHash)'; img-src data:",
          ]),
        .tag("link", ["rel": "icon", "href": "data:,"]),
        .tag("title", "\(title) - Pacer"),
        .tag("style", [.verbatim(ReportStyle.css), .verbatim(ChartStyle.css)]),
      ])
  }

  /// Of the one style sheet that a browser is to follow, in base 64.
  private var styleHash: String {
    let text = ReportStyle.css.description + ChartStyle.css.description
    return Foundation.Data(SHA256.hash(text).bytes).base64EncodedString()
  }

  private var footer: Markup {
    let now = Date(timeIntervalSince1970: ProcessFacts.wallSeconds()).formatted(.iso8601)
    return .tag("footer", "Written by Pacer \(version) at \(now) from \(source)")
  }
}
