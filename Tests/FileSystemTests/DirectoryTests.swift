import FileSystem
import Foundation
import Glibc
import TestSupport
import Testing

@Suite struct DirectoryTests {
  @Test func foldersAreMadeWithThoseAboveAndRemovedWithAllInThem() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let deep = folder.file("a/b/c")
    try Directory.create(deep)
    try Directory.create(deep)
    try DurableFile.write([1], to: deep + "/x")
    try Directory.removeTree(folder.file("a"))
    #expect(try Directory.list(folder.path).isEmpty)
    try Directory.removeTree(folder.file("a"))
  }

  @Test func namesAreListedInByteOrder() throws {
    let folder = try TemporaryFolder(inMemory: true)
    for name in ["b", "a", "Z", ".h", "a-1"] { try DurableFile.write([], to: folder.file(name)) }
    #expect(try Directory.list(folder.path) == [".h", "Z", "a", "a-1", "b"])
  }

  @Test func removingATreeDoesNotFollowLinks() throws {
    let folder = try TemporaryFolder(inMemory: true)
    try Directory.create(folder.file("kept"))
    try DurableFile.write([1], to: folder.file("kept/x"))
    try Directory.create(folder.file("gone"))
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("gone/link"), withDestinationPath: folder.file("kept"))
    try Directory.removeTree(folder.file("gone"))
    #expect(try Directory.list(folder.path) == ["kept"])
    #expect(try Directory.list(folder.file("kept")) == ["x"])
  }

  @Test func renamingReplacesOnlyWhenToldTo() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let (a, b) = (folder.file("a"), folder.file("b"))
    try DurableFile.write([1], to: a)
    try DurableFile.write([2], to: b)
    #expect(
      #expect(throws: InputError.self) { try Directory.rename(a, to: b, replaces: false) }?.code
        == .cannotCreate)
    #expect(try File.readAll(b, limit: 9) == [2])
    try Directory.rename(a, to: b, replaces: true)
    #expect(try File.readAll(b, limit: 9) == [1])
    try Directory.rename(b, to: a, replaces: false)
    #expect(try Directory.list(folder.path) == ["a"])
  }

  @Test func aFileIsReplacedWholeOrNotAtAll() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let path = folder.file("a")
    let recorder = FaultInjector()
    try DurableFile.write([1, 1], to: path)
    try FaultInjector.$current.withValue(recorder) { try DurableFile.write([2, 2, 2], to: path) }
    try DurableFile.write([1, 1], to: path)
    for position in 1...recorder.log.count {
      for fault in [FaultInjector.Fault.error(ENOSPC), .error(EIO), .kill, .killMidway] {
        let injector = FaultInjector(fault, at: position)
        let failed = FaultInjector.$current.withValue(injector) {
          do { try DurableFile.write([2, 2, 2], to: path); return false } catch { return true }
        }
        #expect(failed)
        let content = try File.readAll(path, limit: 9)
        #expect(content == [1, 1] || content == [2, 2, 2])
        if !injector.isDead { #expect(try Directory.list(folder.path) == ["a"], "\(fault) at \(position)") }
        try DurableDirectory.removeLitter(in: folder.path)
        try DurableFile.write([1, 1], to: path)
      }
    }
  }

  @Test func aRefusedReplacementLeavesTheFileAlone() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let path = folder.file("a")
    try DurableFile.write([1], to: path, replaces: false)
    #expect(throws: InputError.self) { try DurableFile.write([2], to: path, replaces: false) }
    #expect(try File.readAll(path, limit: 9) == [1])
  }

  @Test func freeSpaceIsKnownAndDemanded() throws {
    let folder = try TemporaryFolder(inMemory: true)
    #expect(try Disk.freeBytes(at: folder.path) > 0)
    try Disk.require(1, at: folder.path, for: "a test")
    let path = folder.path
    #expect(throws: InputError.self) { try Disk.require(.max, at: path, for: "a test") }
  }
}
