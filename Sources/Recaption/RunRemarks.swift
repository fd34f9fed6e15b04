import CaptionerDataSets

/// What a run left without a caption although it is no error: counts, and the first of each kind by name.
package struct RunRemarks: Sendable, Equatable {
    /// Samples that name images, and whose text has no place for one.
    package private(set) var withoutPlace = 0
    /// The first of them.
    package private(set) var firstWithoutPlace: String?
    /// What their texts have in place of the image token that was looked for, as far as it is known.
    package private(set) var otherToken: String?
    /// Samples that name no image.
    package private(set) var withoutImages = 0
    /// Samples with more images than their text has places for, and how many images were left.
    package private(set) var withUnplacedImages = 0
    package private(set) var unplacedImages = 0
    /// The first of them, with its numbers.
    package private(set) var firstWithUnplacedImages: String?

    static func += (left: inout RunRemarks, right: RunRemarks) {
        left.withoutPlace += right.withoutPlace
        left.firstWithoutPlace = left.firstWithoutPlace ?? right.firstWithoutPlace
        left.otherToken = left.otherToken ?? right.otherToken
        left.withoutImages += right.withoutImages
        left.withUnplacedImages += right.withUnplacedImages
        left.unplacedImages += right.unplacedImages
        left.firstWithUnplacedImages = left.firstWithUnplacedImages ?? right.firstWithUnplacedImages
    }

    mutating func count(_ remark: ItemRemark, of item: String) {
        switch remark {
        case .noImages: withoutImages += 1
        case .noPlace(let token):
            withoutPlace += 1
            firstWithoutPlace = firstWithoutPlace ?? item
            otherToken = otherToken ?? token
        case .unplacedImages(let placed, let unplaced):
            withUnplacedImages += 1
            unplacedImages += unplaced
            firstWithUnplacedImages =
                firstWithUnplacedImages
                ?? "\(item), with \(placed + unplaced) images and \(placed == 1 ? "a place for 1" : "places for \(placed)")"
        }
    }
}
