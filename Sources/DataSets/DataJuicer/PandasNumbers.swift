import Foundation

extension Double {
    /// As pandas' `to_json` writes it: with at most ten decimals, or with ten digits where it is below 1e-15 or above
    /// 1e16. Finite numbers only.
    var pandasRepresentation: String {
        guard magnitude <= 1e16, self == 0 || magnitude >= 1e-15 else { return String(format: "%.10g", self) }
        var whole = magnitude.rounded(.towardZero)
        let scaled = (magnitude - whole) * 1e10
        var fraction = scaled.rounded(.towardZero)
        let rest = scaled - fraction
        // Halves are rounded up where the number is odd, and where it is zero.
        if rest > 0.5 || (rest == 0.5 && (fraction == 0 || fraction.truncatingRemainder(dividingBy: 2) == 1)) {
            fraction += 1
        }
        if fraction >= 1e10 {
            fraction = 0
            whole += 1
        }
        let digits = String(Int64(fraction))
        var decimals = String(repeating: "0", count: 10 - digits.count) + digits
        while decimals.count > 1, decimals.hasSuffix("0") { decimals.removeLast() }
        return (self < 0 ? "-" : "") + "\(Int64(whole)).\(decimals)"
    }

    /// A number as pandas reads it from JSON: the digits before the point, and to them those after it, at most fifteen, as
    /// a whole number times a power of ten, each step rounded to a double.
    package init(readByPandas literal: String) {
        let parts = literal.lowercased().split(separator: "e", maxSplits: 1)
        let mantissa = parts.first.map(String.init) ?? "0"
        let pieces = mantissa.split(separator: ".", maxSplits: 1).map(String.init)
        let decimals = pieces.count > 1 ? pieces[1].prefix(15) : ""
        let fraction = (Double(String(decimals)) ?? 0) * pow(10, -Double(decimals.count))
        let magnitude = (Double(pieces[0].drop { $0 == "-" }) ?? 0) + fraction
        self = mantissa.utf8.first == UInt8(ascii: "-") ? -magnitude : magnitude
        if parts.count > 1, let exponent = Double(parts[1]) { self *= pow(10, exponent) }
    }
}
