import Charts
import Testing

@Suite struct MarkupTests {
  @Test func nothingThatLooksLikeMarkupGetsIntoAPageAsMarkup() {
    let hostile = "</p><script>alert('x' & \"y\")</script>"
    let html = Markup.tag("p", ["title": hostile], hostile).html
    let escaped = "&lt;/p&gt;&lt;script&gt;alert('x' &amp; &quot;y&quot;)&lt;/script&gt;"
    #expect(html == "<p title=\"\(escaped)\">\(escaped)</p>")
  }

  @Test func charactersThatXMLDoesNotHaveAreReplaced() {
    #expect(
      Markup.text("a\u{0}b\u{1B}c\u{7F}\u{FFFE}d\te\nf 🙂").html
        == "a\u{FFFD}b\u{FFFD}c\u{FFFD}\u{FFFD}d\te\nf 🙂")
  }

  @Test func interpolatedTextIsTextToo() {
    let name = "<b>"
    let piece: Markup = "a \(name)"
    #expect(piece.html == "a &lt;b&gt;")
  }

  @Test func elementsWithoutContentAreClosedAsBrowsersAndXMLParsersWantIt() {
    #expect(Markup.tag("meta", ["charset": "utf-8"]).html == "<meta charset=\"utf-8\"/>")
    #expect(Markup.tag("td", [Markup]()).html == "<td></td>")
    #expect(Markup.group([.tag("br", [Markup]()), "x"]).html == "<br/>x")
  }
}
