import CaptionerCheckpoints
import CaptionerImageProcessing
import CaptionerModels

extension ModelFolder {
    /// The image processor of a model, as the files beside its weights configure it.
    ///
    /// Newer checkpoints keep the image processor's fields in `processor_config.json`, older ones in a file of their
    /// own; where both are there, transformers 5 takes the newer. Without both, the class defaults hold, except that
    /// the size is the vision model's. open_clip keeps them with the model's configuration.
    ///
    /// - Parameters:
    ///   - splitsImages: whether a model that can see tiles does, whatever the files say; nil to go by them.
    ///   - transparency: what is made of transparent images, whatever the model's library does; nil to go by it.
    func imageProcessor(
        for model: Kind, splitsImages: Bool? = nil, transparency: TransparencyRule? = nil
    ) throws -> ImageProcessor {
        let model = base(model)
        let size = model.imageSize
        func processor(
            _ configuration: @autoclosure () throws -> ImageProcessorConfiguration, from fileName: String, size: Int
        ) throws -> ImageProcessor {
            let standard: TransparencyRule = model.imagePreparation == .tiles ? .white : .drop
            return try self.processor(configuration(), from: fileName, size: size, transparency ?? standard)
        }
        switch layout {
        case .openCLIP:
            let name = layout.configurationFileName
            let file = try checkpoint.decode(OpenCLIPConfiguration.self, from: name)
            return try processor(
                (file?.preprocessing ?? OpenCLIPPreprocessing()).configuration(imageSize: size), from: name, size: size)
        case .huggingFace:
            let prefix = imageFiles.prefix
            let (older, newer) = (prefix + "preprocessor_config.json", prefix + "processor_config.json")
            switch model.imagePreparation {
            case .stretch:
                let file: (name: String, configuration: ImageProcessorConfiguration)? = try read(newer, older)
                guard let file else { return try processor(.stretching(to: size), from: older, size: size) }
                return try processor(file.configuration, from: file.name, size: size)
            case .crop:
                let file: (name: String, configuration: CroppedImageConfiguration)? = try read(newer, older)
                guard let file else { return try processor(.cropping(to: size), from: older, size: size) }
                return try processor(file.configuration.configuration(), from: file.name, size: size)
            case .tiles:
                let file: (name: String, configuration: TiledImageConfiguration)? = try read(newer, older)
                return try processor(
                    (file?.configuration ?? TiledImageConfiguration(tileEdge: size)).configuration(
                        splitsImages: splitsImages), from: file?.name ?? older, size: size)
            case .cropOfOwnSize, .square:
                let file: (name: String, configuration: CroppedImageConfiguration)? = try read(newer, older)
                return try processor(
                    (file?.configuration.others ?? ImageProcessorConfiguration()).cropping(
                        to: size, padsToSquare: model.imagePreparation == .square), from: file?.name ?? older,
                    size: size)
            }
        }
    }

    private func read<Configuration: Decodable>(
        _ newer: String, _ older: String
    ) throws -> (name: String, configuration: Configuration)? {
        let folder = imageFiles.folder
        let file = try Checkpoint.decode(ProcessorConfiguration<Configuration>.self, from: newer, in: folder)
        if let configuration = file?.imageProcessor { return (newer, configuration) }
        return try Checkpoint.decode(Configuration.self, from: older, in: folder).map { (older, $0) }
    }

    private func processor(
        _ configuration: @autoclosure () throws -> ImageProcessorConfiguration, from fileName: String, size: Int,
        _ transparency: TransparencyRule
    ) throws -> ImageProcessor {
        let processor: ImageProcessor
        do {
            var configuration = try configuration()
            configuration.transparency = transparency
            processor = try ImageProcessor(configuration)
        } catch {
            throw UnfitFile(description: "\(fileName): \(error)")
        }
        guard processor.configuration.doResize else {
            throw UnfitFile(description: "\(fileName): do_resize is false, and the vision model takes one size only")
        }
        let found = processor.configuration.size
        guard found.height == size, found.width == size else {
            throw UnfitFile(
                description: "\(fileName): images are resized to \(found.height) x \(found.width) pixels, "
                    + "and the vision model in config.json takes \(size) x \(size)")
        }
        return processor
    }
}

private struct ProcessorConfiguration<Configuration: Decodable>: Decodable {
    let imageProcessor: Configuration?

    private enum CodingKeys: String, CodingKey {
        case imageProcessor = "image_processor"
    }
}

private struct OpenCLIPConfiguration: Decodable {
    let preprocessing: OpenCLIPPreprocessing?

    enum CodingKeys: String, CodingKey {
        case preprocessing = "preprocess_cfg"
    }
}

extension ImageProcessorConfiguration {
    fileprivate static func stretching(to edge: Int) -> ImageProcessorConfiguration {
        var configuration = ImageProcessorConfiguration()
        configuration.size = ImageSize(height: edge, width: edge)
        return configuration
    }

    fileprivate static func cropping(to edge: Int) -> ImageProcessorConfiguration {
        ImageProcessorConfiguration().cropping(to: edge, padsToSquare: false)
    }

    /// The same for another size of squares: where they are padded, with the mean colour.
    fileprivate func cropping(to edge: Int, padsToSquare: Bool) -> ImageProcessorConfiguration {
        var configuration = self
        configuration.size = ImageSize(height: edge, width: edge)
        configuration.shortestEdge = edge
        if padsToSquare {
            // Rounded down, as LLaVA and MGM do.
            configuration.squareColor = imageMean.map { UInt8(min(max(255 * $0, 0), 255)) }
        }
        return configuration
    }
}
