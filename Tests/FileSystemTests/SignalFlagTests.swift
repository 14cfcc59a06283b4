import FileSystem
import Glibc
import Testing

/// `exit` as the last statement of an exit test confuses its macro.
private func leave(_ status: Int32) { exit(status) }

@Suite struct SignalFlagTests {
  @Test(arguments: SignalFlag.Signal.allCases)
  func theFirstSignalIsRememberedAndTheSecondEndsTheProcess(signal: SignalFlag.Signal) async {
    let status = signal.exitStatus
    let number = signal.rawValue
    await #expect(processExitsWith: .exitCode(status)) { [number = number as Int32] in
      let flag = SignalFlag.install(isWatched: true)
      guard flag.signal == nil else { exit(1) }
      // To the process rather than with `raise`: the threads that run tests block signals.
      kill(getpid(), number)
      for _ in 0..<5000 where flag.signal == nil { usleep(1000) }
      guard flag.signal?.rawValue == number else { exit(2) }
      kill(getpid(), number)
      sleep(5)
      leave(3)
    }
  }

  @Test func aClosedPipeIsAnErrorAndNotTheEnd() async {
    await #expect(processExitsWith: .exitCode(7)) {
      _ = SignalFlag.install()
      kill(getpid(), SIGPIPE)
      usleep(100_000)
      leave(7)
    }
  }

  @Test func aRequestToSaveIsTakenOnceAndEndsNothing() async {
    await #expect(processExitsWith: .exitCode(7)) {
      let flag = SignalFlag.install()
      if flag.takeSaveRequest() { exit(1) }
      for _ in 0..<2 {
        kill(getpid(), SIGUSR1)
        var isAskedFor = false
        for _ in 0..<5000 where !isAskedFor {
          isAskedFor = flag.takeSaveRequest()
          usleep(1000)
        }
        guard isAskedFor else { exit(2) }
      }
      if flag.takeSaveRequest() || flag.signal != nil { exit(3) }
      leave(7)
    }
  }

  @Test func withoutATerminalAHangUpIsIgnored() async {
    await #expect(processExitsWith: .exitCode(7)) {
      let flag = SignalFlag.install(isWatched: false)
      kill(getpid(), SIGHUP)
      usleep(100_000)
      guard flag.signal == nil else { exit(1) }
      // The other signals are heard as ever.
      kill(getpid(), SIGTERM)
      for _ in 0..<5000 where flag.signal == nil { usleep(1000) }
      leave(flag.signal == .terminate ? 7 : 2)
    }
  }
}
