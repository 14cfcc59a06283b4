/// How charts and trees look: the style sheet of the classes that they use.
///
/// Colours are those of Okabe and Ito, which readers tell apart whatever colours they see; lines differ in their dashes too,
/// and nodes of trees in their frames. The page sets the variables `--ink`, `--muted`, `--rule` and `--card`.
package enum ChartStyle {
  /// The rules.
  package static let css: StaticString = """
    :root { --s0: #0072b2; --s1: #c65102; --s2: #008763; --s3: #b3578d; --s4: #8a6d00; --s5: #3d8fc4;
      --good: #0072b2; --good-soft: #d9ecf8; --own: #c65102; --own-soft: #fde9d9; }
    @media (prefers-color-scheme: dark) {
      :root { --s0: #56b4e9; --s1: #f0853a; --s2: #2cc295; --s3: #e08fc0; --s4: #e6c229; --s5: #9cc9ea;
        --good: #56b4e9; --good-soft: #12354b; --own: #f0853a; --own-soft: #46260d; } }
    @media print { :root { --s0: #0072b2; --s1: #c65102; --s2: #008763; --s3: #b3578d; --s4: #8a6d00; --s5: #3d8fc4;
      --good: #0072b2; --good-soft: #d9ecf8; --own: #c65102; --own-soft: #fde9d9; } }
    .s0 { --c: var(--s0); } .s1 { --c: var(--s1); } .s2 { --c: var(--s2); }
    .s3 { --c: var(--s3); } .s4 { --c: var(--s4); } .s5 { --c: var(--s5); }
    .chart { margin: 0; min-width: 0; break-inside: avoid; display: flex; flex-direction: column; }
    .chart > svg { display: block; width: 100%; height: auto; overflow: visible; margin-top: auto; }
    .chart.bars > svg { margin-top: 0; }
    .chart figcaption { margin: 0 0 .25rem; } .chart .hint { color: var(--muted); font-size: .8rem; }
    .legend { list-style: none; display: flex; flex-wrap: wrap; gap: .1rem .9rem; margin: 0; padding: 0;
      font-size: .8rem; color: var(--muted); }
    .legend li { display: flex; align-items: center; gap: .35rem; }
    .legend svg { width: 24px; height: 10px; flex: none; }
    svg text { font-family: inherit; fill: var(--ink); }
    svg .tick, svg .axis { font-size: 12px; fill: var(--muted); font-variant-numeric: tabular-nums; }
    svg .value { font-size: 12px; font-variant-numeric: tabular-nums; } svg .group { font-size: 12.5px; font-weight: 600; }
    .grid { stroke: var(--rule); stroke-width: 1; } .rule { stroke: var(--muted); stroke-width: 1; }
    .reference { stroke: var(--muted); stroke-width: 1; stroke-dasharray: 3 3; }
    .band { fill: var(--muted); fill-opacity: .05; } .band.odd { fill-opacity: .12; }
    .line { fill: none; stroke: var(--c); stroke-width: 1.8; stroke-linejoin: round; stroke-linecap: round; }
    .line.s1 { stroke-dasharray: 7 3; } .line.s2 { stroke-dasharray: 2 3; } .line.s3 { stroke-dasharray: 8 3 2 3; }
    .line.s4 { stroke-dasharray: 10 4; } .line.s5 { stroke-dasharray: 4 2 1 2; }
    .area { fill: var(--c); fill-opacity: .22; stroke: none; } .mark { fill: var(--c); }
    .strip { fill: var(--ink); fill-opacity: 0; } .strip:hover { fill-opacity: .1; }
    .bar { fill: var(--s0); fill-opacity: .55; } .bar:hover { fill-opacity: .8; }
    .whisker { stroke: var(--ink); stroke-width: 1.3; }
    .edge { fill: none; stroke: var(--rule); stroke-width: 1.2; }
    .edge.accepted { stroke: var(--good); stroke-width: 2.6; }
    .edge.correction { stroke: var(--own); stroke-width: 2.2; stroke-dasharray: 4 3; }
    .node text { font: 12px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; white-space: pre; }
    .node .detail { font-size: 10px; fill: var(--muted); }
    .node rect { fill: var(--card); stroke: var(--rule); }
    .node.root rect { fill: var(--ink); stroke: var(--ink); } .node.root text { fill: var(--card); }
    .node.accepted rect { fill: var(--good-soft); stroke: var(--good); stroke-width: 1.8; }
    .node.accepted text { font-weight: 700; }
    .node.correction rect { fill: var(--own-soft); stroke: var(--own); stroke-width: 1.8; stroke-dasharray: 4 2; }
    .node.correction text { font-weight: 700; }
    .node.rejected rect { stroke: var(--muted); } .node.unreached text { fill: var(--muted); }
    .node.unreached rect { stroke-dasharray: 1 2; }
    """
}
