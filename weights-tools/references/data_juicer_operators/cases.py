"""Which recipes the fixtures hold."""

from references.data_juicer_operators.runs import Case

NEW = ("data-juicer-1.6",)
"""What 0.2.0 does not have: ranges that are open or reversed, the selector of ranges, texts beside images, samples that fail alone."""
FIELD = "__dj__stats__."
EVERY_TEXT_FILTER = [
    {"text_length_filter": {"min_len": 0}}, {"alphanumeric_filter": {"min_ratio": 0}}, {"special_characters_filter": {"max_ratio": 1}},
    {"character_repetition_filter": {"max_ratio": 1}}, {"word_repetition_filter": {"max_ratio": 1}}, {"words_num_filter": {"min_num": 0}}]
EVERY_IMAGE_FILTER = [{"image_aspect_ratio_filter": {"min_ratio": 0.001, "max_ratio": 1000}}, {"image_size_filter": {}}, {"image_shape_filter": {}}]


def flagged(folder: str, **options: object) -> dict[str, dict[str, object]]:
    return {"flagged_words_filter": {"flagged_words_dir": folder, "max_ratio": 1} | options}


def cases(words: str) -> list[Case]:
    """- Parameter words: the folder of flagged words."""
    return [
        Case("texts", "awkward", EVERY_TEXT_FILTER), Case("texts-without-stats", "awkward", EVERY_TEXT_FILTER[:2], keeps_stats=False),
        Case("text-defaults", "awkward", [{next(iter(operator)): {}} for operator in EVERY_TEXT_FILTER]),
        Case("short-stretches", "awkward", [{"character_repetition_filter": {"rep_len": 1}}, {"word_repetition_filter": {"rep_len": 1, "min_ratio": 0.01, "max_ratio": 0.9}}]),
        Case("stretches-of-3", "awkward", [{"character_repetition_filter": {"rep_len": 3, "max_ratio": 1}}, {"word_repetition_filter": {"rep_len": 2, "max_ratio": 1}}]),
        Case("lemon-little", "awkward", [{"alphanumeric_filter": {"min_ratio": 0.6}}, {"character_repetition_filter": {"max_ratio": 0.094}}, {"special_characters_filter": {"min_ratio": 0.165, "max_ratio": 0.42}}]),
        Case("twice", "awkward", [{"text_length_filter": {"min_len": 20}}, {"alphanumeric_filter": {}}, {"text_length_filter": {"max_len": 60}}]),
        Case("open-ends", "awkward", [{"text_length_filter": {"min_len": 4, "max_len": 60, "min_closed_interval": False, "max_closed_interval": False}}], profiles=NEW),
        Case("outside", "awkward", [{"text_length_filter": {"min_len": 4, "max_len": 60, "reversed_range": True}}], profiles=NEW),
        Case("outside-open", "awkward", [{"text_length_filter": {"min_len": 4, "max_len": 60, "reversed_range": True, "min_closed_interval": False}}], profiles=NEW),
        Case("flagged", "awkward", [flagged(words)]), Case("flagged-all", "awkward", [flagged(words, lang="all", max_ratio=0.2)]),
        Case("flagged-joined", "awkward", [flagged(words, use_words_aug=True, words_aug_group_sizes=[2, 3])]),
        Case("images", "pictures", EVERY_IMAGE_FILTER), Case("images-without-stats", "pictures", EVERY_IMAGE_FILTER, keeps_stats=False),
        Case("image-defaults", "pictures", [{"image_aspect_ratio_filter": {}}, {"image_shape_filter": {}}, {"image_size_filter": {}}]),
        Case("image-sizes-alone", "all-pictured", [{"image_size_filter": {}}]),
        Case("all-images", "pictures", [{"image_aspect_ratio_filter": {"any_or_all": "all"}}, {"image_shape_filter": {"min_width": 10, "max_height": 300, "any_or_all": "all"}}]),
        Case("any-image", "pictures", [{"image_shape_filter": {"min_width": 200, "max_height": 300}}, {"image_size_filter": {"min_size": "1 KiB", "max_size": "30kb"}}]),
        Case("broken", "broken", [{"image_shape_filter": {}}, {"image_size_filter": {}}], profiles=NEW),
        Case("longest", "awkward", [{"text_length_filter": {"min_len": 0}}, {"topk_specified_field_selector": {"field_key": f"{FIELD}text_len", "topk": 7}}]),
        Case("shortest", "awkward", [{"words_num_filter": {"min_num": 0}}, {"topk_specified_field_selector": {"field_key": f"{FIELD}num_words", "top_ratio": 0.3, "topk": 30, "reverse": False}}]),
        Case("best-of-own-field", "awkward", [{"topk_specified_field_selector": {"field_key": "score", "top_ratio": 0.5, "topk": 12}}]),
        Case("best-of-texts", "awkward", [{"topk_specified_field_selector": {"field_key": "name", "topk": 9}}]),
        Case("middle", "awkward", [{"alphanumeric_filter": {"min_ratio": 0}}, {"range_specified_field_selector": {"field_key": f"{FIELD}alnum_ratio", "lower_percentile": 0.2, "upper_rank": 20}}], profiles=NEW),
        Case("ranks", "awkward", [{"text_length_filter": {"min_len": 0}}, {"range_specified_field_selector": {"field_key": f"{FIELD}text_len", "lower_rank": 5, "upper_percentile": 0.5}}, {"alphanumeric_filter": {"min_ratio": 0.5}}], profiles=NEW),
        Case("no-range", "awkward", [{"text_length_filter": {"min_len": 0}}, {"range_specified_field_selector": {"field_key": f"{FIELD}text_len", "lower_rank": 30, "upper_rank": 20}}], profiles=NEW),
        Case("best-images", "pictures", [{"image_aspect_ratio_filter": {"max_ratio": 100}}, {"topk_specified_field_selector": {"field_key": f"{FIELD}aspect_ratios", "topk": 5}}]),
        Case("worst-images", "pictures", [{"image_aspect_ratio_filter": {"max_ratio": 100}}, {"topk_specified_field_selector": {"field_key": f"{FIELD}aspect_ratios", "topk": 5, "reverse": False}}]),
        Case("selector-of-one", "single", [{"text_length_filter": {"min_len": 0}}, {"topk_specified_field_selector": {"field_key": f"{FIELD}text_len", "top_ratio": 0.1}}]),
        Case("selected-twice", "awkward", [{"topk_specified_field_selector": {"field_key": "score", "topk": 20}}, {"text_length_filter": {"min_len": 5}}, {"topk_specified_field_selector": {"field_key": f"{FIELD}text_len", "topk": 6}}]),
        Case("duplicates", "duplicates", [{"image_deduplicator": {}}]), Case("duplicates-with-texts", "duplicates", [{"image_deduplicator": {"consider_text": True}}], profiles=NEW),
        Case("duplicates-among-others", "awkward", [{"text_length_filter": {"min_len": 0}}, {"image_deduplicator": {"method": "phash"}}, {"words_num_filter": {"min_num": 0}}]),
        Case("stale", "stale", [{"alphanumeric_filter": {}}, {"text_length_filter": {"min_len": 10}}]),
        Case("stale-in-part", "stale-in-part", [{"alphanumeric_filter": {}}, {"text_length_filter": {"min_len": 10}}], profiles=NEW),
        Case("stale-removed", "stale", [{"text_length_filter": {"min_len": 10}}], keeps_stats=False)]
