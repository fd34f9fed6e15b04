package import Foundation
package import SystemPackage

extension FileBytes {
    /// A regular file as memory that is read from the disk when it is touched. The file must not shrink meanwhile.
    /// - Throws: `Errno`, as `of(_:)`.
    package static func mapped(_ path: FilePath) throws(Errno) -> Data {
        let (descriptor, status) = try path.openedRegular()
        defer { close(descriptor) }
        guard status.size > 0 else { return Data() }
        guard let base = mmap(nil, status.size, PROT_READ, MAP_PRIVATE, descriptor, 0), base != MAP_FAILED else {
            throw Errno(rawValue: errno)
        }
        return Data(bytesNoCopy: base, count: status.size, deallocator: .unmap)
    }
}
