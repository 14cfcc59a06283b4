import Foundation
import TestSupport
import Testing
import Training

@Suite struct ShippedRecipesTests {
  @Test(arguments: [
    ("fastdraft/quickstart", [String]()), ("fastdraft/stories260k", ["target=a.bin:b.bin", "text=c.jsonl"]),
    ("fastdraft/babyllama105", ["target=a.bin:b.bin", "text=c.jsonl"]),
    ("fastdraft/published", ["target=a", "drafter=b", "text=c.jsonl"]),
    ("fastdraft/served", ["target=a", "served_model=m", "questions=c.jsonl"]),
    ("target/nano", ["stories=a.jsonl", "math=b.jsonl", "code=c.jsonl"]),
    (
      "target/lab",
      [
        "stories=a.jsonl", "plain_stories=b.jsonl", "math=c.jsonl", "code=d.jsonl", "functions=e.jsonl",
        "programs=f.json", "roleplay=g.json", "seeds=h.jsonl", "instructions=i.jsonl",
      ]
    ),
  ])
  func shippedRecipesPassTheirChecks(name: String, arguments: [String]) throws {
    let path = "\(repositoryRoot)recipes/\(name).yaml"
    let resolved = try ResolvedRecipe.load(path: path, arguments: arguments)
    let file = String(name.split(separator: "/")[1])
    #expect(resolved.recipe.name.hasSuffix(file) || resolved.recipe.name == "\(file)-target")
    #expect(try ResolvedRecipe.load(text: resolved.yaml, file: "config.yaml").recipe == resolved.recipe)
  }

  @Test func theReferencePageIsUpToDate() throws {
    let page = try String(contentsOfFile: "\(repositoryRoot)docs/recipe-reference.md", encoding: .utf8)
    #expect(
      page == RecipeReference.markdown, "run: pacer recipe schema --markdown > docs/recipe-reference.md")
  }
}
