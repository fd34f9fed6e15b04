import Captioner
import CaptionerDataSets
import CaptionerJSON

extension RecaptionJob {
    /// Everything that captions and rows depend on, so that a run resumes only with the same. Threads, batches, and the
    /// kinds of kernels are none of it.
    func settings(_ models: RunModels) throws -> [JSONMember] {
        var members: [JSONMember] = []
        if let captioner = models.captioner {
            members += [
                JSONMember("model", .string(try models.fingerprint(of: captioner.folder))),
                JSONMember("precision", .string(captioner.precision.rawValue)),
            ]
            if let splits = captioner.options.splitsImages {
                members.append(JSONMember("image_splitting", .bool(splits)))
            }
            for layer in captioner.options.layerPrecisions {
                members.append(JSONMember("precision of \(layer.part)", .string(layer.precision.rawValue)))
            }
        }
        if let options = models.captioner?.options ?? models.scorer?.encoder.options {
            members.append(JSONMember("orientation", .string("\(options.orientation)")))
            if let transparency = options.transparency {
                members.append(JSONMember("transparency", .string(transparency.rawValue)))
            }
        }
        if models.captioner != nil { members += generation.settings }
        if let scorer = models.scorer {
            members += scorer.settings(fingerprint: try models.fingerprint(of: scorer.encoder.folder))
        }
        members.append(JSONMember("format", .string(format.rawValue)))
        members.append(JSONMember("log_probabilities", .bool(showsLogProbabilities)))
        members += rewriting.edits?.settings ?? []
        members += sidecarSettings
        if let archives = input as? ArchiveList {
            members += [
                JSONMember("text_member", .string(archives.members.text ?? ArchiveMembers.oldText)),
                JSONMember("image_member", archives.members.image.map { .string($0) } ?? .null),
            ]
        }
        guard let fields = input.fields else { return members }
        members += [
            JSONMember("compat", rewriting.profile.map { .string($0.rawValue) } ?? .null),
            JSONMember("keep_original", .bool(rewriting.keepsOriginal)),
            JSONMember("keep_candidate_mode", .string(rewriting.candidateMode.rawValue)),
            JSONMember("candidates", .integer(rewriting.candidateCount)),
            JSONMember("text_key", .string(fields.text)),
            JSONMember("images_key", .string(fields.images)),
            JSONMember("prompt_key", fields.prompt.map { .string($0) } ?? .null),
            JSONMember("image_token", .string(fields.imageToken)),
            JSONMember("end_of_chunk_token", .string(fields.endOfChunkToken)),
        ]
        return members + choice
    }
}

extension RecaptionJob {
    /// What was asked for. What is standard is left out: earlier versions knew nothing else.
    private var sidecarSettings: [JSONMember] {
        var members: [JSONMember] = []
        if let existing = sidecars.existing { members.append(JSONMember("existing", .string(existing.rawValue))) }
        if let separator = sidecars.separator { members.append(JSONMember("separator", .string(separator))) }
        if sidecars.ending != SidecarRules.standardEnding {
            let ending = String(decoding: sidecars.ending, as: UTF8.self)
            members.append(JSONMember("caption_extension", .string(ending)))
        }
        if format == .imageFolder, let folder = input as? ImageFolder, folder.textColumn != ImageFolder.textColumn {
            members.append(JSONMember("text_column", .string(folder.textColumn)))
        }
        return members
    }
}

extension Captioner.GenerationOptions {
    fileprivate var settings: [JSONMember] {
        func number(_ value: Double) -> JSONValue { .number("\(value)") }
        var members = [
            JSONMember("prompt", prompt.map { .string($0) } ?? .null),
            JSONMember("max_new_tokens", .integer(maxNewTokens)),
            JSONMember("min_new_tokens", .integer(minNewTokens)), JSONMember("min_length", .integer(minLength)),
            JSONMember("num_captions", .integer(numReturnSequences)), JSONMember("num_beams", .integer(numBeams)),
            JSONMember("sample", .bool(doSample)),
        ]
        if numBeams > 1 {
            members += [
                JSONMember("length_penalty", number(lengthPenalty)),
                JSONMember("early_stopping", .string(earlyStopping.rawValue)),
            ]
        }
        if doSample {
            members += [
                JSONMember("seed", .integer(seed)), JSONMember("temperature", number(temperature)),
                JSONMember("top_k", .integer(topK)), JSONMember("top_p", number(topP)),
                JSONMember("min_p", minP.map(number) ?? .null),
            ]
        }
        return members + [
            JSONMember("repetition_penalty", number(repetitionPenalty)),
            JSONMember("no_repeat_ngram_size", .integer(noRepeatNGramSize)),
            JSONMember("bad_words", .array(badWords.map { .string($0) })),
            JSONMember("transformers", .string(transformersVersion.rawValue)),
            JSONMember("echo_prompt", echoesPrompt.map { .bool($0) } ?? .null),
            JSONMember("clean_up_spaces", cleansUpSpaces.map { .bool($0) } ?? .null),
            JSONMember("trim", .bool(trimsText)),
        ]
    }
}

extension RunModels.Scorer {
    fileprivate func settings(fingerprint: String) -> [JSONMember] {
        [
            JSONMember("clip", .string(fingerprint)),
            JSONMember("clip_precision", .string(encoder.precision.rawValue)),
            JSONMember("clip_quick_gelu", encoder.usesQuickGELU.map { .bool($0) } ?? .null),
            JSONMember("clip_logit_scale", .number("\(encoder.logitScale)")),
            JSONMember("captions", .bool(rules.captions)),
            JSONMember("keep_caption", .string(rules.keeps.rawValue)),
            JSONMember("recaption_below", rules.recaptionBelow.map { .number("\($0)") } ?? .null),
            JSONMember("most_similar", .bool(rules.choosesMostSimilar)),
            JSONMember("stats", .bool(rules.writesStats)),
            JSONMember("stats_file", .bool(rules.writesStatsFile)),
            JSONMember("embeddings", .bool(embeddings != nil)),
            JSONMember("score_log_probability", .bool(rules.scoresLogProbability)),
        ] + (rules.measure == .similarity ? [] : [JSONMember("measure", .string(rules.measure.rawValue))])
    }
}
