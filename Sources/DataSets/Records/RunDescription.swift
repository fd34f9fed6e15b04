package import CaptionerJSON
package import Foundation

/// How an output was made, `OUTPUT.run.json`: what has to be the same when a run resumes, and what a reader may want
/// to know.
///
/// How far the run is the output itself shows.
package struct RunDescription: Sendable, Equatable {
    /// What captions and rows depend on, in an order that a person can read.
    package var settings: [JSONMember]
    /// What was read: absolute paths.
    package var inputs: [String]
    /// How many images or samples the whole input has.
    package var total: Int
    package var shard: Shard
    /// The images or samples of this run.
    package var range: Range<Int>
    /// How the training file was made that the run's rows go into, if there is one. Captions do not depend on it.
    package var training: [JSONMember] = []
    /// What the archives had that were read, in bytes.
    package var inputByteCount: Int?
    /// The file that was made of the rows, an archive, a training file or an array, if there is one.
    package var archive: Archive?
    /// The folder that the run's embeddings go to, as an absolute path.
    package var embeddings: String?
    /// Each time that the run was started or resumed.
    package var sessions: [RunSession] = []
    /// Whether every item of the range has its rows.
    package var isFinished = false
    /// Of a run that is not finished: whether text files beside images are replaced that say something else.
    package var overwritesSidecars = false
    /// Of a run that is not finished: the images that it skips since they had texts when it began.
    package var skipped = SkippedImages()
    /// Of a run that tries again: whether it has all rows of the output that it will replace.
    package var replacesOutput = false
    /// Rows of a finished run.
    package var rowCount = 0
    /// Error records, of a run that is not finished a lower bound, so that they are missed when they are lost.
    package var errorCount = 0
    /// The size of a finished run's output.
    package var byteCount = 0
    /// CRC-32 of a finished run's output and of its error records; nil where earlier versions wrote none.
    package var checksum: UInt32?
    package var errorChecksum: UInt32?

    package static let version = 1

    /// A file that is made of the rows.
    package struct Archive: Sendable, Equatable {
        /// In bytes.
        package var byteCount: Int
        /// The CRC-32 of the rows that it is made of.
        package var rowsChecksum: UInt32

        package init(byteCount: Int, rowsChecksum: UInt32) {
            self.byteCount = byteCount
            self.rowsChecksum = rowsChecksum
        }
    }

    package init(settings: [JSONMember], inputs: [String], total: Int, shard: Shard) {
        self.settings = settings
        self.inputs = inputs
        self.total = total
        self.shard = shard
        range = shard.range(of: total)
    }

    /// Names and values that differ from those of another description, such as "precision was f32 and is int8".
    package func differences(from earlier: RunDescription) -> [String] {
        var differences = Self.differences(of: settings, from: earlier.settings)
        if earlier.shard != shard {
            differences.append(
                "shard was \(earlier.shard.number)/\(earlier.shard.count) and is \(shard.number)/\(shard.count)")
        } else if shard != .whole, earlier.total != total {
            // A part of another whole is another part.
            differences.append("images or samples were \(earlier.total) and are \(total)")
        }
        return differences
    }

    package static func differences(of settings: [JSONMember], from earlier: [JSONMember]) -> [String] {
        var differences: [String] = []
        for member in settings {
            let old = earlier.value(of: member.key.string)
            guard old != member.value else { continue }
            differences.append("\(member.key) was \(old?.csvText ?? "not there") and is \(member.value.csvText)")
        }
        for member in earlier where settings.value(of: member.key.string) == nil {
            differences.append("\(member.key) was \(member.value.csvText) and is not there")
        }
        return differences
    }
}

/// A time that a run worked without interruption.
package struct RunSession: Sendable, Equatable {
    /// When it began, as ISO 8601 has it.
    package var started: String
    package var seconds = 0.0
    package var done = 0
    package var failed = 0
    /// Seconds since it began, and how many images or samples were finished by then: at most a few hundred points.
    package var rates: [(seconds: Double, finished: Int)] = []

    package init(started: Date = Date()) { self.started = started.ISO8601Format() }

    /// - Parameters:
    ///   - finished: images or samples, with or without errors.
    ///   - seconds: since the session began.
    package mutating func add(done: Int, failed: Int, finished: Int, seconds: Double) {
        (self.seconds, self.done, self.failed) = (seconds, done, failed)
        rates.append((seconds, finished))
        // Every other point goes when there are many, the last stays.
        if rates.count > 400 { rates = rates.indices.filter { $0 % 2 == 1 }.map { rates[$0] } }
    }

    package static func == (left: RunSession, right: RunSession) -> Bool { left.json == right.json }
}
