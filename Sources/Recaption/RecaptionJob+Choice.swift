package import CaptionerDataSets
import CaptionerJSON
import SystemPackage

extension RecaptionJob {
    /// The setting that names the data set whose samples operators chose among.
    static let chosenFrom = "chosen_from"

    /// Records that the input is what a pass of operators leaves of a data set.
    package mutating func setChoice(by pass: OperatorPass, from original: DataSet) {
        // Machines may have the same data set in different folders.
        let name = original.path.lastComponent?.string ?? ""
        choice =
            [JSONMember(Self.chosenFrom, .string(name))]
            + pass.settings.filter {
                $0.key == "operators" || $0.key == ExactString(OperatorPass.modelsSetting)
            }
    }
}
