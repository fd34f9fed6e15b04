/// Multiplies rows of floats with each other.
///
/// Data sets know no engine: what computes is handed to them.
/// - Parameters:
///   - rows: `[M, width]`
///   - others: `[N, width]`
/// - Returns: `[M, N]`
package typealias DotProducts = (_ rows: [Float], _ others: [Float], _ width: Int) throws -> [Float]
