// swift-tools-version: 6.1
import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "parley",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Parley", targets: ["Parley"]),
    .executable(name: "parley", targets: ["ParleyCommand"]),
    .executable(name: "parley-launcher", targets: ["ParleyLauncher"]),
    .executable(name: "parley-benchmark", targets: ["ParleyBenchmark"]),
  ],
  dependencies: [
    // The command line: subcommands, help, completion scripts.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    // HMAC-SHA256 for the envelope's signature.
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    // Deque and OrderedDictionary for the broker's queues and ledgers.
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    // Service: the orchestrator among an application's other services. UnixSignals: the command's ^C as an async sequence.
    .package(
      url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    // Logger: what plugins log and how they fare, in an application's own log.
    .package(url: "https://github.com/apple/swift-log", from: "1.10.0"),
    // Tracer: frames as spans of whatever tracing an application has bootstrapped.
    .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.3.0"),
    // Counters, timers and gauges for whatever metrics backend an application has bootstrapped.
    .package(url: "https://github.com/apple/swift-metrics", from: "2.7.0"),
    // SQLite: storage, durable events, traces.
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    .systemLibrary(name: "CZeroMQ", providers: [.apt(["libzmq3-dev"]), .brew(["zeromq"])]),
    .target(name: "ZeroMQ", dependencies: ["CZeroMQ"], swiftSettings: strict),
    .target(
      name: "KernelProtocol",
      dependencies: [.product(name: "Crypto", package: "swift-crypto")],
      swiftSettings: strict),
    .target(
      name: "ZMTP",
      dependencies: [
        "KernelProtocol", .product(name: "DequeModule", package: "swift-collections"),
      ],
      swiftSettings: strict),
    .target(name: "TypeGeneration", dependencies: ["KernelProtocol"], swiftSettings: strict),
    .target(name: "JSONSchema", dependencies: ["KernelProtocol"], swiftSettings: strict),
    .target(
      name: "Broker",
      dependencies: [
        "JSONSchema", "KernelProtocol",
        .product(name: "DequeModule", package: "swift-collections"),
      ],
      swiftSettings: strict),
    .target(name: "CLinux"),
    .target(
      name: "KernelManagement", dependencies: ["CLinux", "KernelProtocol"], swiftSettings: strict),
    .target(
      name: "Store",
      dependencies: [
        "KernelProtocol",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: strict),
    .target(
      name: "Parley",
      dependencies: [
        "ZeroMQ", "ZMTP", "CLinux", "KernelProtocol", "Broker", "KernelManagement", "Store",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Tracing", package: "swift-distributed-tracing"),
        .product(name: "CoreMetrics", package: "swift-metrics"),
      ],
      swiftSettings: strict),
    .target(
      name: "Conformance", dependencies: ["Parley", "KernelManagement", "KernelProtocol"],
      swiftSettings: strict),
    .executableTarget(
      name: "ParleyCommand",
      dependencies: [
        "Parley", "Conformance", "JSONSchema", "TypeGeneration",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),
    .executableTarget(name: "ParleyLauncher"),
    .target(name: "BenchmarkFloor", dependencies: ["CZeroMQ"]),
    .executableTarget(
      name: "ParleyBenchmark",
      dependencies: [
        "BenchmarkFloor", "Parley", "Broker", "Store", "JSONSchema", "KernelManagement",
        "KernelProtocol",
        "ZeroMQ",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    // Writes into a store until it is killed: what StoreTests reopen.
    .executableTarget(
      name: "StoreCrash", dependencies: ["Store", "KernelProtocol"], swiftSettings: strict),

    .testTarget(name: "ZeroMQTests", dependencies: ["ZeroMQ"], swiftSettings: strict),
    .testTarget(
      name: "ZMTPTests", dependencies: ["ZMTP", "KernelProtocol"], swiftSettings: strict),
    .testTarget(
      name: "KernelProtocolTests", dependencies: ["KernelProtocol"], swiftSettings: strict),
    .testTarget(
      name: "TypeGenerationTests", dependencies: ["TypeGeneration", "KernelProtocol"],
      swiftSettings: strict),
    .testTarget(
      name: "JSONSchemaTests", dependencies: ["JSONSchema", "KernelProtocol"],
      swiftSettings: strict),
    .testTarget(name: "BrokerTests", dependencies: ["Broker"], swiftSettings: strict),
    .testTarget(
      name: "SimulationTests",
      dependencies: ["Broker", .product(name: "DequeModule", package: "swift-collections")],
      swiftSettings: strict),
    .testTarget(
      name: "KernelManagementTests", dependencies: ["KernelManagement", "ParleyLauncher"],
      swiftSettings: strict),
    .testTarget(
      name: "StoreTests",
      dependencies: [
        "Store", "StoreCrash", "KernelProtocol", .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ParleyTests",
      dependencies: [
        "JSONSchema", "KernelProtocol", "Parley", "ParleyCommand", "ParleyLauncher", "ZeroMQ",
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "InMemoryTracing", package: "swift-distributed-tracing"),
        .product(name: "Tracing", package: "swift-distributed-tracing"),
        .product(name: "CoreMetrics", package: "swift-metrics"),
        .product(name: "MetricsTestKit", package: "swift-metrics"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ConformanceTests",
      dependencies: ["Conformance", "JSONSchema", "KernelProtocol", "ParleyLauncher"],
      swiftSettings: strict),
  ]
)
