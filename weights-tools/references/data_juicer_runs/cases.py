"""Which runs the fixtures hold: a data set with options of the operator or of the recipe."""

from dataclasses import dataclass, field

from references.data_juicer_runs.data_sets import DATA_SETS

OPERATOR_OPTIONS = ("keep_original_sample", "caption_num", "keep_candidate_mode", "prompt", "prompt_key")
"""The rest are options of the recipe."""

RECIPE_KEYS = {"text_key": "text_keys"}
"""What options are called in a recipe, where it is not their name."""


@dataclass(frozen=True)
class Case:
    name: str
    data_set: str
    options: dict[str, object] = field(default_factory=dict)
    random_choice: int = 0
    dataset_path: str | None = None
    """As the recipe has it, seen from the folder above that of the data set; None for the absolute path."""


def cases() -> list[Case]:
    result = [Case(name, name, {"keep_original_sample": False}) for name in DATA_SETS if name != "other-names"]
    result += [Case(f"{name}-kept", name) for name in ("structs-with-null", "lists-in-structs", "varying-keys-and-others")]
    for name in ("baseline", "several-images", "chunks", "no-images", "failures", "failures-first", "failures-only", "null-text", "nested",
                 "integers-with-null", "dates", "images-as-text", "no-image-field"):
        result.append(Case(f"{name}-kept", name))
    for mode in ("random_any", "all", "similar_one_simhash"):
        options = {"caption_num": 3, "keep_candidate_mode": mode}
        short = mode.split("_")[0]
        for name in ("several-images", "similar", "unicode"):
            chosen = {"several-images": 1, "similar": 2, "unicode": 1}[name] if mode == "random_any" else 0
            result.append(Case(f"{name}-{short}-of-3", name, options | {"keep_original_sample": False}, chosen))
        result.append(Case(f"failures-{short}-of-3-kept", "failures", options, 2 if mode == "random_any" else 0))
    question = "a photo of"
    result += [
        Case("one-prompt", "prompts", {"keep_original_sample": False, "prompt": question}),
        Case("prompt-of-each", "prompts", {"keep_original_sample": False, "prompt_key": "ask"}),
        Case("prompt-of-each-or-one", "prompts", {"keep_original_sample": False, "prompt": question, "prompt_key": "ask"}),
        Case("prompt-of-no-field", "prompts", {"keep_original_sample": False, "prompt": question, "prompt_key": "nowhere"}),
    ]
    names = {
        "text_key": "caption", "image_key": "pictures", "image_special_token": "[img]", "eoc_special_token": "[end]",
        "keep_original_sample": False}
    result += [
        Case("other-names", "other-names", names), Case("other-names-kept", "other-names", names | {"keep_original_sample": True}),
        Case("relative-data-set", "baseline", {"keep_original_sample": False}, dataset_path="data-juicer/baseline.jsonl"),
        Case("relative-data-set-with-dots", "baseline", {"keep_original_sample": False}, dataset_path="./data-juicer/../data-juicer/baseline.jsonl"),
    ]
    return result


def larger_batches() -> list[Case]:
    """What is run once more with batches as large as Data-Juicer 1.6 makes them where nothing is said: 10 samples."""
    return [case for case in cases() if case.name in LARGER_BATCHES]


LARGER_BATCHES = {"chunks", "chunks-kept", "counts", "failures", "failures-kept", "no-images", "no-images-kept", "null-text", "several-images", "structs-with-null"}
