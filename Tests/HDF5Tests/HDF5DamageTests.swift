import FileSystem
import Foundation
import Glibc
import HDF5
import TestSupport
import Testing

private func makeFile(_ path: String) throws {
  let file = try HDF5File(creating: path)
  for index in 0..<4 {
    try file.write((0..<400).map { Float($0 + index) }, shape: [20, 20], to: "model/w\(index)")
  }
  try file.setAttribute("version", 1)
  try file.writeText("recipe", to: "recipe")
  try file.close()
}

/// All that is in the file; throws what is wrong with it.
private func readEverything(_ path: String) throws -> [Float] {
  let file = try HDF5File(reading: path)
  var values: [Float] = []
  for name in try file.datasets(under: "model") { values += try file.read(name, as: Float.self) }
  _ = try file.integer("version")
  _ = try file.readText("recipe")
  return values
}

@Suite struct HDF5DamageTests {
  @Test func everyTruncationIsRefused() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let path = folder.file("a.h5")
    try makeFile(path)
    let good = try File.readAll(path, limit: 1 << 20)
    for length in stride(from: 0, to: good.count, by: 61) {
      try Data(good[..<length]).write(to: URL(filePath: path))
      #expect(throws: InputError.self) { try readEverything(path) }
    }
  }

  @Test func aFlippedBitNeverCrashesAndHardlyEverGoesUnnoticed() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let path = folder.file("a.h5")
    try makeFile(path)
    let good = try File.readAll(path, limit: 1 << 20)
    let values = try readEverything(path)
    var silent = 0
    for trial in 0..<3000 {
      var bad = good
      let bit = (trial &* 2_654_435_761) % (good.count * 8)
      bad[bit / 8] ^= 1 << UInt8(bit % 8)
      try Data(bad).write(to: URL(filePath: path))
      if let read = try? readEverything(path), read != values { silent += 1 }
    }
    // The manifest's SHA-256 finds them all; the library's own checksums leave a few.
    #expect(silent <= 10)
  }

  @Test func aFileSizeLimitIsAnErrorAndTheNextFileWorks() async {
    await #expect(processExitsWith: .exitCode(42)) {
      _ = SignalFlag.install()
      let folder = try TemporaryFolder(inMemory: true)
      var failures = 0
      for trial in 0..<40 {
        var limit = rlimit(rlim_cur: .max, rlim_max: .max)
        if trial % 2 == 0 { limit.rlim_cur = rlim_t(500 + trial * 300) }
        guard unsafe setrlimit(__rlimit_resource_t(1), &limit) == 0 else { exit(1) }
        do {
          try makeFile(folder.file("\(trial).h5"))
        } catch {
          guard trial % 2 == 0, (error as? InputError)?.code != .badData else { exit(2) }
          failures += 1
        }
      }
      let open = try Directory.list("/proc/self/fd").count
      guard open < 40 else { exit(3) }
      exit(failures >= 10 ? 42 : 4)
    }
  }

  @Test func aPlantedFaultInAnyOperationIsAnErrorThatNamesTheFile() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let recorder = FaultInjector()
    try FaultInjector.$current.withValue(recorder) { try makeFile(folder.file("all.h5")) }
    for position in 1...recorder.log.count {
      let path = folder.file("\(position).h5")
      let error = FaultInjector.$current.withValue(FaultInjector(.error(ENOSPC), at: position)) {
        #expect(throws: InputError.self) { try makeFile(path) }
      }
      #expect(error?.file == path)
    }
  }
}
