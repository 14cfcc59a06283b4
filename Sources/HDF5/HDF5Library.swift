import CHDF5
import FileSystem

/// The library as a whole: prepared once per process, silenced once per thread, asked why it failed.
enum HDF5Library {
  /// Whether the library could be prepared; the first use does it.
  private static let isPrepared = pacer_h5_prepare() == 0

  /// Must come before the first call on any thread.
  static func prepare() {
    precondition(isPrepared, "libhdf5 could not be prepared")
    pacer_h5_be_quiet()
  }

  /// What the innermost functions of the library complained about.
  static func complaint() -> String {
    var buffer = [CChar](repeating: 0, count: 512)
    unsafe pacer_h5_error_text(&buffer, buffer.count)
    let text = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return DisplayText.escaped(text, limit: 300)
  }

  /// Forgets a failure that was only a question.
  static func discardComplaint() { _ = complaint() }

  /// Passes on what a call returned, or throws what the library says.
  @discardableResult
  static func check<Result: BinaryInteger>(
    _ result: Result, _ action: String, file: String, object: String? = nil,
    code: InputError.Code = .badData
  ) throws(InputError) -> Result {
    if result >= 0 { return result }
    var found = "HDF5 cannot \(action)"
    let complaint = complaint()
    if !complaint.isEmpty { found += " (\(complaint))" }
    if code == .inputOutput, let free = try? Disk.freeBytes(at: Path.folder(of: file)) {
      found += ", \(free) bytes free"
    }
    throw InputError(code, file: file, key: object.map { DisplayText.escaped($0) }, found: found)
  }
}
