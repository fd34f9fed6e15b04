"""One line of the table: what is measured, with which settings."""

from dataclasses import dataclass

OURS, TRANSFORMERS, OPENVINO = "caption-images", "transformers", "OpenVINO"

FULL = "captions"
"""The rows that go from files to captions; others measure a part."""


@dataclass(frozen=True)
class Row:
    """`images` is how many are timed, after a warm-up."""

    who: str
    what: str
    precision: str
    batch: int
    threads: int
    images: int = 0
    note: str = ""

    @property
    def name(self) -> str:
        """Short and unique: what --only chooses by and the JSON is keyed by."""
        who = {OURS: "ours", TRANSFORMERS: "transformers", OPENVINO: "openvino"}[self.who]
        what = "" if self.what == FULL else f"-{self.what.replace(' ', '-')}"
        return f"{who}{what}-{self.precision}-b{self.batch}-t{self.threads}"


def timed_images(precision: str, batch: int) -> int:
    """Enough for a steady state: float32 is slow and needs fewer."""
    return max(batch, 8) if precision == "f32" else max(2 * batch, 16)


def captions(who: str, precision: str, batch: int, threads: int, note: str = "") -> Row:
    return Row(who, FULL, precision, batch, threads, timed_images(precision, batch), note)


WITHOUT_CACHE = "without a KV cache, which flatters it"


def all_rows(threads: int) -> list[Row]:
    """In the order in which a round measures them, ours and theirs in turn."""
    rows = []
    for batch in (1, 8):
        rows += [captions(TRANSFORMERS, "f32", batch, threads), captions(OURS, "f32", batch, threads)]
    rows += [captions(OURS, "f32", batch, threads) for batch in (16, 32)]
    for batch in (1, 8):
        rows += [captions(TRANSFORMERS, "bf16", batch, threads), captions(OURS, "bf16", batch, threads)]
    rows += [captions(OURS, "bf16", batch, threads) for batch in (16, 32)]
    rows += [captions(OURS, "int8", batch, threads) for batch in (1, 8)]
    vision = [("f32", 8), ("bf16", 8), ("int8-weights", 8), ("int8-ptq", 4), ("int8-ptq", 8)]
    rows += [Row(OPENVINO, "vision", precision, batch, threads) for precision, batch in vision]
    rows += [Row(OPENVINO, "q_former", precision, 8, threads) for precision in ("bf16", "int8-ptq")]
    rows += [captions(OURS, "int8", batch, threads) for batch in (16, 32)]
    for precision in ("int8-weights", "int8-ptq"):
        rows.append(Row(OPENVINO, "prefill", precision, 8, threads))
        rows += [Row(OPENVINO, "decode_tokens", precision, batch, threads, note=WITHOUT_CACHE) for batch in (8, 32)]
    if threads > 1:
        rows += [captions(OURS, precision, 8, 1) for precision in ("int8", "bf16")]
    rows.append(Row(OURS, "first caption", "int8", 1, threads, 1, "from the start of the process, file cached"))
    return rows


TINY = (
    "transformers-f32-*", "transformers-bf16-b8-*", "ours-*", "openvino-vision-int8-ptq-b8-*", "openvino-vision-f32-*",
    "openvino-*-int8-ptq-b8-*")
"""Enough for a smoke test of everything that a row is measured by."""
