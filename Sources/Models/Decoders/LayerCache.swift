package import CaptionerTensorCore

/// What a layer of a decoder keeps of the texts of a session.
package struct LayerCache {
    /// Keys and values of the positions.
    package let positions: KeyValueCache
    /// Keys and values of images that are attended over, each as the prefix with the number of the texts' prefix. Empty
    /// where images are positions.
    package let images: KeyValueCache

    init(_ decoder: any CausalDecoder) {
        positions = KeyValueCache(sizes: decoder.attention, packsLongPrefixes: decoder.packsLongPrefixes)
        images = KeyValueCache(sizes: decoder.imageAttention?.sizes ?? decoder.attention)
    }
}
