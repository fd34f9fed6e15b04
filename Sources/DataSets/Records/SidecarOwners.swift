import CaptionerFiles
import CaptionerJSON
package import SystemPackage

/// Which image a text file beside images belongs to.
///
/// Several may have one: `a.jpg` and `a.png`, or an image that samples name with several prompts. It belongs to the first
/// in the whole input, whichever part of it a run captions, so that shards and runs that resume or try again decide
/// alike. A text file that is itself an image of the input belongs to none.
struct SidecarOwners: Sendable {
    /// A name in a folder. Links may lead to a folder on several ways.
    private struct Place: Hashable, Sendable {
        let folder: FileStatus.Identity?
        /// Where there is no such folder, the whole path.
        let name: FilePath

        init(_ path: FilePath, in folder: FileStatus.Identity?) {
            self.folder = folder
            name = folder == nil ? path.absolute : FilePath(root: nil, path.components.suffix(1))
        }
    }

    /// What the captions in a text file depend on.
    private struct Claim: Hashable, Sendable {
        let image: Place
        let prompt: ExactString?
    }

    /// Of text files that there are several claims to.
    private var owners: [Place: (claim: Claim, name: String)] = [:]
    /// Images that have the name of a text file.
    private var images: Set<Place> = []

    /// Goes through the whole input.
    /// - Throws: `FileError.unreadableFile`, `CancellationError`.
    init(_ input: any ItemSource) throws {
        // Hashes are enough to see that there is one claim, and small.
        var claims: [Int: Int] = [:]
        var shared: Set<Int> = []
        try Self.forEachClaim(in: input) { text, claim, _ in
            if claim.image.name.hasSidecarName { images.insert(claim.image) }
            let (place, hash) = (text.hashValue, claim.hashValue)
            if claims.updateValue(hash, forKey: place).map({ $0 != hash }) == true { shared.insert(place) }
        }
        guard !shared.isEmpty else { return }
        try Self.forEachClaim(in: input) { text, claim, name in
            if shared.contains(text.hashValue), owners[text] == nil { owners[text] = (claim, name) }
        }
    }

    /// Checks that no text file beside an image is another file that will be written.
    /// - Throws: `DataSetError.sameOutput`, `.unreadableFile`.
    package static func check(_ input: any ItemSource, against outputs: [FilePath]) throws {
        var places: [Place: FilePath] = [:]
        for output in outputs {
            let path = output.real
            if path.hasSidecarName { places[Place(path, in: FileStatus(path.folder)?.identity)] = output }
        }
        guard !places.isEmpty else { return }
        var found: FilePath?
        try forEachClaim(in: input) { text, _, _ in found = found ?? places[text] }
        if let found { throw DataSetError.sameOutput(path: found.escaped) }
    }

    /// Why an image has no text file of its own; nil if it has.
    package func refusal(of task: CaptionTask) -> ItemFailure? {
        guard !owners.isEmpty || !images.isEmpty, let image = task.picture.file, let path = image.sidecar else {
            return nil
        }
        let (text, claim) = Self.claim(task, image, path, in: FileStatus(image.folder)?.identity)
        if images.contains(text) { return Self.failure(path, "it is an image of this input") }
        guard let owner = owners[text], owner.claim != claim else { return nil }
        let prompt = owner.claim.image == claim.image ? " with another prompt" : ""
        return Self.failure(path, "it belongs to an image that comes first (\(owner.name.shortened)\(prompt))")
    }

    private static func failure(_ path: FilePath, _ cause: String) -> ItemFailure {
        ItemFailure(
            stage: .write, message: "cannot write \(path.escaped.shortened): \(cause)", path: path.escaped)
    }

    private static func claim(
        _ task: CaptionTask, _ image: FilePath, _ path: FilePath, in folder: FileStatus.Identity?
    ) -> (text: Place, claim: Claim) {
        (Place(path, in: folder), Claim(image: Place(image, in: folder), prompt: task.prompt.map { ExactString($0) }))
    }

    private static func forEachClaim(
        in input: any ItemSource, _ body: (_ text: Place, _ claim: Claim, _ name: String) -> Void
    ) throws {
        // Images of a folder mostly follow each other.
        var last: (path: FilePath, identity: FileStatus.Identity?)?
        try input.forEachItem { item in
            for task in (try? ImageRows.tasks(of: item)) ?? [] {
                guard let image = task.picture.file, let path = image.sidecar else { continue }
                let folder = image.folder
                let identity = last?.path == folder ? last?.identity : FileStatus(folder)?.identity
                last = (folder, identity)
                let (text, claim) = claim(task, image, path, in: identity)
                body(text, claim, task.name)
            }
        }
    }
}

extension FilePath {
    private static var sidecarEnding: [UInt8] { Array(".txt".utf8) }

    /// The text file beside an image: `beach.txt` for `beach.jpg`; nil for a path without a name.
    package var sidecar: FilePath? { exactStem.map { replacingLastComponent($0 + Self.sidecarEnding) } }

    fileprivate var hasSidecarName: Bool { bytes.suffix(4).elementsEqual(Self.sidecarEnding) }
}
