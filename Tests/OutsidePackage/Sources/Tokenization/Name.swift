/// A module of the outside package that has the name of a folder of captioner.
public enum TokenizationName {
    public static let text = "Tokenization"
}
