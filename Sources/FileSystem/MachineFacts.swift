import Glibc

/// What the machine is, read from /proc and /sys; unknown facts are empty or nil, never an error.
package enum MachineFacts {
  /// The name the processor gives itself.
  package static var processorName: String {
    ProcText.field("model name", in: "/proc/cpuinfo") ?? ""
  }

  /// The processor's abilities as Linux names them (`avx2`, `fma`, …), sorted.
  package static var processorFlags: [String] {
    let text = ProcText.field("flags", in: "/proc/cpuinfo") ?? ProcText.field("Features", in: "/proc/cpuinfo")
    return (text ?? "").split(separator: " ").map(String.init).sorted()
  }

  /// Processors this process may run on: its affinity, cut by a cgroup's quota.
  package static var processorCount: Int {
    var count = sysconf(Int32(_SC_NPROCESSORS_ONLN))
    // `Cpus_allowed: ff,ffffffff`
    if let mask = ProcText.field("Cpus_allowed:", in: "/proc/self/status") {
      count = min(count, mask.reduce(0) { $0 + ($1.hexDigitValue ?? 0).nonzeroBitCount })
    }
    if let quota = cgroupProcessors { count = min(count, quota) }
    return max(1, count)
  }

  /// Bytes of memory installed.
  package static var memoryBytes: Int { (ProcText.value(of: "MemTotal:", in: "/proc/meminfo") ?? 0) * 1024 }

  /// Bytes that can still be taken without swapping: what Linux calls available, cut by the cgroup's limit.
  package static var availableMemoryBytes: Int {
    let available = (ProcText.value(of: "MemAvailable:", in: "/proc/meminfo") ?? 0) * 1024
    guard let limit = memoryLimitBytes else { return available }
    return min(available, max(0, limit - cgroupUsedBytes))
  }

  /// The cgroup's memory limit, nil when there is none.
  package static var memoryLimitBytes: Int? {
    let paths = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"]
    // Version 1 says "no limit" with a number near 2^63.
    return paths.lazy.compactMap(ProcText.number).first { $0 < 1 << 60 }
  }

  private static var cgroupUsedBytes: Int {
    let paths = ["/sys/fs/cgroup/memory.current", "/sys/fs/cgroup/memory/memory.usage_in_bytes"]
    return paths.lazy.compactMap(ProcText.number).first ?? 0
  }

  private static var cgroupProcessors: Int? {
    guard let text = ProcText.read("/sys/fs/cgroup/cpu.max") else { return nil }
    let parts = text.split(whereSeparator: { $0 == " " || $0 == "\n" })
    guard parts.count == 2, let quota = Int(parts[0]), let period = Int(parts[1]), period > 0 else {
      return nil
    }
    return max(1, (quota + period - 1) / period)
  }
}
