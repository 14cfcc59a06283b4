import Foundation
import TestSupport
import Testing
import Training

@Suite struct ShippedRecipesTests {
  @Test(arguments: [
    ("fastdraft/quickstart", [String]()), ("fastdraft/stories260k", ["target=a.bin:b.bin", "text=c.jsonl"]),
    ("fastdraft/babyllama105", ["target=a.bin:b.bin", "text=c.jsonl"]),
    ("target/nano", ["stories=a.jsonl", "math=b.jsonl", "code=c.jsonl"]),
  ])
  func shippedRecipesPassTheirChecks(name: String, arguments: [String]) throws {
    let path = "\(repositoryRoot)recipes/\(name).yaml"
    let resolved = try ResolvedRecipe.load(path: path, arguments: arguments)
    #expect(resolved.recipe.name.hasSuffix(String(name.split(separator: "/")[1])) || name == "target/nano")
    #expect(try ResolvedRecipe.load(text: resolved.yaml, file: "config.yaml").recipe == resolved.recipe)
  }

  @Test func theReferencePageIsUpToDate() throws {
    let page = try String(contentsOfFile: "\(repositoryRoot)docs/recipe-reference.md", encoding: .utf8)
    #expect(
      page == RecipeReference.markdown, "run: pacer recipe schema --markdown > docs/recipe-reference.md")
  }
}
