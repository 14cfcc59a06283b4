import Autodiff

extension CPUBackend {
  /// Memory of its own that holds these values.
  func slot(_ values: [Float]) -> Slot {
    let region = makeRegion(label: "test")
    reserve(region, count: max(values.count, 1))
    let slot = Slot(region: region, offset: 0, count: values.count)
    write(values, to: slot)
    return slot
  }

  /// The same for whole numbers.
  func slot(_ values: [Int32]) -> Slot {
    let slot = slot([Float](repeating: 0, count: values.count))
    write(values, to: slot)
    return slot
  }
}
