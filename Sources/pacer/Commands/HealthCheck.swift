import Autodiff
import DraftData
import FileSystem
import HDF5
import Training

/// One thing about the machine that training depends on.
struct HealthCheck {
  enum Status: String {
    case good, slow, broken

    var label: String {
      switch self {
      case .good: "ok    "
      case .slow: "slow  "
      case .broken: "BROKEN"
      }
    }
  }

  let name: String
  let status: Status
  let found: String
  var remedy: String?

  var text: String {
    let padded = name + String(repeating: " ", count: max(1, 12 - name.count))
    return "\(status.label)  \(padded)\(found)" + (remedy.map { "\n        " + $0 } ?? "")
  }

  var json: JSONValue {
    var object = JSONObject()
    object["name"] = .string(name)
    object["status"] = .string(status.rawValue)
    object["found"] = .string(found)
    object["remedy"] = remedy.map { .string($0) }
    return .object(object)
  }

  /// All checks, in the order in which they matter.
  static func all(folder: String) -> [HealthCheck] {
    [
      processor(), threads(), matrixKernels(), matrixLibrary(), hdf5(), memory(), disk(folder),
      writing(folder),
    ]
  }

  private static func processor() -> HealthCheck {
    let flags = MachineFacts.processorFlags
    let wanted = ["avx2", "fma", "avx512f", "asimd"].filter(flags.contains)
    let isFast = wanted.contains("asimd") || (wanted.contains("avx2") && wanted.contains("fma"))
    return HealthCheck(
      name: "processor", status: isFast ? .good : .slow,
      found:
        "\(MachineFacts.processorName) (\(wanted.isEmpty ? "no vectors" : wanted.joined(separator: " ")))",
      remedy: isFast ? nil : "Without AVX2 and FMA the kernels run several times slower")
  }

  private static func threads() -> HealthCheck {
    HealthCheck(
      name: "threads", status: .good,
      found: "\(MachineFacts.processorCount) usable; set threads in a recipe for fewer, results stay the same"
    )
  }

  private static func matrixKernels() -> HealthCheck {
    let best = MatrixKernels.best
    return HealthCheck(
      name: "products", status: best == .openBLAS ? .slow : .good,
      found: "large ones by \(MatrixKernels.preferred.rawValue) kernels"
        + (MatrixKernels.preferred == best ? "" : ", as \(MatrixKernels.variable) wants"),
      remedy: best == .openBLAS ? "Pacer's own kernels need AVX2; OpenBLAS does the work instead" : nil)
  }

  private static func matrixLibrary() -> HealthCheck {
    let found = CPUBackend.matrixLibrary.split(separator: " ").joined(separator: " ")
    let isGeneric = found.lowercased().contains("generic") || found.hasSuffix("Prescott")
    return HealthCheck(
      name: "OpenBLAS", status: isGeneric ? .slow : .good, found: found,
      remedy: isGeneric
        ? "OpenBLAS does not know this processor: install a newer libopenblas, or set OPENBLAS_CORETYPE=Haswell"
        : nil)
  }

  private static func hdf5() -> HealthCheck {
    let version = HDF5Version.text
    let parts = version.split(separator: ".").compactMap { Int($0) }
    let isNew = parts.count == 3 && (parts[0], parts[1]) >= (1, 10)
    let threads = HDF5Version.isThreadSafe
    return HealthCheck(
      name: "HDF5", status: !isNew ? .broken : threads ? .good : .slow,
      found: (version.isEmpty ? "unknown version" : version) + (threads ? ", thread-safe" : ""),
      remedy: !isNew
        ? "Checkpoints need libhdf5 1.10 or newer: apt install libhdf5-dev"
        : threads ? nil : "Training waits for its saves: this libhdf5 was built without thread safety")
  }

  private static func memory() -> HealthCheck {
    let available = MachineFacts.availableMemoryBytes
    let isEnough = available >= 1 << 30
    return HealthCheck(
      name: "memory", status: isEnough ? .good : .slow,
      found: "\(NumberText.size(available)) free of \(NumberText.size(MachineFacts.memoryBytes))",
      remedy: isEnough ? nil : "Small runs fit; 'pacer run RECIPE --plan' says how much a recipe needs")
  }

  private static func disk(_ folder: String) -> HealthCheck {
    do throws(InputError) {
      let free = try Disk.freeBytes(at: folder)
      let isEnough = free >= 1 << 30
      return HealthCheck(
        name: "disk", status: isEnough ? .good : .slow, found: "\(NumberText.size(free)) free in \(folder)",
        remedy: isEnough
          ? nil : "A run keeps checkpoints and corpora: make room, or choose a folder with --run")
    } catch {
      return HealthCheck(name: "disk", status: .broken, found: "\(error)")
    }
  }

  /// Writes and reads 8 MB the way checkpoints are written.
  private static func writing(_ folder: String) -> HealthCheck {
    let path = Path.joined(folder, ".pacer-doctor-\(ProcessFacts.identifier)")
    let bytes = (0..<(8 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    do throws(InputError) {
      let start = ProcessFacts.monotonicNanoseconds()
      try DurableFile.write(bytes, to: path)
      let seconds = Double(ProcessFacts.monotonicNanoseconds() - start) / 1e9
      let isSame = try File.readAll(path, limit: bytes.count) == bytes
      try Directory.removeFile(path)
      let rate = Int(8 / max(seconds, 1e-6))
      return HealthCheck(
        name: "writing", status: isSame ? .good : .broken,
        found: isSame ? "8 MB safely on the disk at \(rate) MB/s" : "8 MB read back differently",
        remedy: isSame ? nil : "The disk or its file system is damaged")
    } catch {
      return HealthCheck(name: "writing", status: .broken, found: "\(error)")
    }
  }
}
