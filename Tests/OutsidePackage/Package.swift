// swift-tools-version: 6.0
import PackageDescription

// Modules of this package with the names of captioner's folders. Names of targets must be unique in a package graph, so
// this builds only because captioner's own targets have other names.
let names = ["DataSets", "Generation", "JSON", "Models", "Tokenization"]

let captioner: [Target.Dependency] = [
    .product(name: "Captioner", package: "captioner"), .product(name: "CaptionerDemoModel", package: "captioner"),
]
// A program for each use of the library.
let programs = ["one-caption", "folder-captions", "questions", "several-captions", "streaming", "many-tasks"]

let package = Package(
    name: "outside",
    platforms: [.macOS(.v15)],
    // scripts/test-outside-package fills in the URL, and tags the working tree 1.0.0 there.
    dependencies: [.package(url: "CAPTIONER_URL", from: "1.0.0")],
    targets: [.executableTarget(name: "outside", dependencies: names.map { .target(name: $0) } + captioner)]
        + programs.map { .executableTarget(name: $0, dependencies: captioner) } + names.map { .target(name: $0) }
        // The examples of pages and doc comments, which scripts/test-outside-package puts there.
        + [.target(name: "examples", dependencies: captioner)]
)
