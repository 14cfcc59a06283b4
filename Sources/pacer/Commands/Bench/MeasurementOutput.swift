import ArgumentParser
import Autodiff
import DraftData
import Training

/// What all benchmarks of single parts share: threads, and how measurements are printed.
struct MeasurementOutput: ParsableArguments {
  @OptionGroup var compute: ComputeOptions

  @Flag(help: "Print one JSON object: threads, and measurements with name, median_s, least_s, rate and unit.")
  var json = false

  func write(_ measurements: [Measurement], on backend: CPUBackend) throws {
    if json {
      try Console.write([
        "threads": .integer(backend.threadCount), "measurements": .array(measurements.map(\.json)),
      ])
    } else {
      for measurement in measurements { Console.write(measurement.line) }
    }
  }

  /// Refuses sizes below 1 or beyond any use.
  static func check(_ sizes: [Int]) throws {
    guard sizes.allSatisfy({ (1...1 << 30).contains($0) }) else {
      throw ValidationError("Sizes are whole numbers of 1 or more.")
    }
  }
}
