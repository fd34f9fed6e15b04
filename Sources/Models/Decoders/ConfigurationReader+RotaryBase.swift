extension ConfigurationReader {
    /// The base of rotary positions: `rope_theta`, which transformers 5 writes into an object.
    /// - Throws: `ModelError` for positions that are scaled, or a base that makes no sense.
    func rotaryBase() throws(ModelError) -> Double {
        let parameters = try object("rope_parameters")
        try parameters.require("rope_type", "default")
        if contains("rope_scaling") { try object("rope_scaling").require("rope_type", "default") }
        let written = try number("rope_theta")
        let base = try parameters.number("rope_theta") ?? written ?? 10000
        guard base > 0 else {
            throw .invalid(name("rope_theta"), found: "\(base)", expected: "a positive number")
        }
        return base
    }
}
