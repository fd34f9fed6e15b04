import Foundation
public import ImageProcessing
import TensorCore

/// How a captioner uses the machine and reads pictures.
public struct CaptionerOptions: Sendable {
    /// Threads that compute at once. Default: ``defaultThreadCount``.
    public var threadCount: Int
    /// The most images that go through the model together. Larger batches share the reading of weights, and take more
    /// memory, which has to be there: for BLIP-2 opt-2.7b some 40 MB an image, and 0.66 MB for each token of each of its
    /// beams or samples.
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

    /// What `threadCount` may be.
    public static let threadCounts = 1...1024
    /// What `batchSize` may be.
    public static let batchSizes = 1...4096

    func validate() throws {
        guard Self.threadCounts.contains(threadCount) else {
            throw CaptionerError.invalidOption("threadCount is \(threadCount), expected \(Self.threadCounts)")
        }
        guard Self.batchSizes.contains(batchSize) else {
            throw CaptionerError.invalidOption("batchSize is \(batchSize), expected \(Self.batchSizes)")
        }
        do {
            _ = try MatrixKernelSet.chosen()
        } catch {
            throw CaptionerError.invalidOption("\(error)")
        }
    }
}
