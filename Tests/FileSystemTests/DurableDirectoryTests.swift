import FileSystem
import Foundation
import Glibc
import TestSupport
import Testing

/// A saved state of two files whose content says which step it is.
private func save(_ step: Int, in parent: String) throws {
  try DurableDirectory.commit(
    in: parent, name: "step-\(step)", facts: [.init("step", "\(step)"), .init("recipe", "a: 1\nb: 50%\n")]
  ) { folder in
    for name in ["state.h5", "extra.bin"] {
      let file = try File(Path.joined(folder, name), .create)
      try file.write(content(step, name))
      try file.close()
    }
  }
}

private func content(_ step: Int, _ name: String) -> [UInt8] {
  Array("\(name) of step \(step)".utf8) + (0..<100).map { UInt8($0) }
}

/// Runs one save and reports whether it said it succeeded.
private func trySave(_ step: Int, in parent: String, _ injector: FaultInjector) -> InputError? {
  FaultInjector.$current.withValue(injector) {
    do {
      try save(step, in: parent)
      return nil
    } catch { return error as? InputError }
  }
}

@Suite struct DurableDirectoryTests {
  @Test func whatIsCommittedVerifiesAndCarriesItsFacts() throws {
    let folder = try TemporaryFolder(inMemory: true)
    try save(7, in: folder.path)
    let manifest = try DurableDirectory.verify(folder.file("step-7"), expectedName: "step-7")
    #expect(manifest["step"] == "7")
    #expect(manifest["recipe"] == "a: 1\nb: 50%\n")
    #expect(manifest.files.map(\.name) == ["extra.bin", "state.h5"])
    #expect(try Directory.list(folder.path) == ["step-7"])
  }

