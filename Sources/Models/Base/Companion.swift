package import CaptionerCheckpoints
import CaptionerFiles
package import SystemPackage

/// Another folder that a family needs beside its checkpoint: that of a tower, with a configuration and weights of its own.
package struct Companion: Sendable {
    /// The key of `config.json` that has its path. It is also what its files are called after in a packed checkpoint, and
    /// how names of its tensors begin (see `prefix`).
    package let key: String
    /// Where it is, according to `config.json`: relative to the folder in which the model was trained.
    package let path: String
    /// What it is called on the hub that it was published on, if that is known.
    package let published: String?
    package let layout: CheckpointLayout
    /// A tensor that the checkpoint itself has if it holds a copy of these weights.
    package let probe: String
    /// Whether the checkpoint's own copy counts where there is one.
    package let isReplacedByCopy: Bool
    /// Whether the files on how images are made ready for the model are here.
    package let describesImages: Bool

    package init(
        key: String, path: String, published: String? = nil, layout: CheckpointLayout, probe: String,
        isReplacedByCopy: Bool, describesImages: Bool = false
    ) {
        self.key = key
        self.path = path
        self.published = published
        self.layout = layout
        self.probe = probe
        self.isReplacedByCopy = isReplacedByCopy
        self.describesImages = describesImages
    }

    /// How the names of its tensors begin in the scope of the model, where they are taken from there.
    package var prefix: String { "\(key):" }
}

/// Where the companions of a checkpoint are looked for, and what is done without them.
package struct CompanionSearch: Sendable {
    /// A folder that holds them, under their path in `config.json` or the end of it.
    package var folder: FilePath?
    /// Whether the checkpoint's own copy of their weights counts where there is one, even where the library that defines the
    /// model would take the companion's.
    package var prefersCopies = false
    /// Where those are looked for that were published, unless a folder is named.
    package var cache: ModelCache

    package init(folder: FilePath? = nil, prefersCopies: Bool = false, cache: ModelCache = ModelCache()) {
        self.folder = folder
        self.prefersCopies = prefersCopies
        self.cache = cache
    }

    /// The folder of a companion, if there is one.
    ///
    /// A relative path is looked for below the working directory, as the model's own library does, and below the checkpoint's
    /// folder and those around it. Below the folder that the user names also its last two components or its last one are. If no
    /// folder is named, the caches of the download tools come last.
    func find(_ companion: Companion, of checkpoint: FilePath) -> FilePath? {
        let path = FilePath(exactly: companion.path)
        var places: [FilePath] = []
        if let folder {
            let names = path.components.map { FilePath(root: nil, [$0]) }
            for count in [names.count, 2, 1] where count <= names.count && count > 0 {
                places.append(names.suffix(count).reduce(folder) { $0.pushing($1) })
            }
        }
        places.append(path)
        if path.isRelative {
            var around = checkpoint.absolute
            while true {
                places.append(around.pushing(path))
                guard around.removeLastComponent() else { break }
            }
        }
        if let found = places.first(where: \.exists) { return found }
        return folder == nil ? companion.published.flatMap { cache.folder(of: $0) } : nil
    }
}
