/// What a token may be named for in `tokenizer_config.json` and `special_tokens_map.json`. The order is the one in which
/// transformers adds tokens that have no id yet.
enum SpecialTokenRole: String, CaseIterable {
    case beginning = "bos_token"
    case end = "eos_token"
    case unknown = "unk_token"
    case separator = "sep_token"
    case padding = "pad_token"
    case classification = "cls_token"
    case mask = "mask_token"
}
