extension Double {
    /// As Python writes it, `repr(x)`: the shortest digits that give this number again, with an exponent below 1e-4
    /// and from 1e16.
    package var pythonRepresentation: String {
        guard isFinite else { return isNaN ? "NaN" : self < 0 ? "-Infinity" : "Infinity" }
        let text = "\(self)"
        guard magnitude >= 9_007_199_254_740_992 else { return text }
        // Swift begins with exponents at 2^53 or 2^54, Python at 1e16.
        if magnitude < 1e16 { return "\(Int64(self)).0" }
        guard !text.contains("e") else { return text }
        let sign = self < 0 ? "-" : ""
        let all = text.drop { $0 == "-" }.prefix { $0 != "." }
        let digits = String(all).replacing(#/0+$/#, with: "")
        let fraction = digits.count > 1 ? "." + digits.dropFirst() : ""
        return "\(sign)\(digits.prefix(1))\(fraction)e+\(all.count - 1)"
    }
}
