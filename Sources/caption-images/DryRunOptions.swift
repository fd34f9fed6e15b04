import ArgumentParser

/// A look at what a run would do.
struct DryRunOptions: ParsableArguments {
    @Flag(
        help:
            "Read the input and an existing output, report what the run would do, and write nothing. No model is loaded."
    )
    var dryRun = false

    @Flag(
        help:
            "With --dry-run: load the model, caption some of the images for up to half a minute, and report how long the run takes and how much memory it needs."
    )
    var estimate = false

    func validate() throws {
        if estimate, !dryRun { throw ValidationError("--estimate is for --dry-run.") }
    }
}
