"""Sizes of a BLIP-2 OPT model."""

from dataclasses import dataclass, fields, replace


@dataclass(frozen=True)
class Architecture:
    """The sizes that determine every tensor's shape; the defaults are those of Salesforce/blip2-opt-2.7b."""

    image_size: int = 224
    patch_size: int = 14
    vision_width: int = 1408
    vision_layers: int = 39
    vision_heads: int = 16
    vision_ffn: int = 6144
    queries: int = 32
    qformer_width: int = 768
    qformer_layers: int = 12
    qformer_heads: int = 12
    qformer_ffn: int = 3072
    cross_attention_frequency: int = 2
    text_width: int = 2560
    text_layers: int = 32
    text_heads: int = 32
    text_ffn: int = 10240
    positions: int = 2048

    def __post_init__(self) -> None:
        for field in fields(self):
            if getattr(self, field.name) < 1:
                raise ValueError(f"{field.name} must be at least 1, found {getattr(self, field.name)}")
        for part in ("vision", "qformer", "text"):
            width, heads = getattr(self, f"{part}_width"), getattr(self, f"{part}_heads")
            if width % heads:
                raise ValueError(f"{part}_width {width} is no multiple of {part}_heads {heads}")
        if self.patch_size > self.image_size:
            raise ValueError(f"patch_size {self.patch_size} is larger than image_size {self.image_size}")

    @property
    def vision_positions(self) -> int:
        """Patches and the class token."""
        return (self.image_size // self.patch_size) ** 2 + 1


PRESETS = {
    "opt-2.7b": Architecture(),
    "opt-6.7b": replace(Architecture(), text_width=4096, text_ffn=16384),
    "tiny": Architecture(
        image_size=56, patch_size=14,
        vision_width=44, vision_layers=3, vision_heads=2, vision_ffn=90,
        queries=7, qformer_width=36, qformer_layers=3, qformer_heads=3, qformer_ffn=74, cross_attention_frequency=2,
        text_width=50, text_layers=2, text_heads=5, text_ffn=102, positions=96),
}
"""Named sizes; the `-coco` variants are `--image-size 364` on top of them."""
