/// How the page of a report looks, charts apart.
enum ReportStyle {
  /// The rules.
  static let css: StaticString = """
    :root { color-scheme: light dark; --paper: #fbfbfa; --card: #ffffff; --ink: #1c1f23; --muted: #667078;
      --rule: #dfe2e5; --mark: #fff0b8; --note: #f1f3f4; }
    @media (prefers-color-scheme: dark) {
      :root { --paper: #14171a; --card: #1b1f23; --ink: #e6e8ea; --muted: #98a2ab; --rule: #343a40; --mark: #4d4316;
        --note: #22272c; } }
    * { box-sizing: border-box; }
    html { scroll-behavior: smooth; -webkit-text-size-adjust: 100%; }
    body { margin: 0; background: var(--paper); color: var(--ink);
      font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif; }
    nav { position: sticky; top: 0; z-index: 1; display: flex; gap: 1.1rem; overflow-x: auto; padding: .55rem max(1rem, calc(50% - 37rem));
      background: var(--paper); border-bottom: 1px solid var(--rule); font-size: .87rem; white-space: nowrap; }
    nav a { color: var(--muted); text-decoration: none; } nav a:hover { color: var(--ink); text-decoration: underline; }
    main, footer { max-width: 76rem; margin: 0 auto; padding: 0 1rem; }
    footer { color: var(--muted); font-size: .8rem; padding-top: 1.5rem; padding-bottom: 2rem; overflow-wrap: anywhere; }
    section { margin: 2.6rem 0 0; scroll-margin-top: 3rem; }
    h1 { font-size: 1.9rem; line-height: 1.2; margin: 0; overflow-wrap: anywhere; }
    h2 { font-size: 1.25rem; margin: 0 0 .7rem; padding-bottom: .3rem; border-bottom: 1px solid var(--rule); }
    h3 { font-size: 1rem; margin: 1.4rem 0 .5rem; }
    .kicker { margin: 1.6rem 0 .1rem; color: var(--muted); font-size: .8rem; letter-spacing: .06em; text-transform: uppercase; }
    .lead { margin: .4rem 0 1.2rem; color: var(--muted); overflow-wrap: anywhere; }
    .badge { display: inline-block; vertical-align: .3em; font-size: .78rem; font-weight: 600; line-height: 1; padding: .32rem .55rem;
      border-radius: 99px; border: 1.5px solid currentColor; }
    .badge.finished { color: var(--s2); } .badge.running { color: var(--s0); } .badge.stopped { color: var(--s1); }
    .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(10.5rem, 1fr)); gap: .7rem; margin: 0 0 1.3rem; }
    .tiles > div { background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: .7rem .9rem; }
    .tiles dt { color: var(--muted); font-size: .8rem; } .tiles dd { margin: 0; font-size: 1.45rem; line-height: 1.25; font-weight: 600;
      font-variant-numeric: tabular-nums; }
    .tiles dd.hint { font-size: .76rem; font-weight: 400; color: var(--muted); line-height: 1.35; overflow-wrap: anywhere; }
    .facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .15rem 1.1rem; margin: .6rem 0 0; font-size: .87rem; }
    .facts dt { color: var(--muted); } .facts dd { margin: 0; overflow-wrap: anywhere; }
    .note, .absent { color: var(--muted); font-size: .87rem; margin: .3rem 0 .8rem; } ul.note { padding-left: 1.1rem; margin-top: .9rem; }
    code { font: .92em ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
    .absent { background: var(--note); border-radius: 8px; padding: .7rem .9rem; }
    .scroll { overflow-x: auto; } .scroll:focus-visible { outline: 2px solid var(--s0); outline-offset: 2px; }
    table { border-collapse: collapse; width: 100%; font-size: .87rem; font-variant-numeric: tabular-nums; }
    th, td { text-align: left; padding: .36rem .8rem .36rem 0; border-bottom: 1px solid var(--rule); white-space: nowrap; }
    thead th { color: var(--muted); font-weight: 500; } tbody th { font-weight: 600; }
    td.number, th.number { text-align: right; padding-right: 0; padding-left: 1.1rem; }
    .number + :not(.number) { padding-left: 1.6rem; }
    tr.minor th { font-weight: 400; padding-left: 1rem; } tr.minor { color: var(--muted); }
    .charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(21.5rem, 100%), 1fr)); gap: 1rem; margin-top: .8rem; }
    .charts > .tall { grid-row: span 2; }
    .charts > figure { background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: .75rem .8rem .5rem; }
    figcaption { font-size: .9rem; line-height: 1.35; }
    details { background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: 0 .9rem; margin: .6rem 0; }
    summary { cursor: pointer; padding: .55rem 0; font-size: .9rem; } details[open] { padding-bottom: .8rem; }
    summary:focus-visible { outline: 2px solid var(--s0); outline-offset: 2px; }
    .context { background: var(--note); border-radius: 6px; padding: .55rem .75rem; margin: .2rem 0 .8rem; font-size: .84rem;
      white-space: pre-wrap; overflow-wrap: anywhere; font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
    mark { background: var(--mark); color: inherit; border-radius: 3px; padding: 0 .1em; }
    pre { margin: 0; font: .8rem/1.5 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
    .tree svg { display: block; margin: 0 auto 0 0; }
    .legend.roles { gap: .3rem 1.2rem; margin: 0 0 .5rem; } .legend.roles svg { width: auto; height: auto; }
    .warnings { padding-left: 1.1rem; } .warnings li { overflow-wrap: anywhere; }
    @media print {
      :root { --paper: #fff; --card: #fff; --ink: #000; --muted: #555; --rule: #ccc; --mark: #fff0b8; --note: #f4f4f4; }
      nav { display: none; } body { font-size: 11px; } main, footer { max-width: none; padding: 0; }
      .charts { grid-template-columns: 1fr 1fr; } h2, h3, summary { break-after: avoid; } details, .tiles > div { break-inside: avoid; }
      table { font-size: 9.5px; } th, td { padding-right: .5rem; white-space: normal; } td.number, th.number { padding-left: .5rem; }
      .note { break-after: avoid; } .scroll { overflow: visible; } .tree svg { max-width: 100%; height: auto; } pre { white-space: pre-wrap; } }

    """
}
