// swift-tools-version:6.2
import PackageDescription

/// Every Swift target: Swift 6 mode, memory-unsafe constructs must be spelled out, no warning survives.
let strict: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("ExistentialAny"),
]

/// The kernels stay fast in debug builds: these flags come after SwiftPM's own `-O0`.
let kernelFlags: [CSetting] = [.unsafeFlags(["-O3", "-fno-math-errno", "-Wall", "-Wextra", "-Werror"])]

let package = Package(
  name: "pacer",
  products: [.executable(name: "pacer", targets: ["pacer"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // System libraries.
    .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5-serial", providers: [.apt(["libhdf5-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),

    // Foundations: arithmetic, files, containers.
    .target(
      name: "CKernels", dependencies: ["COpenBLAS"], cSettings: kernelFlags,
      linkerSettings: [.linkedLibrary("m"), .linkedLibrary("pthread")]),
    .target(name: "Randomness", swiftSettings: strict),
    .target(name: "Charts", swiftSettings: strict),
    .target(name: "FileSystem", dependencies: ["CCrypto"], swiftSettings: strict),
    .target(name: "Autodiff", dependencies: ["CKernels", "COpenBLAS", "Randomness"], swiftSettings: strict),
    .target(name: "HDF5", dependencies: ["CHDF5", "FileSystem"], swiftSettings: strict),
    .target(
      name: "DraftData", dependencies: ["FileSystem", "HDF5", "Randomness"], path: "Sources/Data",
      swiftSettings: strict),

    // What a drafter is and what it learns from.
    .target(
      name: "Models", dependencies: ["Autodiff", "DraftData", "FileSystem", "HDF5"],
      path: "Sources/Training/Models", swiftSettings: strict),
    .target(
      name: "Drafters", dependencies: ["Autodiff", "DraftData", "FileSystem", "Models"],
      path: "Sources/Training/Drafters",
      swiftSettings: strict),
    .target(
      name: "Objectives", dependencies: ["Autodiff", "Drafters"], path: "Sources/Training/Objectives",
      swiftSettings: strict),
    .target(
      name: "Serving", dependencies: ["DraftData", "FileSystem", "Randomness"], swiftSettings: strict),
    .target(
      name: "Evaluation",
      dependencies: ["Autodiff", "Models", "Drafters", "DraftData", "FileSystem", "Randomness"],
      swiftSettings: strict),
    .target(
      name: "Training",
      dependencies: [
        "Autodiff", "Charts", "DraftData", "Drafters", "Evaluation", "FileSystem", "HDF5", "Models",
        "Objectives", "Randomness", "Serving", "Yams",
      ],
      path: "Sources/Training", exclude: ["Models", "Drafters", "Objectives"],
      sources: ["Engine", "Export", "Report"], swiftSettings: strict),
    .executableTarget(
      name: "pacer",
      dependencies: [
        "Autodiff", "DraftData", "Drafters", "Evaluation", "FileSystem", "HDF5", "Models", "Training",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),

    // Tests mirror the sources, target by target.
    .target(
      name: "TestSupport", dependencies: ["Autodiff", "Randomness"], path: "Tests/TestSupport",
      swiftSettings: strict),
    .testTarget(name: "ChartsTests", dependencies: ["Charts"], swiftSettings: strict),
    .testTarget(name: "RandomnessTests", dependencies: ["Randomness"], swiftSettings: strict),
    .testTarget(name: "FileSystemTests", dependencies: ["FileSystem", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "HDF5Tests", dependencies: ["HDF5", "FileSystem", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "AutodiffTests", dependencies: ["Autodiff", "Randomness", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "DraftDataTests", dependencies: ["DraftData", "HDF5", "FileSystem", "Randomness", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "EvaluationTests",
      dependencies: [
        "Evaluation", "Autodiff", "Models", "Drafters", "FileSystem", "Randomness", "TestSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ServingTests",
      dependencies: ["Serving", "DraftData", "FileSystem", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "TrainingTests",
      dependencies: [
        "Training", "Autodiff", "Charts", "DraftData", "Drafters", "Evaluation", "FileSystem", "HDF5",
        "Models",
        "Objectives", "Serving", "TestSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "PacerTests", dependencies: ["Autodiff", "FileSystem", "TestSupport"], swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6])