  @Test func everythingIsSyncedBeforeItGetsItsNameAndTheNameAfterwards() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let recorder = FaultInjector()
    #expect(trySave(1, in: folder.path, recorder) == nil)
    let log = recorder.log
    let named = try #require(log.firstIndex { $0.operation == .rename })
    for name in ["state.h5", "extra.bin", "MANIFEST"] {
      #expect(log[..<named].contains { $0.operation == .sync && $0.path.hasSuffix("/" + name) })
    }
    #expect(log[named...].contains { $0.operation == .sync && $0.path == folder.path })
    let visible = folder.file("step-1")
    #expect(!log.contains { $0.operation == .write && $0.path.hasPrefix(visible) })
  }

  @Test func aFaultAtAnyCallLeavesTheOldStateAndEitherNothingOrTheWholeNewOne() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let parent = folder.path
    try save(1, in: parent)
    let recorder = FaultInjector()
    #expect(trySave(2, in: parent, recorder) == nil)
    try DurableDirectory.discard(folder.file("step-2"))
    let faults: [FaultInjector.Fault] = [
      .error(ENOSPC), .error(EIO), .error(EDQUOT), .error(EFBIG), .error(EINTR), .shortWrite, .kill,
      .killMidway,
    ]
    for position in 1...recorder.log.count {
      for fault in faults {
        for isSticky in [false, true] where !(isSticky && fault == .error(EINTR)) {
          let injector = FaultInjector(fault, at: position, isSticky: isSticky)
          let error = trySave(2, in: parent, injector)
          try check(parent, error, injector, "\(fault) at \(position)")
        }
      }
    }
  }

  private func check(
    _ parent: String, _ error: InputError?, _ injector: FaultInjector, _ place: Comment
  ) throws {
    _ = try DurableDirectory.verify(Path.joined(parent, "step-1"))
    let second = Path.joined(parent, "step-2")
    if Directory.kind(of: second) != nil {
      // Only a success, or a death after the rename, may leave it; then it must be whole.
      #expect(error == nil || injector.isDead || injector.log.last?.operation == .rename, place)
      _ = try DurableDirectory.verify(second, expectedName: "step-2")
      try DurableDirectory.discard(second)
    } else {
      #expect(error != nil, place)
      #expect(error?.file != nil && error?.found.contains("errno") == true, place)
    }
    try DurableDirectory.removeLitter(in: parent)
    #expect(try Directory.list(parent) == ["step-1"], place)
    try save(2, in: parent)
    try DurableDirectory.discard(second)
  }

  @Test func aFailedSyncIsNotTriedAgain() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let recorder = FaultInjector()
    _ = trySave(1, in: folder.path, recorder)
    try DurableDirectory.discard(folder.file("step-1"))
    for (index, call) in recorder.log.enumerated() where call.operation == .sync {
      for code in [EIO, EINTR] {
        let injector = FaultInjector(.error(code), at: index + 1)
        #expect(trySave(1, in: folder.path, injector) != nil)
        let again = injector.log[(index + 1)...].filter {
          $0.operation == .sync && $0.path == injector.log[index].path
        }
        #expect(again.isEmpty)
        #expect(Directory.kind(of: folder.file("step-1")) == nil)
      }
    }
  }

  @Test func everyFlippedBitIsNoticed() throws {
    let folder = try TemporaryFolder(inMemory: true)
    try save(3, in: folder.path)
    for name in ["state.h5", "MANIFEST"] {
      let path = folder.file("step-3/" + name)
      let good = try File.readAll(path, limit: 1 << 20)
      for bit in 0..<(good.count * 8) {
        var bad = good
        bad[bit / 8] ^= 1 << UInt8(bit % 8)
        try Data(bad).write(to: URL(filePath: path))
        #expect(throws: InputError.self, "bit \(bit) of \(name)") {
          try DurableDirectory.verify(Path.folder(of: path), expectedName: "step-3")
        }
      }
      try Data(good).write(to: URL(filePath: path))
    }
    _ = try DurableDirectory.verify(folder.file("step-3"))
  }

  @Test func everyTruncationAndEveryExtensionIsNoticed() throws {
    let folder = try TemporaryFolder(inMemory: true)
    try save(3, in: folder.path)
    for name in ["state.h5", "MANIFEST"] {
      let path = folder.file("step-3/" + name)
      let good = try File.readAll(path, limit: 1 << 20)
      for length in 0..<good.count {
        try Data(good[..<length]).write(to: URL(filePath: path))
        #expect(throws: InputError.self) { try DurableDirectory.verify(Path.folder(of: path)) }
      }
      try Data(good + [10]).write(to: URL(filePath: path))
      #expect(throws: InputError.self) { try DurableDirectory.verify(Path.folder(of: path)) }
      try Data(good).write(to: URL(filePath: path))
    }
  }

  @Test func missingExtraSwappedLinkedAndMisplacedFilesAreRefused() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let files = FileManager.default
    func refuse(_ why: Comment, _ spoil: (String) throws -> Void) throws {
      try save(5, in: folder.path)
      let state = folder.file("step-5")
      try spoil(state)
      #expect(throws: InputError.self, why) { try DurableDirectory.verify(state, expectedName: "step-5") }
      try Directory.removeTree(state)
    }
    try refuse("missing") { try files.removeItem(atPath: $0 + "/state.h5") }
    try refuse("extra") { try Data().write(to: URL(filePath: $0 + "/more")) }
    try refuse("no manifest") { try files.removeItem(atPath: $0 + "/MANIFEST") }
    try refuse("empty manifest") { try Data().write(to: URL(filePath: $0 + "/MANIFEST")) }
    try refuse("swapped") {
      try files.moveItem(atPath: $0 + "/state.h5", toPath: $0 + "/x")
      try files.moveItem(atPath: $0 + "/extra.bin", toPath: $0 + "/state.h5")
      try files.moveItem(atPath: $0 + "/x", toPath: $0 + "/extra.bin")
    }
    try refuse("linked") {
      try files.moveItem(atPath: $0 + "/state.h5", toPath: folder.file("moved"))
      try files.createSymbolicLink(atPath: $0 + "/state.h5", withDestinationPath: folder.file("moved"))
    }
    try save(6, in: folder.path)
    try Directory.rename(folder.file("step-6"), to: folder.file("step-8"), replaces: false)
    let misplaced = folder.file("step-8")
    #expect(throws: InputError.self) { try DurableDirectory.verify(misplaced, expectedName: "step-8") }
  }

  @Test func anExistingNameIsRefusedAndLeftAlone() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let parent = folder.path
    try save(1, in: parent)
    #expect(#expect(throws: InputError.self) { try save(1, in: parent) }?.code == .cannotCreate)
    _ = try DurableDirectory.verify(folder.file("step-1"))
    #expect(try Directory.list(parent) == ["step-1"])
  }
}
