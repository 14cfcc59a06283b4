package import DraftData

/// What was found under a path: what it is, its facts, its tensors.
package struct InspectionReport: Sendable {
  /// What a path can be.
  package enum Kind: String, Sendable {
    case checkpoint, corpus, features, engine, safetensors, gguf, llama2c, tokenizer
    case huggingFace = "hf"
    /// Any other file of HDF5.
    case hdf5

    /// The kind in words.
    package var title: String {
      switch self {
      case .checkpoint: "checkpoint of a run"
      case .corpus: "corpus"
      case .features: "feature corpus"
      case .engine: "engine file"
      case .safetensors: "safetensors file"
      case .gguf: "GGUF file"
      case .llama2c: "llama2.c checkpoint"
      case .tokenizer: "tokenizer"
      case .huggingFace: "Hugging Face folder"
      case .hdf5: "HDF5 file"
      }
    }
  }

  /// One fact, in the order in which it is shown.
  package struct Fact: Sendable, Equatable {
    package let key: String
    package let value: JSONValue

    /// A key of JSON and its value.
    package init(_ key: String, _ value: JSONValue) { (self.key, self.value) = (key, value) }
  }

  package let path: String
  package let kind: Kind
  package let facts: [Fact]
  package let tensors: [TensorFacts]

  /// The value of a fact, nil where there is none of that key.
  package subscript(_ key: String) -> JSONValue? { facts.first { $0.key == key }?.value }

  /// One object: `path`, `kind`, the facts, and `tensors` as an array.
  package var json: JSONValue {
    var object = JSONObject()
    object["path"] = .string(path)
    object["kind"] = .string(kind.rawValue)
    for fact in facts { object[fact.key] = fact.value }
    object["tensors"] = .array(tensors.map(\.json))
    return .object(object)
  }
}

/// One tensor, as it is stored.
package struct TensorFacts: Sendable, Equatable {
  package let name: String
  package let shape: [Int]
  /// The name of the element type in its format: `float32`, `BF16`.
  package let type: String
  /// Euclidean norm; nil where the elements are no floats.
  package var norm: Double?
  /// How many elements are NaN or infinite.
  package var nonFiniteCount = 0
  /// SHA-256 that is recorded for it, nil where the format records none.
  package var digest: String?

  /// A tensor that has not been read.
  package init(name: String, shape: [Int], type: String) {
    (self.name, self.shape, self.type) = (name, shape, type)
  }

  /// Number of elements.
  package var count: Int { shape.reduce(1, *) }

  /// One object.
  package var json: JSONValue {
    var object = JSONObject()
    object["name"] = .string(name)
    object["shape"] = .array(shape.map { .integer($0) })
    object["dtype"] = .string(type)
    object["count"] = .integer(count)
    object["norm"] = norm.map { $0.isFinite ? .number($0) : .null } ?? .null
    if nonFiniteCount > 0 { object["nonfinite"] = .integer(nonFiniteCount) }
    if let digest { object["sha256"] = .string(digest) }
    return .object(object)
  }
}
