/// A module of the outside package that has the name of a folder of captioner.
public enum GenerationName {
    public static let text = "Generation"
}
