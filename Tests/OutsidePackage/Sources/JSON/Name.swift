/// A module of the outside package that has the name of a folder of captioner.
public enum JSONName {
    public static let text = "JSON"
}
