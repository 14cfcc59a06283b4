import Glibc

/// Makes one system call on a path: asks the fault injector, repeats after EINTR, and throws what went wrong.
///
/// - Parameter repeatsWhenInterrupted: false for `close` and `fsync`, which must not be tried again.
/// - Returns: what the call returned, zero or more.
@discardableResult
func systemCall(
  _ operation: FileOperation, _ path: String, repeatsWhenInterrupted: Bool = true, _ call: () -> Int
) throws(InputError) -> Int {
  while true {
    var isDying = false
    switch FaultInjector.current?.verdict(operation, path) ?? .proceed {
    case .proceed, .half: break
    case .halfThenDie: isDying = true
    case .fail(EINTR) where repeatsWhenInterrupted: continue
    case .fail(let code): throw InputError(failed: operation, path: path, errno: code)
    }
    let result = call()
    if isDying { throw InputError(failed: operation, path: path, errno: ECANCELED) }
    if result >= 0 { return result }
    let code = errno
    if code == EINTR && repeatsWhenInterrupted { continue }
    throw InputError(failed: operation, path: path, errno: code)
  }
}

/// Refuses a path that C would cut short.
func checkedPath(_ path: String) throws(InputError) -> String {
  if path.isEmpty { throw InputError(.usage, found: "an empty path", expected: "the path of a file") }
  if path.utf8.contains(0) {
    throw InputError(.badData, file: DisplayText.escaped(path), found: "a path with a NUL character in it")
  }
  return path
}
