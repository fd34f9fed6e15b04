/// A module of the outside package whose name other packages use, too.
public enum TokenizationName {
    public static let text = "Tokenization"
}
