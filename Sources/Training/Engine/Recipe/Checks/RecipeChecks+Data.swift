internal import DraftData
internal import FileSystem

extension RecipeChecks {
  /// Templates that would fail, or be ignored, once the files are read.
  mutating func checkData() {
    for entry in recipe.data.entries {
      guard case .file(let source) = entry.value else { continue }
      if !source.templateVariables.isEmpty, !source.usesChatTemplate {
        report(
          "variables, and no chat template that would read them", at: "data.\(entry.name).template_variables",
          remedy: "Set template to chat, or remove them")
      }
      guard let template = source.template else { continue }
      let path = "data.\(entry.name).template"
      if source.usesChatTemplate {
        checkChat(source, at: path)
      } else {
        checkTurn(template, at: path)
      }
    }
  }

  private mutating func checkChat(_ source: FileSourceRecipe, at path: String) {
    if recipe.tokenizer.train != nil {
      report(
        "the model's chat template, while its tokenizer is still to be trained on the data", at: path,
        remedy: "Write the template out with {prompt} and {response}, or take the tokenizer from a model")
    }
    if source.format == .text || source.layout == .text || source.fields.text != nil {
      report(
        "a chat template for running text", at: path,
        expected: "a file of conversations or of prompts and responses",
        remedy: "Remove template")
    }
  }

  private mutating func checkTurn(_ template: String, at path: String) {
    do {
      _ = try PromptTemplate(turn: template)
    } catch let error as InputError {
      report(
        error.found, at: path, expected: error.expected,
        remedy: "Write 'chat' for the model's own chat template")
    } catch {
      report("\(error)", at: path)
    }
  }
}
