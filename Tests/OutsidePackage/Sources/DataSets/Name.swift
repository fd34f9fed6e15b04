/// A module of the outside package that has the name of a folder of captioner.
public enum DataSetsName {
    public static let text = "DataSets"
}
