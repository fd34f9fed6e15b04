import CaptionerTensorCore

/// What a model asked a tensor for.
struct WeightRequest: Sendable {
    enum Form: Sendable {
        /// Floats, in the shape that they have.
        case parameter
        /// Rows that are converted one by one, as they are stored.
        case table
        /// The weight of a linear layer with `columns` outputs and `depth` inputs, in reduced precision.
        case panels(columns: Int, depth: Int, precision: Precision)
    }

    /// The name under which a packed file holds it.
    let name: String
    let tensor: Checkpoint.StoredTensor
    let form: Form
}
