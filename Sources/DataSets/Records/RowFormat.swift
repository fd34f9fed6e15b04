/// An image that has to be captioned for an item.
package struct CaptionTask: Sendable {
    package let picture: any PictureSource
    /// What the output calls the image.
    package let name: String
    /// A prompt of its own; nil for that of the run.
    package let prompt: String?
    /// Where texts are scored: the text that the image has, without white space at its ends; nil if it has none.
    package var oldText: String?
    /// Which of the item's old texts that is: images that share one are captioned together, or none of them.
    package var group = 0
    /// A text that the image has and keeps: it is not captioned, and not even read unless its text is scored.
    package var keptText: String?
}

/// What an item adds to the output.
package struct ItemRows: Sendable, Equatable {
    /// Whole rows, line breaks included.
    package var rows: [String] = []
    package var errors: [ErrorRecord] = []
    /// Where texts are scored: of each image that has one, the text in the rows.
    package var texts: [KeptText] = []

    package struct KeptText: Sendable, Equatable {
        /// The number of the image's task.
        package let image: Int
        package let text: String
    }

    package init(rows: [String] = [], errors: [ErrorRecord] = []) {
        self.rows = rows
        self.errors = errors
    }
}

/// The rows that an output has of an item.
package struct ExpectedRows {
    package let count: Int
    /// Whether a row of the output can be the item's: a whole row with its line break, and which of the item's rows it
    /// is, from 0.
    package let accepts: (_ row: [UInt8], _ number: Int) -> Bool
}

/// A kind of output file: the rows of the items of a run, in order, nothing else but a header.
///
/// How many rows an item has must follow from the item and from whether it has error records, so that a run that was
/// interrupted knows from its output how far it had come.
package protocol RowFormat: Sendable {
    /// What the file begins with.
    var header: String { get }

    /// Whether rows may hold line breaks between quotation marks, as those of CSV do.
    var hasQuotedLineBreaks: Bool { get }

    /// The images of an item.
    /// - Throws: `ItemFailure` for an item that is not as it should be. It gets no captions, but may get rows.
    func tasks(of item: Item) throws(ItemFailure) -> [CaptionTask]

    /// What an item adds.
    /// - Parameters:
    ///   - answers: one for each of its tasks.
    ///   - scores: where texts are scored. If some are missing when this returns, the rows are no good yet, nothing has been
    ///     written beside them, and they are asked for again.
    /// - Throws: `FileError.unwritableOutput`, which ends the run.
    func rows(of item: Item, answers: [ImageAnswer], scores: ItemScores?) throws -> ItemRows

    /// What an item adds for which there are no tasks since it is not as it should be.
    func rows(of item: Item, failure: ItemFailure) -> ItemRows

    /// What is reported of an item although it is no error.
    func remark(on item: Item) -> ItemRemark?

    /// The rows that an output has of an item. An item may have many, so it is asked once for all of them.
    func expectedRows(of item: Item, hasErrors: Bool) -> ExpectedRows

    /// Whether images with error records have no rows.
    var leavesOutFailures: Bool { get }

    /// What a row calls its image; nil for a format whose rows are not those of single images.
    func imageName(in row: [UInt8]) -> String?
}

extension RowFormat {
    package func rows(of item: Item, answers: [ImageAnswer]) throws -> ItemRows {
        try rows(of: item, answers: answers, scores: nil)
    }

    package func remark(on item: Item) -> ItemRemark? { nil }
    package func imageName(in row: [UInt8]) -> String? { nil }
    package var leavesOutFailures: Bool { false }

    /// How many error records an item may have: one for each image, or one for all of it.
    package func mostErrorRecords(of item: Item) -> Int { max(1, (try? tasks(of: item).count) ?? 1) }
}
