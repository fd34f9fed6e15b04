import CaptionerCheckpoints
import CaptionerFiles
import CaptionerImageProcessing
import CaptionerModels
import CaptionerTensorCore
import Foundation
package import SystemPackage

/// What this program finds on the machine: the answer to `caption-images doctor`. Nothing that is missing is an error here.
package struct MachineReport: Sendable, Codable {
    package var version: String
    package var processor: Processor
    package var kernels: Kernels
    package var blas: Library
    package var threads: Threads
    package var memory: Memory
    package var imageFormats: [String]
    /// Those that builds with the package trait of that name read, and this one does not.
    package var missingImageFormats: [String]
    /// Where models are looked for by name, in this order.
    package var modelPlaces: [ModelPlace]
    /// Variables of the environment that say where caches are, those that are set.
    package var modelVariables: [String: String]
    package var models: [FoundModel] = []

    package struct Processor: Sendable, Codable {
        package var name: String?
        package var architecture: String
        /// What kernels ask for, and whether it is there.
        package var features: [Feature]
    }

    package struct Feature: Sendable, Codable {
        package var name: String
        package var isPresent: Bool
    }

    package struct Kernels: Sendable, Codable {
        /// The name of those that run; nil if none can.
        package var chosen: String?
        package var description: String?
        /// Why none can.
        package var error: String?
        /// What `CAPTIONER_KERNELS` says, if it is set.
        package var environment: String?
        /// Those that can run here, the fastest first.
        package var usable: [String]
        /// What the precision `auto` means with them, for a model that is not packed.
        package var automaticPrecision: Captioner.Precision?
    }

    package struct Library: Sendable, Codable {
        /// Name, version and kernels.
        package var description: String?
        package var error: String?
        /// The kernels that call it.
        package var usedBy: String
    }

    package struct Threads: Sendable, Codable {
        /// Unless an option says otherwise.
        package var defaultCount: Int
        package var processors: Int
        package var allowedProcessors: Int
        /// Processors' worth of time that control groups grant.
        package var processorQuota: Double?
    }

    /// In bytes.
    package struct Memory: Sendable, Codable {
        package var total: Int?
        package var available: Int?
        package var controlGroupLimit: Int?

        /// The most that this process can have; nil if nothing is known.
        package var most: Int? { [total, controlGroupLimit].compactMap { $0 }.min() }
    }

    package struct ModelPlace: Sendable, Codable {
        package var owner: String
        package var folder: String
        package var exists: Bool
    }

    /// A model that can be named.
    package struct FoundModel: Sendable, Codable {
        package var name: String
        package var folder: String
        package var architecture: String?
        package var isComplete: Bool
        /// What its weights take in memory, by precision.
        package var weightBytes: [String: Int]
        /// What keeps it from running.
        package var error: String?
    }

    /// - Parameters:
    ///   - others: folders of models besides those in caches, with the names that the report has for them.
    package init(models others: [(name: String, folder: FilePath)]) {
        version = Captioner.version
        processor = Processor(
            name: Machine.processorName, architecture: Machine.architecture,
            features: MatrixKernelSet.features.map { Feature(name: $0.name, isPresent: $0.isPresent) })
        kernels = Kernels()
        blas = Library(usedBy: MatrixKernelSet.portable.name)
        do {
            blas.description = try MatrixKernelSet.blasDescription()
        } catch {
            blas.error = "\(error)"
        }
        let count = ProcessorCount.ofProcess
        threads = Threads(
            defaultCount: Captioner.Options.defaultThreadCount, processors: count.machine,
            allowedProcessors: count.allowed, processorQuota: count.quota)
        memory = .ofProcess
        imageFormats = ImageDecoder.formatNames
        missingImageFormats = ImageDecoder.missingFormatNames
        let cache = ModelCache()
        modelPlaces = cache.places.map {
            ModelPlace(owner: $0.owner, folder: $0.folder.escaped, exists: $0.folder.isFolder)
        }
        modelVariables = Dictionary(cache.settings.map { ($0.name, $0.value) }) { $1 }
        let found = cache.modelNames().compactMap { name in cache.folder(of: name).map { (name: name, folder: $0) } }
        models = (others + found).map { FoundModel(name: $0.name, folder: $0.folder) }
    }

    /// Whether nothing is missing without which no model runs.
    package var isUsable: Bool { kernels.chosen != nil }
}

extension MachineReport.Kernels {
    init() {
        usable = MatrixKernelSet.supported.map(\.name)
        environment = ProcessInfo.processInfo.environment[MatrixKernelSet.environmentVariable]
        do {
            let set = try MatrixKernelSet.chosen()
            chosen = set.name
            description = set.title()
            automaticPrecision = Captioner.Options().plan(for: set).precision == .bfloat16 ? .bfloat16 : .float32
        } catch {
            self.error = "\(error)"
        }
    }
}

extension MachineReport.Memory {
    /// What this process may have of the machine's memory.
    package static var ofProcess: MachineReport.Memory {
        MachineReport.Memory(
            total: Machine.memory, available: Machine.availableMemory,
            controlGroupLimit: ControlGroups.ofProcess.memoryLimit)
    }
}

extension MachineReport.FoundModel {
    /// A folder, looked into as far as that takes no time.
    init(name: String, folder: FilePath) {
        self.name = name
        self.folder = folder.escaped
        (isComplete, weightBytes) = (false, [:])
        do {
            let summary = try ModelSummary(model: folder)
            architecture = summary.architecture
            isComplete = summary.isComplete
            if !summary.isComplete { error = "it is not complete; caption-images inspect says what is missing" }
            let memory = try ModelMemory(model: folder)
            weightBytes = Dictionary(memory.weightBytes.map { ($0.precision.rawValue, $0.bytes) }) { $1 }
        } catch {
            self.error = "\(error)"
        }
    }
}
