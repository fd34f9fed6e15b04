import CaptionerDataSets
import CaptionerJSON
import Foundation

/// How a run chose between old and new texts, as its settings have it.
struct KeepingRules {
    /// Nil if it is not known.
    var keeps: KeptCaption?
    /// Old texts at least so similar were not captioned again.
    var threshold: Double?

    init(settings: JSONValue) {
        keeps = settings["keep_caption"]?.text.flatMap { KeptCaption(rawValue: $0) }
        threshold = settings["recaption_below"]?.finite
    }

    /// Which text was kept, and why, as far as scores and settings agree. Scores of samples are multiplied by a hundredth
    /// of the model's scale, so that with some models they cannot be compared with the threshold.
    func reason(_ kept: KeptCaption, old: Double?, new: Double?) -> String {
        switch (kept, old, new) {
        case (.old, let old?, let new?) where new < old:
            let (new, old) = Self.shown(new, old)
            return "old kept: new caption scored lower (\(new) against \(old))"
        case (.old, let old?, let new?) where new == old:
            return "old kept: new caption scored no higher (\(Self.shown(new, old).0) both)"
        case (.old, _, nil) where keeps == .old: return "old kept: the run keeps old texts"
        case (.old, let old?, nil):
            guard let threshold, Self.exact(old) >= threshold else { return "old kept" }
            let (left, right) = Self.shown(old, threshold)
            return "old kept: \(left) is at least \(right)"
        case (.old, _, _): return "old kept"
        case (_, nil, _): return "new kept: there was no old text"
        case (_, let old?, let new?) where keeps != .new && new > old:
            let (new, old) = Self.shown(new, old)
            return "new kept: \(new) above \(old)"
        case (_, let old?, _):
            guard let threshold, Self.exact(old) < threshold else { return "new kept" }
            let (left, right) = Self.shown(old, threshold)
            return "new kept: the old text's \(left) is below \(right)"
        }
    }

    /// A score as it was compared: what is written of a float32 is the shortest number that is read back as it.
    private static func exact(_ score: Double) -> Double { Double(Float(score)) }

    /// Two numbers with two digits, or as many more as distinguish them.
    private static func shown(_ left: Double, _ right: Double) -> (String, String) {
        for digits in 2..<8 where left != right {
            let (shownLeft, shownRight) = (left.shown(digits), right.shown(digits))
            if shownLeft != shownRight { return (shownLeft, shownRight) }
        }
        return (left.shown(2), right.shown(2))
    }
}

extension Double {
    /// As people write it, with a sign that is no hyphen.
    func shown(_ digits: Int) -> String {
        let text = String(format: "%.\(digits)f", abs(self))
        return self < 0 && text.contains { $0 != "0" && $0 != "." } ? "−\(text)" : text
    }
}
