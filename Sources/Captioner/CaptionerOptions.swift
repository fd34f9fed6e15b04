import Foundation
public import ImageProcessing

/// How a captioner uses the machine and reads pictures. None of this changes a caption but `orientation`.
public struct CaptionerOptions: Sendable {
    /// Threads that compute at once. Default: ``defaultThreadCount``.
    public var threadCount: Int
    /// The most images that go through the model together. Larger batches share the reading of weights, and take more
    /// memory.
    public var batchSize: Int
    /// Whether pictures are turned the way their EXIF orientation says.
    public var orientation: ImageOrientation

    public init(
        threadCount: Int = defaultThreadCount, batchSize: Int = 8, orientation: ImageOrientation = .apply
    ) {
        self.threadCount = threadCount
        self.batchSize = batchSize
        self.orientation = orientation
    }

    /// One thread for each processor that is online.
    public static var defaultThreadCount: Int { ProcessInfo.processInfo.activeProcessorCount }

    func validate() throws {
        guard (1...1024).contains(threadCount) else {
            throw CaptionerError.invalidOption("threadCount is \(threadCount), expected 1 to 1024")
        }
        guard (1...4096).contains(batchSize) else {
            throw CaptionerError.invalidOption("batchSize is \(batchSize), expected 1 to 4096")
        }
    }
}
