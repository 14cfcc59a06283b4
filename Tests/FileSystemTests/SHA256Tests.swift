import FileSystem
import TestSupport
import Testing

@Suite struct SHA256Tests {
  // FIPS 180-2, appendix B.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func thePublishedVectorsHold(text: String, expected: String) {
    #expect(SHA256.hash(text).description == expected)
    #expect(SHA256Digest(hex: expected) == SHA256.hash(text))
  }

  @Test func piecesAndFilesGiveTheSameDigestAsTheWhole() throws {
    let folder = try TemporaryFolder()
    let bytes = (0..<3_000_001).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    var hasher = SHA256()
    hasher.update(Array(bytes[..<1000]))
    hasher.update(Array(bytes[1000...]))
    let whole = SHA256.hash(bytes)
    #expect(hasher.finalize() == whole)
    try DurableFile.write(bytes, to: folder.file("a"))
    let (digest, size) = try SHA256.hash(file: folder.file("a"))
    #expect(digest == whole)
    #expect(size == bytes.count)
  }

  @Test(arguments: ["", "abc", String(repeating: "G", count: 64), String(repeating: "A", count: 64)])
  func onlySixtyFourLowerCaseDigitsAreADigest(text: String) { #expect(SHA256Digest(hex: text) == nil) }
}
