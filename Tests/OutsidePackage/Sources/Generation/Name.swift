/// A module of the outside package whose name other packages use, too.
public enum GenerationName {
    public static let text = "Generation"
}
