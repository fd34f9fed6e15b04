// What the configurations of the three parts check alike, so that a damaged config.json is told by its field.

extension KeyedDecodingContainer {
    /// Replaces a default by the file's value, where the file has one.
    func update<Value: Decodable>(_ value: inout Value, _ key: Key) throws {
        if let found = try decodeIfPresent(Value.self, forKey: key) { value = found }
    }

    /// Refuses any value but `supported`, which is also the default.
    func require<Value: Decodable & Equatable>(_ supported: Value, _ key: Key, _ field: String) throws {
        guard let found = try decodeIfPresent(Value.self, forKey: key), found != supported else { return }
        throw BLIP2Error.unsupported(field, found: "\(found)", supported: "\(supported)")
    }
}

/// Sizes stay far below where products of a few of them overflow.
func checkSize(_ value: Int, _ field: String, atMost limit: Int = 1 << 17) throws {
    guard (1...limit).contains(value) else {
        throw BLIP2Error.invalid(field, found: "\(value)", expected: "a number from 1 to \(limit)")
    }
}

func checkHeads(_ headCount: Int, width: Int, _ block: String) throws {
    guard headCount > 0, width % headCount == 0 else {
        throw BLIP2Error.invalid(
            "\(block).num_attention_heads", found: "\(headCount)", expected: "a divisor of hidden_size \(width)")
    }
}

func checkEpsilon(_ value: Float, _ field: String) throws {
    guard value.isFinite, value >= 0 else {
        throw BLIP2Error.invalid(field, found: "\(value)", expected: "a small number that is not negative")
    }
}
