package import CaptionerJSON

/// The version of Data-Juicer whose output is reproduced byte for byte, oddities included.
package enum CompatibilityProfile: String, Sendable, CaseIterable {
    /// Data-Juicer and transformers 4.38 as the Better Synth challenge had them in the middle of 2024.
    case betterSynth = "better-synth"
    /// py-data-juicer 1.6 with transformers 4.57.
    case dataJuicer16 = "data-juicer-1.6"

    /// Addresses that are not taken for relative paths when a data set is loaded, by their schemes.
    var remoteSchemes: Set<String> { self == .betterSynth ? [] : ["http", "https", "s3", "gs", "hdfs"] }

    package var style: JSONStyle { self == .betterSynth ? .pandas : .python }
}
