// swift-tools-version: 6.0
import PackageDescription

// Modules whose names this package has, too, under other names: names of targets are unique in a graph of packages.
let names = ["DataSets", "Generation", "JSON", "Models", "Tokenization"]

let captioner: [Target.Dependency] = [
    .product(name: "Captioner", package: "captioner"), .product(name: "CaptionerDemoModel", package: "captioner"),
]
// A program for each thing that the library is used for.
let programs = ["one-caption", "folder-captions", "questions", "several-captions", "streaming", "many-tasks"]

let package = Package(
    name: "outside",
    platforms: [.macOS(.v15)],
    dependencies: [.package(url: "CAPTIONER_URL", from: "1.0.0")],
    targets: [.executableTarget(name: "outside", dependencies: names.map { .target(name: $0) } + captioner)]
        + programs.map { .executableTarget(name: $0, dependencies: captioner) } + names.map { .target(name: $0) }
        // The examples of pages and doc comments, which scripts/test-outside-package puts there.
        + [.target(name: "examples", dependencies: captioner)]
)
