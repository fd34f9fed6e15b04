/// A module of the outside package whose name other packages use, too.
public enum ModelsName {
    public static let text = "Models"
}
