import CaptionerTensorCore
import Foundation

/// Applies linear layers: y = x Wᵀ + b in any precision, by any kernels of this machine.
///
/// A request names a file of float32 numbers in the machine's byte order: x `[rows, depth]`, the weight `[columns, depth]`, and
/// the bias `[columns]`. After a reply without an error come the floats of y, `[rows, columns]`.
struct LinearProbe {
    private struct Request: Decodable {
        let path: String
        let rows: Int
        let columns: Int
        let depth: Int
        let precision: Precision
        /// As `--kernels` names them; the fastest, if nothing is said.
        let kernels: String?
    }

    private struct Reply: Encodable {
        var error: String?
        var kernels: String?
    }

    func run() throws {
        while let request = try Replies.next(Request.self) {
            do {
                let kernels = try MatrixKernelSet.chosen(name: request.kernels)
                let context = ComputeContext(threadCount: 1, kernels: kernels)
                let (x, linear) = try read(request)
                let y = linear(Tensor(x, shape: [request.rows, request.depth], in: context), in: context)
                try y.withFloats { floats in
                    try Replies.send(Reply(kernels: kernels.name), payloads: [UnsafeRawBufferPointer(floats)])
                }
            } catch let error as TensorError {
                try Replies.send(Reply(error: error.description))
            } catch let error as Misfit {
                try Replies.send(Reply(error: error.description))
            }
        }
    }

    private struct Misfit: Error, CustomStringConvertible {
        let description: String
    }

    private func read(_ request: Request) throws -> (x: [Float], layer: Linear) {
        let (rows, columns, depth) = (request.rows, request.columns, request.depth)
        let data = try Data(contentsOf: URL(fileURLWithPath: request.path), options: .mappedIfSafe)
        let sizes = 0...(1 << 20)
        guard sizes.contains(rows), sizes.contains(columns), sizes.contains(depth),
            data.count == (rows * depth + columns * depth + columns) * MemoryLayout<Float>.stride
        else {
            throw Misfit(description: "\(request.path): \(data.count) bytes for \(rows) x \(columns) x \(depth)")
        }
        let floats = data.withUnsafeBytes { bytes in
            (0..<(data.count / 4)).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
        }
        let weight = Array(floats[(rows * depth)..<(rows * depth + columns * depth)])
        let bias = floats.suffix(columns)
        let layer = try Linear(
            weights: weights(weight, request),
            bias: Parameter(shape: [columns]) { _ = $0.update(fromContentsOf: bias) })
        return (Array(floats.prefix(rows * depth)), layer)
    }

    private func weights(_ weight: [Float], _ request: Request) throws -> LinearWeights {
        let (columns, depth) = (request.columns, request.depth)
        guard request.precision != .float32 else {
            return .float32(try Parameter(shape: [columns, depth]) { _ = $0.update(fromContentsOf: weight) })
        }
        return .packed(
            try PackedWeights(columns: columns, depth: depth, precision: request.precision) { rows, target in
                for (offset, value) in weight[(rows.lowerBound * depth)..<(rows.upperBound * depth)].enumerated() {
                    target[offset] = value
                }
            })
    }
}
