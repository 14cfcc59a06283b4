internal import FileSystem

/// Several token stores and the shares of training that they get.
///
/// The next document always comes from the source that lags furthest behind its share of tokens, so
/// shares hold exactly (up to one document) at every moment and no random numbers are spent on them.
public struct Mixture: Sendable {
  /// One source.
  public struct Component: Sendable {
    /// What errors and reports call it.
    public let name: String
    /// Its documents.
    public let store: TokenStore
    /// Its share of the tokens, relative to the others'.
    public let weight: Double

    /// The hidden states of its documents, where a target's are stored.
    package let features: (any FeatureSource)?

    /// A source with its share.
    public init(name: String, store: TokenStore, weight: Double = 1) {
      self.init(name: name, store: store, weight: weight, features: nil)
    }

    /// A source with its share and the hidden states of its documents.
    package init(name: String, store: TokenStore, weight: Double = 1, features: (any FeatureSource)?) {
      self.name = name
      self.store = store
      self.weight = weight
      self.features = features
    }
  }

  /// The sources, in the order in which they were named.
  public let components: [Component]

  /// One source alone.
  ///
  /// - Throws: `InputError` (bad data) if it has nothing to train on.
  public init(_ store: TokenStore, name: String = "data") throws {
    try self.init([Component(name: name, store: store)])
  }

  /// Several sources.
  ///
  /// - Throws: `InputError` naming a source without a usable weight or with no token that could be learnt,
  ///   or stores whose teacher rows or hidden states differ in width.
  public init(_ components: [Component]) throws {
    guard !components.isEmpty else {
      throw InputError(.usage, key: "sources", found: "there are none", expected: "at least one")
    }
    for component in components { try Self.check(component) }
    let widths = components.compactMap { $0.store.teacher?.entryCount }
    guard widths.allSatisfy({ $0 == widths[0] }) else {
      throw InputError(
        .badData, key: "top_k", found: "stored target distributions with \(widths) entries",
        expected: "the same number in every corpus")
    }
    try Self.checkFeatures(components)
    self.components = components
  }

  /// The width of the stored distributions, 0 where there are none.
  public var teacherEntryCount: Int {
    components.lazy.compactMap { $0.store.teacher?.entryCount }.first ?? 0
  }

  /// Tokens in all sources.
  public var tokenCount: Int { components.reduce(0) { $0 + $1.store.tokenCount } }

  /// Documents in all sources.
  public var documentCount: Int { components.reduce(0) { $0 + $1.store.documentCount } }

  /// A hash of all the data and the shares.
  public var fingerprint: UInt64 {
    var hash = StableHash()
    for component in components {
      hash.combine(component.store.fingerprint)
      hash.combine(component.weight.bitPattern)
      if let features = component.features { hash.combine(features.fingerprint) }
    }
    return hash.value
  }

  /// Whether hidden states are read with the tokens.
  package var hasFeatures: Bool { components[0].features != nil }

  /// Batches have hidden states at every row or at none.
  private static func checkFeatures(_ components: [Component]) throws {
    let first = components[0].features
    for component in components.dropFirst() {
      let own = component.features
      guard own?.width != first?.width || own?.states != first?.states else { continue }
      func text(_ source: (any FeatureSource)?) -> String {
        source.map { "states of width \($0.width): \(FeatureDescription.text($0.states))" }
          ?? "no hidden states"
      }
      throw InputError(
        .badData, key: "sources.\(component.name)", found: text(own),
        expected: "\(text(first)), as '\(components[0].name)' has")
    }
  }

  private static func check(_ component: Component) throws {
    guard component.weight > 0, component.weight.isFinite else {
      throw InputError(
        .usage, key: "sources.\(component.name).weight", found: "found \(component.weight)",
        expected: "a finite number above 0")
    }
    let store = component.store
    guard store.documentCount > 0 else {
      throw InputError(
        .badData, key: "sources.\(component.name)", found: "there are no documents", expected: "at least one")
    }
    let hasLabel = (0..<store.documentCount).contains { document in
      store.range(of: document).dropFirst().contains { store.inLoss[$0] }
    }
    guard hasLabel else {
      throw InputError(
        .badData, key: "sources.\(component.name)",
        found: "none of the \(store.documentCount) documents has a token to learn",
        expected: "tokens in the loss beyond the first of a document",
        remedy: "Check the field names and the prompt template, or learn prompts too")
    }
  }
}
