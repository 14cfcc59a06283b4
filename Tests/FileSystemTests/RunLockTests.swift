import FileSystem
import TestSupport
import Testing

@Suite struct RunLockTests {
  @Test func aFolderHasOneHolderAndTheNextIsToldWho() throws {
    let folder = try TemporaryFolder()
    let path = folder.path
    do {
      let lock = try RunLock(folder: path)
      let error = #expect(throws: InputError.self) { _ = try RunLock(folder: path) }
      #expect(error?.code == .busy)
      #expect(error?.found.contains("process \(ProcessFacts.identifier) on \(ProcessFacts.hostName)") == true)
      _ = consume lock
    }
    _ = try RunLock(folder: path)
  }

  @Test func thousandsOfRefusalsLeakNoDescriptor() throws {
    let folder = try TemporaryFolder()
    let path = folder.path
    let lock = try RunLock(folder: path)
    for _ in 0..<3000 { #expect(throws: InputError.self) { _ = try RunLock(folder: path) } }
    _ = consume lock
  }
}
