/// The texts around the tiles of an image in a prompt. Each tile itself is `PromptFormat.imageTokenID` in the tokens.
package struct TileTemplate: Sendable {
    /// A part of what an image is written as.
    package enum Piece: Sendable, Equatable {
        case text(String)
        case tile
    }

    private let around: String
    private let global: String

    /// Idefics3's and SmolVLM's: tiles row by row with their places, then the whole image.
    package static let idefics3 = TileTemplate(around: "<fake_token_around_image>", global: "<global-img>")

    /// - Parameters:
    ///   - rows: 0 for an image that is not cut.
    ///   - columns: likewise.
    package func pieces(rows: Int, columns: Int) -> [Piece] {
        var pieces: [Piece] = []
        for row in 0..<rows {
            for column in 0..<columns {
                pieces += [.text("\(around)<row_\(row + 1)_col_\(column + 1)>"), .tile]
            }
            // The break after the last row and the one before the whole image are one text.
            pieces.append(.text(row == rows - 1 ? "\n\n" : "\n"))
        }
        return pieces + [.text(around + global), .tile, .text(around)]
    }
}
