import DraftData
import Foundation
import TestSupport
import Testing

@Suite("Documents with published tokenizers", .enabled(if: outsideData != nil, "needs PACER_DATA"))
struct RealTokenizerTests {
  @Test(
    "what is learnt of an answered question is its answer",
    arguments: [
      "tokenizers/phi-3-mini/tokenizer.json", "tokenizers/gpt2", "models/stories260K/tok512.bin",
    ])
  func answers(tokenizerPath: String) throws {
    let root = try #require(outsideData)
    let tokenizer = try TokenizerLoader.load(path: root + "/" + tokenizerPath)
    let template = try PromptTemplate(turn: "Question: {prompt}\nAnswer: {response}")
    let documents = try DocumentFile(root + "/gsm8k/train.jsonl", domain: "math", template: template)
      .documents()
    let encoder = DocumentEncoder(tokenizer, scope: .responses)
    for document in documents.prefix(150) {
      let (tokens, inLoss) = encoder.encode(document)
      #expect(inLoss.first == false && inLoss.last == true && tokens.last == tokenizer.endOfText)
      let learnt = zip(tokens, inLoss).filter(\.1).map(\.0).dropLast()
      let bytes = learnt.flatMap { tokenizer.bytes(of: $0, isFirst: false) }
      let answer = Array((document.segments.last?.text ?? "").utf8)
      // The token that reaches across from the prompt is not learnt: at most one word.
      #expect(answer.count - bytes.count <= 24 && answer.suffix(bytes.count).elementsEqual(bytes))
    }
  }

  @Test("stories become batches that decode to the stories")
  func stories() throws {
    let root = try #require(outsideData)
    let tokenizer = try TokenizerLoader.load(path: root + "/models/stories260K/tok512.bin")
    let file = DocumentFile(root + "/tinystories/train_cased.jsonl", domain: "stories")
    let documents = Array(try file.documents().prefix(300))
    let (training, heldOut) = try HeldOutSplit(count: 64, among: documents).split(documents)
    #expect(heldOut.count == 64)
    let (store, tally) = try DocumentEncoder(tokenizer).store(of: training)
    #expect(tally.keptCount == training.count)
    #expect(DatasetStatistics(store).maskCoverage > 0.98)
    var stream = try BatchStream(
      Mixture(store),
      settings: .init(
        sequenceLength: 256, batchSize: 4, overflow: .startNext, isShuffled: false, epochCount: 1))
    let batch = batches(of: &stream, limit: 1)[0]
    let first = try #require(batch.spans.first)
    let text = tokenizer.decode(Array(batch.tokens[first.row..<first.row + first.count]))
    #expect(training[0].text.hasPrefix(text.trimmingCharacters(in: .whitespaces)))
  }
}
