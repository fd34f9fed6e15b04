import CaptionerFiles
import CaptionerJSON
package import SystemPackage

/// Which image a text file beside images belongs to.
///
/// Several may have one: `a.jpg` and `a.png`, or an image that samples name with several prompts. It belongs to the first
/// in the whole input, whichever part of it a run captions, so that shards and runs that resume or try again decide
/// alike. A text file that is itself an image of the input belongs to none.
package struct SidecarOwners: Sendable {
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
    /// Images that links in the place of text files lead to.
    private var linkedImages: Set<Place> = []
    private let ending: [UInt8]

    /// Goes through the whole input.
    /// - Parameter ending: that of the names of text files.
    /// - Throws: `FileError.unreadableFile`, `CancellationError`.
    init(_ input: any ItemSource, ending: [UInt8]) throws {
        self.ending = ending
        // Hashes are enough to see that there is one claim, and small.
        var claims: [Int: Int] = [:]
        var shared: Set<Int> = []
        var linked: [FileStatus.Identity: Place] = [:]
        try Self.forEachClaim(in: input, ending) { text, claim, _, link in
            if claim.image.name.hasEnding(ending) { images.insert(claim.image) }
            if let file = link.flatMap({ FileStatus($0) }) { linked[file.identity] = text }
            let (place, hash) = (text.hashValue, claim.hashValue)
            if claims.updateValue(hash, forKey: place).map({ $0 != hash }) == true { shared.insert(place) }
        }
        if !linked.isEmpty {
            try input.forEachItem { item in
                for image in item.pictures.compactMap(\.file) {
                    if let text = FileStatus(image).flatMap({ linked[$0.identity] }) { linkedImages.insert(text) }
                }
            }
        }
        guard !shared.isEmpty else { return }
        try Self.forEachClaim(in: input, ending) { text, claim, name, _ in
            if shared.contains(text.hashValue), owners[text] == nil { owners[text] = (claim, name) }
        }
    }

    /// Checks that no text file beside an image is another file that will be written, or that is read.
    /// - Throws: `DataSetError.sameOutput`, `.outputIsInput`, `.unreadableFile`.
    package static func check(
        _ input: any ItemSource, ending: [UInt8], against outputs: [FilePath], reading inputs: [FilePath] = []
    ) throws {
        var places: [Place: DataSetError] = [:]
        func add(_ file: FilePath, _ error: DataSetError) {
            let path = file.real
            places[Place(path, in: FileStatus(path.folder)?.identity)] = error
        }
        for input in inputs { add(input, .outputIsInput(path: input.escaped)) }
        for output in outputs { add(output, .sameOutput(path: output.escaped)) }
        guard !places.isEmpty else { return }
        try forEachClaim(in: input, ending) { text, _, _, _ in if let error = places[text] { throw error } }
    }

    /// Why an image has no text file of its own; nil if it has.
    func refusal(of task: CaptionTask) -> ItemFailure? {
        guard !owners.isEmpty || !images.isEmpty || !linkedImages.isEmpty, let image = task.picture.file,
            let path = image.sidecar(ending)
        else { return nil }
        let (text, claim, _) = Self.claim(task, image, path, in: FileStatus(image.folder)?.identity)
        if images.contains(text) { return .unwritable(path, "it is an image of this input") }
        if linkedImages.contains(text) { return .unwritable(path, "it is a link to an image of this input") }
        guard let owner = owners[text], owner.claim != claim else { return nil }
        let prompt = owner.claim.image == claim.image ? " with another prompt" : ""
        return .unwritable(path, "it belongs to an image that comes first (\(owner.name.shortened)\(prompt))")
    }

    /// How many images have no text file of their own, and why the first of them have none.
    /// - Throws: `FileError.unreadableFile`, `CancellationError`.
    package static func conflicts(
        in input: any ItemSource, ending: [UInt8]
    ) throws -> (count: Int, first: [String]) {
        let owners = try SidecarOwners(input, ending: ending)
        var (count, first) = (0, [String]())
        guard !owners.owners.isEmpty || !owners.images.isEmpty || !owners.linkedImages.isEmpty else {
            return (count, first)
        }
        try input.forEachItem { item in
            for task in (try? ImageRows.tasks(of: item)) ?? [] {
                guard let refusal = owners.refusal(of: task) else { continue }
                count += 1
                if count <= 5 { first.append("\(task.name.pictureName): \(refusal.message)") }
            }
        }
        return (count, first)
    }

    /// - Returns: also what the link in the place of the text file leads to, if there is one.
    private static func claim(
        _ task: CaptionTask, _ image: FilePath, _ path: FilePath, in folder: FileStatus.Identity?
    ) -> (text: Place, claim: Claim, link: FilePath?) {
        let claim = Claim(image: Place(image, in: folder), prompt: task.prompt.map { ExactString($0) })
        guard path.linkTarget != nil else { return (Place(path, in: folder), claim, nil) }
        // Texts of several folders may be one file.
        let target = path.real
        return (Place(target, in: FileStatus(target.folder)?.identity), claim, target)
    }

    private static func forEachClaim(
        in input: any ItemSource, _ ending: [UInt8],
        _ body: (_ text: Place, _ claim: Claim, _ name: String, _ link: FilePath?) throws -> Void
    ) throws {
        // Images of a folder mostly follow each other.
        var last: (path: FilePath, identity: FileStatus.Identity?)?
        try input.forEachItem { item in
            for task in (try? ImageRows.tasks(of: item)) ?? [] {
                guard let image = task.picture.file, let path = image.sidecar(ending) else { continue }
                let folder = image.folder
                let identity = last?.path == folder ? last?.identity : FileStatus(folder)?.identity
                last = (folder, identity)
                let (text, claim, link) = claim(task, image, path, in: identity)
                try body(text, claim, task.name, link)
            }
        }
    }
}

extension FilePath {
    /// The text file beside an image: `beach.txt` for `beach.jpg`; nil for a path without a name.
    /// - Parameter ending: what replaces the extension.
    package func sidecar(_ ending: [UInt8]) -> FilePath? { exactStem.map { replacingLastComponent($0 + ending) } }

    fileprivate func hasEnding(_ ending: [UInt8]) -> Bool { bytes.suffix(ending.count).elementsEqual(ending) }
}
