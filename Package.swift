// swift-tools-version: 6.2
import PackageDescription

// Rules that every module is held to: say which module a member comes from, write `any` before an existential,
// import for oneself only unless said otherwise.
var settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]
if Context.environment["CI"] != nil {
    settings.append(.treatAllWarnings(as: .error))
}

// A program without shared libraries (scripts/release) cannot load a BLAS library, and is not where it was built.
let staticSettings: [SwiftSetting] =
    Context.environment["CAPTIONER_STATIC_EXECUTABLE"] == nil ? [] : [.define("CAPTIONER_STATIC_EXECUTABLE")]

// Swift compiles a module for one instruction set, so each has a module of its own; which of them runs is decided at
// start. They are optimised in debug builds too, which would caption a picture in minutes otherwise.
func instructionSetTarget(
    _ name: String, _ features: [String], optimizer: [String] = [], on others: [Target.Dependency] = []
) -> Target {
    .target(
        name: "CaptionerKernels\(name)", dependencies: ["CaptionerKernels"] + others, path: "Sources/Kernels/\(name)",
        swiftSettings: [
            .unsafeFlags(
                ["-O"] + features.flatMap { ["-Xcc", "-m\($0)"] } + optimizer.flatMap { ["-Xllvm", $0] })
        ])
}
let avx512 = ["avx512f", "avx512bw", "avx512dq", "avx512vl", "fma"]
// Registers of NEON are half as long as a vector of eight lanes, so a tile is more code than LLVM unrolls by itself; in a
// loop its sums would be in memory.
let unrolling = ["-unroll-threshold=2000"]
let instructionSetTargets = [
    "x86_64": [
        instructionSetTarget("AVX2", ["avx2", "fma"]),
        instructionSetTarget("AVXVNNI", ["avx2", "fma", "avxvnni"], on: ["CaptionerKernelsAVX2"]),
        instructionSetTarget("AVX512", avx512),
        instructionSetTarget(
            "AVX512VNNI", avx512 + ["avx512vnni", "avx512bf16"], on: ["CaptionerIntrinsics", "CaptionerKernelsAVX512"]),
        instructionSetTarget(
            "AMX", avx512 + ["avx512vnni", "avx512bf16", "amx-tile", "amx-int8", "amx-bf16"],
            on: ["CaptionerIntrinsics", "CaptionerKernelsAVX512VNNI"]),
    ],
    "arm64": [
        instructionSetTarget("NEON", [], optimizer: unrolling),
        instructionSetTarget(
            "DotProduct", ["arch=armv8.2-a+dotprod"], optimizer: unrolling, on: ["CaptionerKernelsNEON"]),
        instructionSetTarget(
            "I8MM", ["arch=armv8.2-a+i8mm+bf16"], optimizer: unrolling,
            on: ["CaptionerIntrinsics", "CaptionerKernelsNEON"]),
    ],
]
// The manifest runs on the machine that compiles, which does not know what it compiles for: CAPTIONER_ARCHITECTURE says
// so where that is another architecture (docs/processors.md).
#if arch(x86_64)
    let hostArchitecture = "x86_64"
#elseif arch(arm64)
    let hostArchitecture = "arm64"
#else
    let hostArchitecture = ""
#endif
let architecture = Context.environment["CAPTIONER_ARCHITECTURE"] ?? hostArchitecture
let kernelTargets = [instructionSetTarget("Portable", [])] + (instructionSetTargets[architecture] ?? [])

let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

// A product that only a build with the trait Server needs.
func server(_ product: String, _ package: String) -> Target.Dependency {
    .product(name: product, package: package, condition: .when(traits: ["Server"]))
}

