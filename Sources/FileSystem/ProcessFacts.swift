import Glibc

/// What this process knows about itself.
package enum ProcessFacts {
  /// Nanoseconds of a clock that never jumps; only differences mean anything.
  package static func monotonicNanoseconds() -> UInt64 {
    var now = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &now)
    return UInt64(now.tv_sec) &* 1_000_000_000 &+ UInt64(now.tv_nsec)
  }

  /// Seconds since 1970, for file names and logs, never for numbers that matter.
  package static func wallSeconds() -> Double {
    var now = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) * 1e-9
  }

  package static var identifier: Int32 { getpid() }

  package static var hostName: String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard unsafe gethostname(&buffer, buffer.count - 1) == 0 else { return "unknown" }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Most memory ever held by this process, in bytes (`VmHWM`), 0 where unknown.
  package static var peakResidentBytes: Int { statusBytes("VmHWM:") }

  /// Memory held at this moment, in bytes (`VmRSS`), 0 where unknown.
  package static var residentBytes: Int { statusBytes("VmRSS:") }

  private static func statusBytes(_ key: String) -> Int {
    (ProcText.value(of: key, in: "/proc/self/status") ?? 0) * 1024
  }
}
