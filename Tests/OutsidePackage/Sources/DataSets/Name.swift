/// A module of the outside package whose name other packages use, too.
public enum DataSetsName {
    public static let text = "DataSets"
}
