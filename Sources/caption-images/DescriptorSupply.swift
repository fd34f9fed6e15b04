import ArgumentParser
import Foundation

/// Whether the system grants the open files that a command needs.
///
/// libdispatch, on which Swift's tasks run, ends the process without a message where it gets none.
enum DescriptorSupply {
    /// Opens as many files at once as a command does, and closes them.
    /// - Returns: a message for the user if that is not possible.
    static func shortage(of command: any ParsableCommand) -> String? {
        // Each thread may read an image; the others are outputs, what a folder is searched by, and libdispatch's.
        let count = ThreadSupply.computingCount(of: command) + 8
        var descriptors: [Int32] = []
        defer { for descriptor in descriptors { close(descriptor) } }
        while descriptors.count < count {
            let descriptor = open("/", O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else {
                // Whether a sandbox, say, lets a folder be read says nothing about how many files may be open.
                guard errno == EMFILE || errno == ENFILE else { return nil }
                return """
                    the system grants \(descriptors.count) of the \(count) open files that this takes \
                    (\(String(cString: strerror(errno)))): a limit of open files (ulimit -n) is too low
                    """
            }
            descriptors.append(descriptor)
        }
        return nil
    }
}
