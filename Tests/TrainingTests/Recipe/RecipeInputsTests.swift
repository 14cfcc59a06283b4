import Testing
import Training

@Suite struct RecipeInputsTests {
  static let text =
    "inputs: {target: a folder, text: stories}\n"
    + RecipeExamples.drafter.replacing("some/target", with: "\"${target}\"").replacing(
      "{kind: synthetic, domain: stories, count: 100, holdout: 0.1}",
      with: "{kind: file, path: \"dir/${text}\", holdout: 0.1}")

  @Test func inputsFillTheirPlaces() throws {
    let resolved = try ResolvedRecipe.load(
      text: Self.text, file: "r.yaml", arguments: ["target=m.bin:t.bin", "text=a=b.txt", "seed=4"])
    #expect(resolved.recipe.target?.path == "m.bin:t.bin")
    guard case .file(let source) = resolved.recipe.data["text"] else { return #expect(Bool(false)) }
    #expect(source.path == "dir/a=b.txt")
    #expect(resolved.recipe.seed == 4)
    #expect(resolved.annotatedYAML.contains("# input target"))
    #expect(try ResolvedRecipe.load(text: resolved.yaml, file: "c.yaml").recipe == resolved.recipe)
  }

  @Test func missingInputsSayHowToGiveThem() {
    #expect(
      complaints(Self.text, ["target=x"]) == [
        "r.yaml:1:28: inputs.text: this input is not given, expected stories. Add text=… to the command line"
      ])
  }

  @Test func anUnknownInputIsNamed() {
    let text = Self.text.replacing("${target}", with: "${targte}")
    #expect(
      complaints(text, ["target=x", "text=y"]).first?.contains(
        "target.path: '${targte}' is no declared input. Did you mean 'target'?") == true)
    #expect(
      complaints(Self.text, ["target=x", "txet=y", "text=z"]) == [
        "txet: unknown key in 'txet=y' of the command line. Did you mean 'text'?"
      ])
  }
}
