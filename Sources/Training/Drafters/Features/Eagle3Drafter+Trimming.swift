package import Autodiff
package import Models

extension Eagle3Drafter {
  package func trimmed(to vocabulary: DraftVocabulary, on backend: any Backend) -> any FeatureDrafter {
    precondition(
      draftVocabulary == nil && vocabulary.targetSize == head.shape.rows,
      "a head of \(head.shape.rows) rows cannot be trimmed to a part of \(vocabulary.targetSize)")
    var smaller = configuration
    smaller.draftVocabulary = vocabulary
    let made = Eagle3Drafter(
      smaller, target: target, on: backend, positions: target.rotary.positionCount, isTrainable: false,
      isLoaded: true)
    made.store.copy(store, leavingOut: [head.name])
    made.store.write(store.rows(of: head, vocabulary.targetIDs), to: made.head)
    return made
  }

  package func release() { store.release() }
}