let package = Package(
    name: "captioner",
    platforms: [.macOS(.v26)],
    products: [
        .library(name: "Captioner", targets: ["Captioner"]),
        .library(name: "CaptionerDemoModel", targets: ["CaptionerDemoModel"]),
        .executable(name: "caption-images", targets: ["caption-images"]),
    ],
    // What brings many other packages or libraries with it.
    traits: [
        .trait(name: "Server", description: "caption-images serve, with Hummingbird and SwiftNIO"),
        .trait(name: "AVIF", description: "Reads AVIF, with libavif"),
        .trait(name: "TIFF", description: "Reads TIFF, with libtiff"),
        .trait(name: "HEIC", description: "Reads HEIC, with libheif"),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", "3.12.3"..<"5.0.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.3.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.86.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.30.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.8.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.6.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
        .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
    ],
    targets: [
        // Ways in.
        .executableTarget(
            name: "caption-images",
            dependencies: [
                "CaptionerAllocator", "Captioner", "CaptionerFiles", "CaptionerDemoModel", "CaptionerImageProcessing",
                "CaptionerDataSets", "CaptionerEvaluation", "CaptionerRecaption", "CaptionerReport", "CaptionerServer",
                "CaptionerServing",
                .product(name: "ArgumentParser", package: "swift-argument-parser"), system,
                server("Logging", "swift-log"),
            ]),
        // Empty without the trait Server.
        .target(
            name: "CaptionerServer",
            dependencies: [
                "Captioner", "CaptionerFiles", "CaptionerImageProcessing", "CaptionerJSON", "CaptionerReport",
                "CaptionerServing", system,
                server("Hummingbird", "hummingbird"), server("HummingbirdCore", "hummingbird"),
                server("HTTPTypes", "swift-http-types"),
                server("Logging", "swift-log"), server("NIOCore", "swift-nio"),
                server("NIOHTTPTypes", "swift-nio-extras"),
                server("ServiceLifecycle", "swift-service-lifecycle"),
            ],
            path: "Sources/Serving/Server",
            resources: ["openapi.json", "page.html", "page.css", "page.js"].map { .embedInCode("Page/\($0)") }),
        .target(
            name: "CaptionerServing",
            dependencies: [
                "Captioner", "CaptionerDataSets", "CaptionerFiles", "CaptionerImageProcessing", "CaptionerJSON", system,
            ],
            path: "Sources/Serving", exclude: ["Server"]),
        .target(
            name: "CaptionerRecaption",
            dependencies: [
                "Captioner", "CaptionerDataSets", "CaptionerFiles", "CaptionerImageProcessing", "CaptionerJSON",
                .product(name: "Crypto", package: "swift-crypto"), system,
            ], path: "Sources/Recaption"),
        .target(
            name: "CaptionerReport",
            dependencies: [
                "CaptionerDataSets", "CaptionerFiles", "CaptionerJSON", "CaptionerImageProcessing",
                .product(name: "Crypto", package: "swift-crypto"), system,
            ], path: "Sources/Report",
            // In the program itself, which thereby needs no file beside it to make a page.
            resources: [
                "report.html", "report.css", "elements.js", "query.js", "charts.js", "panels.js", "similarities.js",
                "cards.js", "list.js", "main.js", "review.css", "decisions.js", "editor.js", "replace.js", "merging.js",
                "picture.js", "review.js",
            ].map { .embedInCode("Page/\($0)") }),
        .target(
            name: "CaptionerEvaluation",
            dependencies: [
                "CaptionerFiles", "CaptionerJSON", "CaptionerImageProcessing", "CaptionerZlib",
                .product(name: "Crypto", package: "swift-crypto"), system,
            ], path: "Sources/Evaluation", resources: [.embedInCode("Page/evaluation.css")]),
        .target(
            name: "CaptionerDataSets",
            dependencies: [
                "CaptionerFiles", "CaptionerJSON", "CaptionerImageProcessing", "CaptionerTokenization",
                .product(name: "Crypto", package: "swift-crypto"), .product(name: "Yams", package: "Yams"), system,
            ], path: "Sources/DataSets"),
        .target(
            name: "Captioner",
            dependencies: [
                "CaptionerFiles", "CaptionerModels", "CaptionerCheckpoints", "CaptionerGeneration",
                "CaptionerImageProcessing", "CaptionerTensorCore",
                "CaptionerTokenization", system,
            ]),

        // The models and what speaks for them.
        .target(
            name: "CaptionerModels",
            dependencies: [
                "CaptionerFiles", "CaptionerJSON", "CaptionerCheckpoints", "CaptionerGeneration", "CaptionerTensorCore",
                system,
            ],
            path: "Sources/Models"),
        .target(name: "CaptionerGeneration", dependencies: ["CaptionerTensorCore"], path: "Sources/Generation"),
        .target(
            name: "CaptionerTokenization", dependencies: ["CaptionerFiles", "CaptionerJSON", system],
            path: "Sources/Tokenization"),

        // Bytes to numbers.
        .target(
            name: "CaptionerCheckpoints",
            dependencies: ["CaptionerFiles", "CaptionerJSON", "CaptionerTensorCore", system],
            path: "Sources/Checkpoints"),
        .target(
            name: "CaptionerImageProcessing",
            dependencies: [
                "CaptionerFiles", "CaptionerIntrinsics", "CaptionerPNG", "CaptionerTurboJPEG", "CaptionerWebP",
                "CaptionerZlib", system,
                .target(name: "CaptionerAVIF", condition: .when(traits: ["AVIF"])),
                .target(name: "CaptionerTIFF", condition: .when(traits: ["TIFF"])),
                .target(name: "CaptionerHEIC", condition: .when(traits: ["HEIC"])),
            ],
            path: "Sources/ImageProcessing"),
        .target(
            name: "CaptionerTensorCore",
            dependencies: ["CaptionerIntrinsics", "CaptionerKernels"] + kernelTargets.map { .target(name: $0.name) },
            path: "Sources/TensorCore",
            // Accelerate's present declarations of CBLAS, in place of deprecated ones.
            swiftSettings: staticSettings + [
                .unsafeFlags(["-Xcc", "-DACCELERATE_NEW_LAPACK"], .when(platforms: [.macOS]))
            ],
            linkerSettings: [.linkedFramework("Accelerate", .when(platforms: [.macOS]))]),

        // Files and the texts in them, byte by byte.
        .target(name: "CaptionerFiles", dependencies: ["CaptionerZlib", system], path: "Sources/Files"),
        .target(name: "CaptionerJSON", path: "Sources/JSON"),

        // What the kernels reach on the machine at hand.
        .executableTarget(
            name: "kernel-benchmark",
            dependencies: [
                "CaptionerImageProcessing", "CaptionerTensorCore",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Benchmarks/Kernels", exclude: ["predict.py"]),

        // Whole captions, by stage.
        .executableTarget(
            name: "pipeline-benchmark",
            dependencies: [
                "Captioner", "CaptionerDemoModel", "CaptionerRecaption",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Benchmarks/Pipeline"),

        // Images and texts a second.
        .executableTarget(
            name: "embedding-benchmark",
            dependencies: ["Captioner", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            path: "Benchmarks/Encoder", exclude: ["peer.py", "peer_libraries.py"]),

        // Matrix products: what is common to all instruction sets, and below a target for each of those.
        .target(name: "CaptionerKernels", dependencies: ["CaptionerIntrinsics"], path: "Sources/Kernels/Common"),
        .systemLibrary(name: "CaptionerIntrinsics", path: "Sources/Kernels/Intrinsics"),

        // Small trained models and pictures that they know.
        .target(
            name: "CaptionerDemoModel", dependencies: ["CaptionerFiles", system], path: "Sources/DemoModel",
            resources: [.copy("Resources/checkpoint"), .copy("Resources/clip"), .copy("Resources/pictures")],
            swiftSettings: staticSettings),

        // Libraries of the system. OpenBLAS is none of them: it is loaded when it is needed (TensorCore/OpenBLAS.swift).
        .systemLibrary(
            name: "CaptionerTurboJPEG", path: "Sources/System/TurboJPEG", pkgConfig: "libturbojpeg",
            providers: [.apt(["libturbojpeg0-dev"]), .brew(["jpeg-turbo"])]),
        .systemLibrary(
            name: "CaptionerPNG", path: "Sources/System/PNG", pkgConfig: "libpng",
            providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
        .systemLibrary(
            name: "CaptionerWebP", path: "Sources/System/WebP", pkgConfig: "libwebpdemux",
            providers: [.apt(["libwebp-dev"]), .brew(["webp"])]),
        .systemLibrary(
            name: "CaptionerAVIF", path: "Sources/System/AVIF", pkgConfig: "libavif",
            providers: [.apt(["libavif-dev"]), .brew(["libavif"])]),
        .systemLibrary(
            name: "CaptionerTIFF", path: "Sources/System/TIFF", pkgConfig: "libtiff-4",
            providers: [.apt(["libtiff-dev"]), .brew(["libtiff"])]),
        .systemLibrary(
            name: "CaptionerHEIC", path: "Sources/System/HEIC", pkgConfig: "libheif",
            providers: [.apt(["libheif-dev"]), .brew(["libheif"])]),
        .systemLibrary(name: "CaptionerAllocator", path: "Sources/System/Allocator"),
        .systemLibrary(
            name: "CaptionerZlib", path: "Sources/System/Zlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

        // Tests: one target per library, what they share, and a way in for comparisons with other libraries.
        .target(
            name: "TestSupport",
            dependencies: [
                "Captioner", "CaptionerFiles", "CaptionerModels", "CaptionerCheckpoints", "CaptionerTokenization",
                .product(name: "Crypto", package: "swift-crypto"), system,
            ],
            path: "Tests/TestSupport"),
        .executableTarget(
            name: "parity-probe",
            dependencies: [
                "Captioner", "CaptionerEvaluation", "CaptionerFiles", "CaptionerImageProcessing", "CaptionerTensorCore",
                "TestSupport", "CaptionerTokenization", system,
            ],
            path: "Tests/ParityProbe"),
        .testTarget(name: "StructureTests"),
        .testTarget(
            name: "TensorCoreTests", dependencies: ["CaptionerKernels", "CaptionerTensorCore", "TestSupport"],
            exclude: ["Fixtures"]
        ),
        .testTarget(
            name: "ImageProcessingTests", dependencies: ["CaptionerImageProcessing", "TestSupport"],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "CheckpointsTests",
            dependencies: ["CaptionerFiles", "CaptionerCheckpoints", "CaptionerTensorCore", "TestSupport", system],
            exclude: ["Fixtures"]),
        .testTarget(name: "FilesTests", dependencies: ["CaptionerFiles", "TestSupport", system]),
        .testTarget(name: "JSONTests", dependencies: ["CaptionerJSON"]),
        .testTarget(
            name: "TokenizationTests", dependencies: ["CaptionerJSON", "TestSupport", "CaptionerTokenization"],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "GenerationTests", dependencies: ["CaptionerGeneration", "CaptionerTensorCore", "TestSupport"]),
        .testTarget(
            name: "ModelsTests",
            dependencies: [
                "CaptionerJSON", "CaptionerModels", "CaptionerCheckpoints", "CaptionerGeneration",
                "CaptionerTensorCore", "TestSupport",
            ]),
        .testTarget(
            name: "CaptionerTests",
            dependencies: [
                "Captioner", "CaptionerModels", "CaptionerCheckpoints", "CaptionerDemoModel",
                "CaptionerImageProcessing", "TestSupport", system,
            ], exclude: ["Fixtures"]),
        .testTarget(
            name: "EncoderTests",
            dependencies: ["Captioner", "CaptionerDemoModel", "TestSupport", system], exclude: ["Fixtures"]),
        .testTarget(
            name: "DataSetsTests",
            dependencies: [
                "Captioner", "CaptionerDataSets", "CaptionerFiles", "CaptionerImageProcessing", "CaptionerJSON",
                "TestSupport", system,
            ], exclude: ["Fixtures"]),
        .testTarget(
            name: "ReportTests",
            dependencies: [
                "CaptionerDataSets", "CaptionerFiles", "CaptionerImageProcessing", "CaptionerJSON", "CaptionerReport",
                "TestSupport", system,
            ]),
        .testTarget(
            name: "EvaluationTests",
            dependencies: [
                "CaptionerEvaluation", "CaptionerFiles", "CaptionerJSON", "CaptionerZlib", "TestSupport", system,
            ],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "ServingTests",
            dependencies: [
                "Captioner", "CaptionerDataSets", "CaptionerDemoModel", "CaptionerFiles",
                "CaptionerImageProcessing", "CaptionerJSON", "CaptionerServing", "TestSupport", system,
            ]),
        .testTarget(
            name: "ServerTests",
            dependencies: [
                "Captioner", "CaptionerDemoModel", "CaptionerFiles", "CaptionerJSON", "CaptionerReport",
                "CaptionerServer",
                "CaptionerServing", "TestSupport", system, server("Logging", "swift-log"),
            ]),
        .testTarget(
            name: "RecaptionTests",
            dependencies: [
                "Captioner", "CaptionerDataSets", "CaptionerFiles", "CaptionerJSON", "CaptionerDemoModel",
                "CaptionerImageProcessing", "CaptionerRecaption", "CaptionerReport", "TestSupport", system,
            ]),
        .testTarget(
            name: "CommandLineTests",
            dependencies: [
                "caption-images", "Captioner", "CaptionerFiles", "CaptionerDemoModel", "TestSupport", system,
            ]),
    ] + kernelTargets,
    swiftLanguageModes: [.v6]
)

// Fuzzers, which scripts/fuzz links with libFuzzer: without it they have no way in, so nothing else builds them.
if Context.environment["CAPTIONER_FUZZING"] != nil {
    package.products.append(.library(name: "Fuzzing", type: .static, targets: ["Fuzzing"]))
    package.targets.append(
        .target(
            name: "Fuzzing",
            dependencies: [
                "Captioner", "CaptionerFiles", "CaptionerJSON", "CaptionerModels", "CaptionerCheckpoints",
                "CaptionerImageProcessing",
                "CaptionerDataSets", "CaptionerServing",
                "CaptionerTensorCore", "TestSupport", "CaptionerTokenization", system,
            ],
            path: "Tests/Fuzzing", exclude: ["json.dict"]))
}

for target in package.targets where target.type != .system {
    target.swiftSettings = (target.swiftSettings ?? []) + settings
}
