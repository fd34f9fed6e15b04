/// The groups of the depth in which some row of activations is not zero, for a product that leaves out the others.
///
/// What is left out adds nothing: bytes of zero are multiplied by integers, and in bfloat16 a sum does not change when a zero is
/// added but for the sign of a zero, which is lost with a bias that is not -0. Packed weights are finite. So results are those of
/// all groups, bit for bit.
public struct ActiveGroups {
    /// In ascending order, and after them `lookahead` places more, which are prefetched at the end: the next panel's.
    public var indices: UnsafePointer<UInt32>
    public var count: Int

    public init(indices: UnsafePointer<UInt32>, count: Int) {
        self.indices = indices
        self.count = count
    }

    /// How many groups ahead weights are prefetched. The processor does not foresee which are read.
    @inlinable @inline(__always)
    public static var lookahead: Int { 24 }
}
