import FileSystem
import Testing

@Suite struct ProcessFactsTests {
  @Test func memoryAndMachineAreKnown() {
    #expect(ProcessFacts.residentBytes > 1 << 20)
    #expect(ProcessFacts.peakResidentBytes >= ProcessFacts.residentBytes / 2)
    #expect(!ProcessFacts.hostName.isEmpty)
    #expect(MachineFacts.processorCount >= 1)
    #expect(!MachineFacts.processorFlags.isEmpty)
    #expect(MachineFacts.availableMemoryBytes > 0)
    #expect(MachineFacts.memoryBytes >= MachineFacts.availableMemoryBytes)
  }

  @Test func theClockNeverGoesBack() {
    var last = ProcessFacts.monotonicNanoseconds()
    for _ in 0..<1000 {
      let now = ProcessFacts.monotonicNanoseconds()
      #expect(now >= last)
      last = now
    }
  }
}
