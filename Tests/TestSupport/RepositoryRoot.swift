import Foundation

/// The root folder of this checkout, found from the path of this source file.
package let repositoryRoot: String = URL(filePath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path(
    percentEncoded: false)

/// The folder of outside data named by `PACER_DATA`, or nil when the variable is unset or names nothing readable.
///
/// A test that needs a file there says so and is skipped without it:
/// `@Test(.enabled(if: outsideData != nil, "needs PACER_DATA"))`.
package let outsideData: String? = {
  guard let path = ProcessInfo.processInfo.environment["PACER_DATA"] else { return nil }
  return FileManager.default.isReadableFile(atPath: path + "/INDEX.md") ? path : nil
}()
