import CaptionerFiles
package import CaptionerJSON
import Foundation

/// Which images of an input had text files beside them before a run began.
///
/// It is found out once, and is in the run's description: a run that is resumed could not tell these files from those
/// that it wrote itself before it was killed.
package struct SkippedImages: Sendable, Equatable {
    /// Items whose first image is one, then those whose second is, and so on.
    private var items: [IndexSet] = []

    package init() {}

    /// How many images there are.
    package var count: Int { items.reduce(0) { $0 + $1.count } }

    /// Looks at the files.
    /// - Throws: `FileError`, `CancellationError`.
    package init(in input: any ItemSource, _ range: Range<Int>, ending: [UInt8]) throws {
        let reader = try input.items(range)
        while let item = try reader.next() {
            try Task.checkCancellation()
            for (number, task) in ((try? ImageRows.tasks(of: item)) ?? []).enumerated() {
                guard let path = task.picture.file?.sidecar(ending), FileStatus(path) != nil else { continue }
                while items.count <= number { items.append(IndexSet()) }
                items[number].insert(item.index)
            }
        }
    }

    /// - Parameters:
    ///   - image: its number among the images of the item, from 0.
    func contains(_ image: Int, of item: Int) -> Bool { image < items.count && items[image].contains(item) }

    /// For each number of an image the items, as `0-399,402`.
    package var json: JSONValue {
        .array(
            items.map { set in
                .string(
                    set.rangeView.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound - 1)" }
                        .joined(separator: ","))
            })
    }

    /// Nil for what is no such JSON.
    package init?(json: JSONValue) {
        guard let texts = json.elements?.map(\.text) else { return nil }
        for text in texts {
            guard let text else { return nil }
            var set = IndexSet()
            for part in text.split(separator: ",") {
                let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
                guard ends.count <= 2, let first = ends.first ?? nil, let last = ends.last ?? nil, first >= 0,
                    first <= last, last < Int.max - 1
                else { return nil }
                set.insert(integersIn: first...last)
            }
            items.append(set)
        }
    }
}
