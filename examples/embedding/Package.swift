// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "shop",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "parley", path: "../.."),
    // Runs the orchestrator beside the application's own services, and ends them in order.
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.5.0"),
  ],
  targets: [
    .executableTarget(
      name: "Shop",
      dependencies: [
        .product(name: "Parley", package: "parley"),
        // Not linked: it is built beside the application, which launches kernels with it.
        .product(name: "parley-launcher", package: "parley"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "Logging", package: "swift-log"),
      ])
  ]
)
