import CaptionerKernels
import CaptionerTensorCore
import Testing

/// Memory on a cache line, filled with a byte that shows where nothing was written. The user of a pointer keeps the object alive.
final class KernelMemory {
    let base: UnsafeMutableRawPointer
    let byteCount: Int

    init(byteCount: Int, filler: UInt8 = 0xA5) {
        self.byteCount = byteCount
        base = .allocate(byteCount: max(byteCount, 1), alignment: 64)
        base.initializeMemory(as: UInt8.self, repeating: filler, count: byteCount)
    }

    convenience init<Element: BitwiseCopyable>(_ values: [Element]) {
        self.init(byteCount: values.count * MemoryLayout<Element>.stride)
        values.withUnsafeBytes { bytes in
            if let start = bytes.baseAddress { base.copyMemory(from: start, byteCount: bytes.count) }
        }
    }

    deinit { base.deallocate() }

    func pointer<Element>(_: Element.Type = Element.self) -> UnsafeMutablePointer<Element> {
        base.assumingMemoryBound(to: Element.self)
    }

    var bytes: [UInt8] {
        withExtendedLifetime(self) { Array(UnsafeRawBufferPointer(start: base, count: byteCount)) }
    }

    var floats: [Float] {
        withExtendedLifetime(self) { Array(UnsafeBufferPointer(start: pointer(Float.self), count: byteCount / 4)) }
    }
}

extension [Float] {
    /// Bits, with one pattern for all that is no number.
    var bits: [UInt32] { map { $0.isNaN ? Float.nan.bitPattern : $0.bitPattern } }
}

/// Reports where two results differ first, and not all that they hold.
func expectEqual<Element: Equatable>(
    _ found: [Element], _ expected: [Element], _ name: @autoclosure () -> String,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    guard found != expected else { return }
    let index = zip(found, expected).enumerated().first { $0.element.0 != $0.element.1 }?.offset
    let place = index.map { "\(found[$0]) for \(expected[$0]) at \($0)" } ?? "\(found.count) for \(expected.count)"
    Issue.record("\(name()): \(place)", sourceLocation: sourceLocation)
}
