/// Sizes of an image in pixels.
package struct ImageSize: Sendable, Equatable {
    package var height: Int
    package var width: Int

    package init(height: Int, width: Int) {
        self.height = height
        self.width = width
    }
}

extension RGBImage {
    package var size: ImageSize { ImageSize(height: height, width: width) }
}
