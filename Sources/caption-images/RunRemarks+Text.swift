import CaptionerRecaption

extension RunRemarks {
    /// What was left without a caption although it is no error, and why.
    /// - Parameter imageToken: what was looked for in texts.
    func lines(imageToken: String) -> [String] {
        var lines: [String] = []
        if let first = firstWithoutPlace {
            let hint =
                otherToken.map { ", but \($0) is; --image-token '\($0)' captions them" }
                ?? "; --image-token names another token"
            lines.append(
                "\(samples(withoutPlace)) without a place for an image, first \(first): \(imageToken) is not in the text\(hint)"
            )
        }
        if let first = firstWithUnplacedImages {
            lines.append(
                "\(samples(withUnplacedImages)) with more images than places in the text, first \(first): \(unplacedImages) \(unplacedImages == 1 ? "image was" : "images were") not captioned"
            )
        }
        if withoutImages > 0 { lines.append("\(samples(withoutImages)) without images") }
        return lines
    }

    private func samples(_ count: Int) -> String { count == 1 ? "1 sample" : "\(count) samples" }
}
