internal import Charts

/// The recipe of a run as it was resolved.
struct ResolvedRecipeSection {
  let record: RunRecord

  var section: ReportSection {
    ReportSection(
      "recipe", "Recipe",
      [
        .tag(
          "details",
          [
            .tag("summary", "config.yaml: every value is written out"),
            .tag("pre", ["class": "scroll", "tabindex": "0"], record.recipeText),
          ])
      ])
  }
}
