import FileSystem
import Glibc
import TestSupport
import Testing

@Suite struct BackgroundTests {
  @Test func workHappensInOrderAndTheOwnerWaitsForIt() {
    let numbers = Background([Int](), label: "test")
    for number in 0..<100 { numbers.begin { $0.append(number) } }
    #expect(numbers.withValue { $0 } == Array(0..<100))
    #expect(!numbers.isBusy)
  }

  @Test func workGoesOnWhileTheOwnerDoesOtherThings() {
    let work = Background(0, label: "test")
    work.begin { value in
      usleep(100_000)
      value = 7
    }
    #expect(work.isBusy)
    #expect(work.withValue { $0 } == 7)
  }

  private final class Token: Sendable {}

  @Test func theValueIsWorkedOnInPlace() {
    struct Value: Sendable {
      var token = Token()
      var copies = 0
      mutating func look() { if !isKnownUniquelyReferenced(&token) { copies += 1 } }
    }
    let value = Background(Value(), label: "test")
    for _ in 0..<10 {
      value.begin { $0.look() }
      value.withValue { $0.look() }
    }
    #expect(value.withValue { $0.copies } == 0)
  }

  @Test func aPlantedFaultHoldsForTheWorkToo() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let path = folder.file("a")
    let work = Background(InputError?.none, label: "test")
    let injector = FaultInjector(.error(ENOSPC), at: 1)
    FaultInjector.$current.withValue(injector) {
      work.begin { failure in
        do throws(InputError) { try DurableFile.write([1], to: path) } catch { failure = error }
      }
    }
    #expect(work.withValue { $0 } != nil && injector.log.count >= 1)
    // The next piece of work is begun by somebody without one.
    work.begin { failure in
      do throws(InputError) {
        try DurableFile.write([1], to: path)
        failure = nil
      } catch { failure = error }
    }
    #expect(work.withValue { $0 } == nil)
  }

  @Test func anOwnerThatGoesWaitsForTheWork() throws {
    let folder = try TemporaryFolder(inMemory: true)
    let path = folder.file("a")
    do {
      let work = Background(0, label: "test")
      work.begin { _ in
        usleep(50_000)
        try? DurableFile.write([1], to: path)
      }
    }
    #expect(Directory.kind(of: path) == .file)
  }
}
