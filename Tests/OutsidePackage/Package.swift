// swift-tools-version: 6.0
import PackageDescription

let package = Package(
    name: "outside",
    platforms: [.macOS(.v15)],
    dependencies: [.package(url: "CAPTIONER_URL", from: "1.0.0")],
    targets: [
        .executableTarget(name: "outside", dependencies: [.product(name: "Captioner", package: "captioner")])
    ]
)
