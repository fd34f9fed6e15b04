import CaptionerFiles
public import Foundation
import SystemPackage

/// A small trained BLIP-2 that describes emoji scenes and coloured shapes, a CLIP that scores such captions, and images
/// to try them on.
///
/// With them everything runs on a machine that has no model yet. They were not trained on photographs.
public enum DemoModel {
    /// The checkpoint folder, in Hugging Face layout.
    /// - Throws: `DemoModelError.notFound` when the package's resources are not where they were built.
    public static func checkpoint() throws -> URL { try resource("checkpoint") }

    /// The folder of the demo CLIP, in Hugging Face layout. It scores right captions of such images above wrong ones.
    /// - Throws: `DemoModelError.notFound` when the package's resources are not where they were built.
    public static func encoder() throws -> URL { try resource("clip") }

    /// The folder of bundled images, none of which the models were trained on.
    /// - Throws: `DemoModelError.notFound` when the package's resources are not where they were built.
    public static func pictures() throws -> URL { try resource("pictures") }

    /// Looks beside the running program first, where SwiftPM puts resources, so that a program may be moved together
    /// with them; then in the sources. `Bundle.module` is not used, because it ends the process when it finds nothing.
    private static func resource(_ name: String) throws -> URL {
        let program = program.folder
        var folders = [
            program.appending("captioner_CaptionerDemoModel.resources"),
            program.appending("captioner_CaptionerDemoModel.bundle/Contents/Resources"),
            program.appending("captioner_CaptionerDemoModel.bundle"),
        ]
        #if !CAPTIONER_STATIC_EXECUTABLE
            folders.append(FilePath(#filePath).folder.appending("Resources"))
        #endif
        folders = folders.map { $0.appending(name) }
        guard let found = folders.first(where: \.exists) else {
            throw DemoModelError.notFound(name: name, searched: folders.map(\.escaped))
        }
        return found.url
    }

    /// The running program, links followed.
    private static var program: FilePath {
        #if os(Linux)
            // Foundation's main bundle ends the process where this is not UTF-8.
            FilePath("/proc/self/exe").real
        #else
            Bundle.main.executableURL.map { FilePath($0).real } ?? FilePath()
        #endif
    }
}

/// What can go wrong while the demo model is looked for.
public enum DemoModelError: Error, Equatable, CustomStringConvertible {
    /// A resource of the package is in none of the places where it is looked for.
    case notFound(name: String, searched: [String])

    public var description: String {
        switch self {
        case .notFound(let name, let searched):
            "the demo model's \(name) folder was not found; searched \(searched.joined(separator: ", "))"
        }
    }
}
