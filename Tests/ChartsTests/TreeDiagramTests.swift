import Charts
import Testing

@Suite struct TreeDiagramTests {
  @Test func thePathThatComesFirstIsAStraightLine() {
    // 0 ─ 1 ─ 3
    //   └ 2 ─ 4, with 5 behind 2 as well; what stands is 2 and 5.
    let layout = TreeLayout(parents: [nil, 0, 0, 1, 2, 2]) { [2, 5].contains($0) }
    #expect(layout.depths == [0, 1, 1, 2, 2, 2])
    #expect(layout.rows == [0, 2, 0, 2, 1, 0])
    #expect(layout.rowCount == 3)
  }

  @Test func everyLeafHasARowOfItsOwn() {
    let parents: [Int?] = [nil] + (1..<200).map { ($0 - 1) / 3 }
    let layout = TreeLayout(parents: parents) { _ in false }
    let inner = Set(parents.compactMap(\.self))
    let leaves = parents.indices.filter { !inner.contains($0) }
    #expect(
      Set(leaves.map { layout.rows[$0] }) == Set(0..<layout.rowCount) && leaves.count == layout.rowCount)
  }

  @Test func aTreeOfOnePathIsALineAndMayBeVeryDeep() {
    let layout = TreeLayout(parents: [nil] + (0..<9_999).map { $0 }) { _ in false }
    #expect(layout.rowCount == 1 && layout.depths.last == 9_999)
  }

  @Test func nodesAreNamedAndClassedByWhatBecameOfThem() {
    let html = TreeDiagram(
      [
        .init(parent: nil, text: "the", detail: "", hint: "root", role: .root),
        .init(parent: 0, text: "<cat>", detail: "87 %", hint: "token 5", role: .accepted),
        .init(parent: 0, text: "dog", detail: "2 %", hint: "token 6", role: .rejected),
      ], label: "a tree"
    ).markup.html
    #expect(html.contains("<g class=\"node accepted\"><title>token 5</title>"))
    #expect(html.contains("<tspan>&lt;cat&gt;</tspan><tspan class=\"detail\" dx=\"6\">87 %</tspan>"))
    #expect(html.contains("aria-label=\"a tree\"") && html.contains("class=\"edge rejected\""))
    // The accepted path lies over the others.
    let edges = html.matches(of: /class="edge (\w+)"/).map { String($0.1) }
    #expect(edges == ["rejected", "accepted"])
  }
}
