import FileSystem
import Testing

@Suite struct ManifestTests {
  private static let digest = SHA256.hash("x")

  /// A manifest with a digest that is right for its text.
  private func parse(_ text: String) throws -> Manifest {
    try Manifest(parsing: Array((text + "digest \(SHA256.hash(text))\n").utf8), path: "MANIFEST")
  }

  @Test func whatIsWrittenIsReadBackEqual() throws {
    let manifest = Manifest(
      name: "step 5%", facts: [.init("a", ""), .init("b.c", "two\r\nlines, 100 % ü")],
      files: [
        .init(name: "z y", size: 0, digest: Self.digest), .init(name: "a", size: 7, digest: Self.digest),
      ])
    #expect(try Manifest(parsing: manifest.encoded(), path: "MANIFEST") == manifest)
    #expect(manifest.files.map(\.name) == ["a", "z y"])
  }

  @Test func aFutureVersionIsRefusedByName() {
    let error = #expect(throws: InputError.self) { try parse("pacer manifest 2\nname a\n") }
    #expect(error?.found == "manifest version 2")
  }

  @Test(arguments: [
    "", "pacer manifest 1\n", "pacer manifest 1\nname a\nname b\n", "pacer manifest 1\nname a\nfile 1 00 x\n",
    "pacer manifest 1\nname a\nfile -1 \(digest) x\n", "pacer manifest 1\nname a\nfile 1 \(digest) ../x\n",
    "pacer manifest 1\nname a\nfile 1 \(digest) /etc/passwd\n",
    "pacer manifest 1\nname a\nfile 1 \(digest) MANIFEST\n",
    "pacer manifest 1\nname a\nfile 99999999999999999999 \(digest) x\n",
    "pacer manifest 1\nname a\nfact é 1\n",
    "pacer manifest 1\nname a\n\n", "pacer manifest 1\nname a\nfile 01 \(digest) x\n",
    "pacer manifest 1\nname a%\n",
    "pacer manifest 1\nname a\nfile 1 \(digest) y\nfile 1 \(digest) x\n", "pacer manifest 1\nnonsense\n",
  ])
  func linesThatWeWouldNotHaveWrittenAreRefused(text: String) {
    #expect(throws: InputError.self) { try parse(text) }
  }
}
