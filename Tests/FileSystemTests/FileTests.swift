import FileSystem
import Foundation
import Glibc
import TestSupport
import Testing

@Suite struct FileTests {
  @Test func valuesComeBackAsWritten() throws {
    let folder = try TemporaryFolder()
    let file = try File(folder.file("a"), .create)
    try file.write([Float](arrayLiteral: 1, -2.5, .infinity))
    try file.write("end")
    try file.close()
    let reader = try File(folder.file("a"), .read)
    #expect(try reader.size() == 15)
    #expect(try reader.read(at: 4, count: 2, as: Float.self) == [-2.5, .infinity])
    #expect(try reader.read(at: 12, count: 3, as: UInt8.self) == Array("end".utf8))
  }

  @Test func readingBeyondTheEndNamesTheByteWhereTheFileStops() throws {
    let folder = try TemporaryFolder()
    try DurableFile.write([1, 2, 3, 4, 5], to: folder.file("a"))
    let reader = try File(folder.file("a"), .read)
    let error = #expect(throws: InputError.self) { try reader.read(at: 2, count: 4, as: UInt8.self) }
    #expect(error?.code == .badData)
    #expect(error?.position == .byte(5))
  }

  @Test func creatingNeverReplacesAFileOrFollowsALink() throws {
    let folder = try TemporaryFolder()
    try DurableFile.write([1], to: folder.file("a"))
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("link"), withDestinationPath: folder.file("elsewhere"))
    for name in ["a", "link"] {
      let path = folder.file(name)
      let error = #expect(throws: InputError.self) { _ = try File(path, .create) }
      #expect(error?.code == .cannotCreate)
    }
    #expect(try File.readAll(folder.file("a"), limit: 9) == [1])
    #expect(Directory.kind(of: folder.file("elsewhere")) == nil)
  }

  @Test func foldersPipesAndAbsentFilesAreRefusedWithoutWaiting() throws {
    let folder = try TemporaryFolder()
    let pipe = folder.file("pipe")
    #expect(unsafe mkfifo(pipe, 0o600) == 0)
    for path in [folder.path, pipe, "/dev/zero"] {
      #expect(throws: InputError.self) { _ = try File.readAll(path, limit: 100) }
    }
    let absent = folder.file("absent")
    #expect(#expect(throws: InputError.self) { _ = try File(absent, .read) }?.code == .missing)
    #expect(throws: InputError.self) { _ = try File("a\0b", .read) }
  }

  @Test func aFileLongerThanTheLimitIsRefused() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a")
    try DurableFile.write(Array(repeating: 7, count: 100), to: path)
    #expect(try File.readAll(path, limit: 100).count == 100)
    #expect(throws: InputError.self) { _ = try File.readAll(path, limit: 99) }
  }

  @Test func filesOfTheKernelThatSayTheyAreEmptyAreReadToTheirEnd() throws {
    #expect(try File.readText("/proc/self/status", limit: 1 << 20).contains("VmRSS"))
  }

  @Test func aFullDeviceIsAnErrorThatNamesPathReasonAndRoom() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a")
    let injector = FaultInjector(.error(ENOSPC), at: 2)
    let error = #expect(throws: InputError.self) {
      try FaultInjector.$current.withValue(injector) {
        let file = try File(path, .create)
        try file.write("hello")
      }
    }
    #expect(error?.code == .inputOutput)
    #expect(error?.file == path)
    #expect(error?.found.contains("No space left on device (errno 28)") == true)
    #expect(error?.found.contains("bytes free") == true)
  }

  @Test func shortWritesAndInterruptionsAreMadeGood() throws {
    let folder = try TemporaryFolder()
    let payload = (0..<1001).map { UInt8(truncatingIfNeeded: $0) }
    for fault in [FaultInjector.Fault.shortWrite, .error(EINTR)] {
      // The create and the write; an interrupted `close` must not be repeated.
      for position in 1...2 {
        let path = folder.file("f")
        try FaultInjector.$current.withValue(FaultInjector(fault, at: position)) {
          let file = try File(path, .create)
          try file.write(payload)
          try file.close()
        }
        #expect(try File.readAll(path, limit: 5000) == payload)
        try Directory.removeFile(path)
      }
    }
  }
}
