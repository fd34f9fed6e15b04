/// A module of the outside package whose name other packages use, too.
public enum JSONName {
    public static let text = "JSON"
}
