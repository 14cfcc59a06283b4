import CCrypto

/// SHA-256, fed piece by piece (libcrypto; 1 to 2 GB/s with the processor's own instructions).
@safe package struct SHA256: ~Copyable {
  private let context: OpaquePointer

  package init() {
    guard let context = unsafe EVP_MD_CTX_new(), unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1
    else {
      preconditionFailure("libcrypto offers no SHA-256")
    }
    unsafe self.context = context
  }

  deinit { unsafe EVP_MD_CTX_free(context) }

  package mutating func update(_ bytes: RawSpan) {
    unsafe bytes.withUnsafeBytes { buffer in
      _ = unsafe EVP_DigestUpdate(context, buffer.baseAddress, buffer.count)
    }
  }

  package mutating func update<Value: BitwiseCopyable>(_ values: [Value]) { unsafe update(values.span.bytes) }

  /// The digest of all that was fed.
  package consuming func finalize() -> SHA256Digest {
    var bytes = [UInt8](repeating: 0, count: 32)
    var count: UInt32 = 0
    let status = unsafe EVP_DigestFinal_ex(context, &bytes, &count)
    precondition(status == 1 && count == 32, "libcrypto could not finish a SHA-256")
    return SHA256Digest(bytes)
  }

  /// The digest of plain memory.
  package static func hash<Value: BitwiseCopyable>(_ values: [Value]) -> SHA256Digest {
    var hasher = SHA256()
    hasher.update(values)
    return hasher.finalize()
  }

  /// The digest of a string's UTF-8.
  package static func hash(_ text: String) -> SHA256Digest { hash(Array(text.utf8)) }

  /// The digest of a whole file, and its size in bytes; holds one megabyte of it at a time.
  package static func hash(file path: String, followsLinks: Bool = true) throws(InputError) -> (
    digest: SHA256Digest, size: Int
  ) {
    let file = try File(path, followsLinks ? .read : .readWithoutLinks)
    var hasher = SHA256()
    var size = 0
    try file.forEachChunk { (chunk) throws(InputError) in
      hasher.update(chunk)
      size += chunk.byteCount
    }
    return (hasher.finalize(), size)
  }
}
