package import CaptionerJSON

/// What became of a row in a review.
package struct RowReview: Sendable, Equatable {
    package enum Decision: String, Sendable {
        /// Nothing was decided, or that was taken back.
        case open
        case accepted
        /// It has other captions.
        case changed
        case rejected
    }

    package var decision = Decision.open
    /// Of a changed row, as many as the row has; of a rejected one those that it had before.
    package var captions: [String]?

    package init(_ decision: Decision = .open, captions: [String]? = nil) {
        self.decision = decision
        self.captions = captions
    }

    /// `{"decision": ..., "captions": [...]}`, among other members.
    var members: [JSONMember] {
        [JSONMember("decision", .string(decision.rawValue))]
            + (captions.map { [JSONMember("captions", .array($0.map { .string($0) }))] } ?? [])
    }

    /// - Returns: nil for what is none.
    package init?(_ json: JSONValue) {
        guard let decision = json["decision"]?.text.flatMap({ Decision(rawValue: $0) }) else { return nil }
        self.decision = decision
        guard decision == .changed || decision == .rejected && json["captions"] != nil else { return }
        guard let elements = json["captions"]?.elements, !elements.isEmpty else { return nil }
        let texts = elements.compactMap(\.text)
        guard texts.count == elements.count else { return nil }
        captions = texts
    }
}
