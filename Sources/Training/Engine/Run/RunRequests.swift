package import FileSystem

/// What somebody outside may ask of a run while it works; looked at between steps.
package struct RunRequests {
  /// The signal that makes the run save and end; nil: go on.
  let stop: () -> SignalFlag.Signal?
  /// Whether a checkpoint is wanted at once; the request is taken by asking.
  let takeSave: () -> Bool

  /// Requests that come from anywhere; by default there are none.
  package init(
    stop: @escaping () -> SignalFlag.Signal? = { nil }, takeSave: @escaping () -> Bool = { false }
  ) {
    self.stop = stop
    self.takeSave = takeSave
  }

  /// What signals to this process ask for.
  package init(_ flag: SignalFlag) {
    self.init(stop: { flag.signal }, takeSave: { flag.takeSaveRequest() })
  }
}
