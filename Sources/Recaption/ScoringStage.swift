import Captioner
import CaptionerDataSets

/// Embeds the images of a run, and finds out which of them keep their old text.
struct ScoringStage {
    let captioner: Captioner?
    let scorer: RunModels.Scorer

    /// Images that are embedded before the captioner is asked: as many as it takes at once, or more.
    var windowSize: Int { max(captioner?.options.batchSize ?? 0, scorer.encoder.options.batchSize, 16) }

    /// What a score is multiplied by in statistics.
    private var statFactor: Float {
        switch scorer.rules.measure {
        case .similarity: scorer.encoder.logitScale / 100
        case .matching: 1
        }
    }

    /// Embeds the images of a window of items, and decides which of them keep their old text.
    /// - Parameter first: where the window begins; items of it that have their rows are left alone.
    /// - Throws: `CancellationError`.
    func score(
        _ items: inout [PendingItem], from first: Int, isolation: isolated (any Actor)? = #isolation
    ) async throws {
        try await embed(items[first...].flatMap { $0.images.map(\.image) })
        let indices = (first..<items.count).filter { items[$0].rows == nil }
        for index in indices {
            let scores = ItemScores(
                oldTexts: items[index].images.map(\.task.oldText), statFactor: statFactor)
            items[index].scores = scores
            spare(&items[index].images, scores)
        }
        let undecided = indices.filter { items[$0].scores?.missing.isEmpty == false }
        try await fill(undecided.map { items[$0] })
        for index in undecided {
            if let scores = items[index].scores { spare(&items[index].images, scores) }
        }
        for index in indices { try await addLogProbabilities(to: &items[index].images) }
    }

    /// Embeds images, and processes them for the captioner. One that cannot be read gets an answer that says so.
    /// - Throws: `CancellationError`.
    private func embed(_ images: [SharedImage], isolation: isolated (any Actor)? = #isolation) async throws {
        var seen: Set<ObjectIdentifier> = []
        let images = images.filter {
            $0.request != nil && $0.answer == nil && $0.embedding == nil && seen.insert(ObjectIdentifier($0)).inserted
        }
        let results = try await scorer.encoder.embeddings(
            of: images.compactMap(\.request), for: scorer.purpose,
            processedFor: scorer.rules.captions ? captioner : nil)
        for (image, result) in zip(images, results) {
            switch result {
            case .success(let embedded):
                image.embedding = embedded.embedding
                // The rows of an image take some MB.
                image.isCacheable = scorer.rules.measure == .similarity
                image.note = embedded.note
                image.request = embedded.request
            case .failure(let failure):
                image.answer = .failure(ItemFailure(failure))
                image.request = nil
            }
        }
    }

    /// Gives those images of an item their old text for an answer that are not captioned.
    ///
    /// Where what it needs to know is missing in the scores when it returns, nothing is decided yet.
    private func spare(_ images: inout [TaskImage], _ scores: ItemScores) {
        var spared: [Int] = []
        var start = 0
        while start < images.count {
            let end = images[start...].firstIndex { $0.task.group != images[start].task.group } ?? images.count
            let group = start..<end
            start = end
            let readable = group.filter { images[$0].image.embedding != nil }
            // Where nothing is captioned, the captioner does not answer for the other images of one that cannot be read.
            guard !scorer.rules.captions || readable.count == group.count else { continue }
            let oldText = images[group.lowerBound].task.oldText
            if scorer.rules.spares(oldText: oldText, similarity: scores.similarity(of: group, oldText ?? "")) {
                spared += readable
            }
        }
        guard scores.missing.isEmpty else { return }
        for index in spared {
            images[index].ownAnswer = .success([
                ImageCaption(
                    text: images[index].task.oldText ?? "", logProbability: .nan, note: images[index].image.note,
                    isOld: true)
            ])
        }
    }

    /// Adds what the captioner says about the old texts of images, one image at a time.
    /// - Throws: `CancellationError`.
    private func addLogProbabilities(
        to images: inout [TaskImage], isolation: isolated (any Actor)? = #isolation
    ) async throws {
        guard scorer.rules.scoresLogProbability, let captioner else { return }
        for index in images.indices {
            guard case .success(var captions) = images[index].ownAnswer, let request = images[index].image.request
            else { continue }
            do {
                let scores = try await captioner.score(request, texts: [captions[0].text])
                captions[0].logProbability = scores[0].logProbability
                images[index].ownAnswer = .success(captions)
            } catch let failure as CaptionFailure {
                images[index].ownAnswer = .failure(ItemFailure(failure))
            }
        }
    }

    /// Finds out the similarities that are missing.
    /// - Throws: `CancellationError`.
    func fill(_ items: [PendingItem], isolation: isolated (any Actor)? = #isolation) async throws {
        let pairs = items.flatMap { item in
            (item.scores?.missing ?? []).map { (item.images[$0.image].image.embedding ?? [], $0.text) }
        }
        var similarities = ArraySlice(try await scorer.encoder.scores(pairs, for: scorer.purpose))
        for case let scores? in items.map(\.scores) {
            let count = scores.missing.count
            scores.fill(similarities.prefix(count))
            similarities = similarities.dropFirst(count)
        }
    }

    /// Of each item, its images and the texts in its rows, embedded; none where embeddings are not written.
    /// - Throws: `CancellationError`.
    func embeddedPairs(
        of items: ArraySlice<PendingItem>, isolation: isolated (any Actor)? = #isolation
    ) async throws -> [[EmbeddedPair]] {
        guard scorer.embeddings != nil else { return items.map { _ in [] } }
        let texts = items.map { $0.rows?.texts ?? [] }
        var embeddings = ArraySlice(try await scorer.encoder.embeddings(of: texts.joined().map(\.text)))
        return zip(items, texts).map { pending, texts in
            texts.compactMap { kept in
                let text = embeddings.removeFirst()
                guard let image = pending.images[kept.image].image.embedding else { return nil }
                return EmbeddedPair(
                    index: pending.item.index, id: pending.item.id,
                    imagePath: pending.images[kept.image].task.name.pictureName, caption: kept.text, image: image,
                    text: text)
            }
        }
    }
}
