import FileSystem
import Foundation
import Glibc
import TestSupport
import Testing

private func save(_ step: Int, in parent: String) throws {
  try DurableDirectory.commit(in: parent, name: "step-\(step)") { folder in
    try DurableFile.write(Array("step \(step)".utf8), to: Path.joined(folder, "state.h5"))
  }
}

@Suite struct DurableDirectoryRecoveryTests {
  @Test func theNewestIntactStateIsFoundAndTheNewerBrokenOnesAreNamed() throws {
    let folder = try TemporaryFolder(inMemory: true)
    #expect(try DurableDirectory.newestValid(in: folder.file("absent"), prefix: "step-") == nil)
    for step in [9, 10, 100] { try save(step, in: folder.path) }
    try Directory.create(folder.file("step-0100"))
    #expect(try DurableDirectory.newestValid(in: folder.path, prefix: "step-")?.number == 100)
    try Data("step 1O0".utf8).write(to: URL(filePath: folder.file("step-100/state.h5")))
    let found = try #require(try DurableDirectory.newestValid(in: folder.path, prefix: "step-"))
    #expect(found.number == 10)
    #expect(found.rejected.map(\.folder) == [folder.file("step-100")])
    #expect(found.rejected.first?.error.file == folder.file("step-100/state.h5"))
  }

  @Test func nothingStartsFromScratchWhenEveryStateIsBroken() throws {
    let folder = try TemporaryFolder(inMemory: true)
    try save(1, in: folder.path)
    try Directory.removeFile(folder.file("step-1/MANIFEST"))
    let path = folder.path
    let error = #expect(throws: InputError.self) {
      try DurableDirectory.newestValid(in: path, prefix: "step-")
    }
    #expect(error?.code == .badData)
  }

  @Test func pruningKeepsTheLastAndTheNamedOnes() throws {
    let folder = try TemporaryFolder(inMemory: true)
    for step in 1...5 { try save(step, in: folder.path) }
    let removed = try DurableDirectory.prune(
      in: folder.path, prefix: "step-", keepLast: 2, alsoKeeping: ["step-1"])
    #expect(removed.map(Path.name) == ["step-2", "step-3"])
    #expect(try Directory.list(folder.path) == ["step-1", "step-4", "step-5"])
  }

  @Test func pruningDeletesNothingWhenTheNewestIsBroken() throws {
    let folder = try TemporaryFolder(inMemory: true)
    for step in 1...3 { try save(step, in: folder.path) }
    try Data("x".utf8).write(to: URL(filePath: folder.file("step-3/state.h5")))
    let path = folder.path
    #expect(throws: InputError.self) { try DurableDirectory.prune(in: path, prefix: "step-", keepLast: 1) }
    #expect(try Directory.list(path) == ["step-1", "step-2", "step-3"])
  }

  @Test func aDeathAtAnyCallOfPruningLeavesAnIntactNewestState() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let path = folder.path
    for step in 1...3 { try save(step, in: path) }
    let recorder = FaultInjector()
    try FaultInjector.$current.withValue(recorder) {
      try DurableDirectory.prune(in: path, prefix: "step-", keepLast: 1)
    }
    for position in 1...recorder.log.count {
      for fault in [FaultInjector.Fault.kill, .killMidway, .error(EIO)] {
        for step in 1...2 where Directory.kind(of: folder.file("step-\(step)")) == nil {
          try save(step, in: path)
        }
        FaultInjector.$current.withValue(FaultInjector(fault, at: position)) {
          _ = try? DurableDirectory.prune(in: path, prefix: "step-", keepLast: 1)
          return
        }
        for (_, state) in try DurableDirectory.numbered(in: path, prefix: "step-") {
          _ = try DurableDirectory.verify(state)
        }
        #expect(try DurableDirectory.newestValid(in: path, prefix: "step-")?.number == 3)
        try DurableDirectory.removeLitter(in: path)
        #expect(try Directory.list(path).allSatisfy { $0.hasPrefix("step-") })
      }
    }
  }

  @Test func aBrokenStateIsSetAsideUnderANewName() throws {
    let folder = try TemporaryFolder(inMemory: true)
    for _ in 1...2 {
      try save(1, in: folder.path)
      try DurableDirectory.setAside(folder.file("step-1"))
    }
    #expect(try Directory.list(folder.path) == ["invalid-step-1", "invalid-step-1-2"])
  }
}
