"""The random checkpoints that parity tests load. Together they cover what real checkpoints differ in."""

from dataclasses import dataclass

from .architecture import Architecture
from .fixture_reference import LATE_END, QUESTION, RUNS, Run
from .random_model import RandomModel


@dataclass(frozen=True)
class FixtureModel:
    name: str
    model: RandomModel
    stage_pictures: tuple[str, ...] = ("scene-001.jpg", "easy-vqa-007.png", "size-500x3.png")
    """Pictures whose activations are stored in full."""
    more_runs: tuple[Run, ...] = ()
    pictures: tuple[str, ...] | None = None
    """What is captioned, if not everything: for a model that takes its time. Two runs are made then, and pixel values
    are known by their hash alone."""

    @property
    def runs(self) -> list[Run]:
        if self.pictures is not None:
            return [Run(None), Run(QUESTION, every=len(self.pictures))]
        return [*RUNS, *self.more_runs]


FIXTURE_MODELS = [
    FixtureModel(
        "old-f32-sharded",
        RandomModel(
            Architecture(
                image_size=60, patch_size=10, vision_width=44, vision_layers=2, vision_heads=2, vision_ffn=58,
                queries=32, qformer_width=24, qformer_layers=3, qformer_heads=2, qformer_ffn=46,
                cross_attention_frequency=2, text_width=26, text_layers=3, text_heads=2, text_ffn=54, positions=80),
            generation="old", dtype="F32", seed=36, output_head=True, vision_epsilon=1e-5, end_rank=2,
            shard_bytes=150_000, tokenizer_files="vocabulary")),
    FixtureModel(
        "new-f32",
        RandomModel(
            Architecture(
                image_size=224, patch_size=14, vision_width=30, vision_layers=1, vision_heads=3, vision_ffn=70,
                queries=7, qformer_width=20, qformer_layers=3, qformer_heads=5, qformer_ffn=38,
                cross_attention_frequency=1, text_width=44, text_layers=1, text_heads=2, text_ffn=90, positions=64),
            generation="new", dtype="F32", seed=106, output_head=False, vision_epsilon=None, end_rank=2),
        stage_pictures=("scene-001.jpg", "easy-vqa-007.png")),
    FixtureModel(
        "new-f16-sharded",
        RandomModel(
            Architecture(
                image_size=64, patch_size=8, vision_width=36, vision_layers=2, vision_heads=6, vision_ffn=77,
                queries=32, qformer_width=33, qformer_layers=4, qformer_heads=3, qformer_ffn=61,
                cross_attention_frequency=2, text_width=50, text_layers=3, text_heads=5, text_ffn=99, positions=70),
            generation="new", dtype="F16", seed=49, vocabulary_size=317, output_head=True, vision_epsilon=1e-5,
            end_rank=2, shard_bytes=120_000, tokenizer_files="json")),
    FixtureModel(
        "old-bf16",
        RandomModel(
            Architecture(
                image_size=96, patch_size=16, vision_width=42, vision_layers=3, vision_heads=7, vision_ffn=51,
                queries=7, qformer_width=30, qformer_layers=3, qformer_heads=2, qformer_ffn=57,
                cross_attention_frequency=1, text_width=66, text_layers=2, text_heads=3, text_ffn=70, positions=48),
            generation="old", dtype="BF16", seed=124, vocabulary_size=309, output_head=False, vision_epsilon=1e-6,
            end_rank=2),
        more_runs=(LATE_END,)),
    FixtureModel(
        "v5-bf16",
        RandomModel(
            Architecture(
                image_size=48, patch_size=12, vision_width=66, vision_layers=1, vision_heads=3, vision_ffn=97,
                queries=7, qformer_width=42, qformer_layers=4, qformer_heads=3, qformer_ffn=51,
                cross_attention_frequency=3, text_width=42, text_layers=3, text_heads=3, text_ffn=71, positions=60),
            generation="v5", dtype="BF16", seed=2, output_head=False, vision_epsilon=1e-6, end_rank=2,
            tokenizer_files="json")),
    # The head sizes of opt-6.7b: 88, 64 and 128.
    FixtureModel(
        "wide-heads-bf16",
        RandomModel(
            Architecture(
                image_size=25, patch_size=5, vision_width=176, vision_layers=1, vision_heads=2, vision_ffn=48,
                queries=32, qformer_width=128, qformer_layers=1, qformer_heads=2, qformer_ffn=32,
                cross_attention_frequency=2, text_width=256, text_layers=1, text_heads=2, text_ffn=48, positions=64),
            generation="new", dtype="BF16", seed=4, output_head=False, vision_epsilon=None, end_rank=2),
        stage_pictures=("scene-001.jpg", "easy-vqa-007.png")),
    # The layers, heads and picture size of blip2-opt-6.7b-coco.
    FixtureModel(
        "opt-6.7b-coco-narrow",
        RandomModel(
            Architecture(
                image_size=364, patch_size=14, vision_width=32, vision_layers=39, vision_heads=16, vision_ffn=40,
                queries=32, qformer_width=24, qformer_layers=12, qformer_heads=12, qformer_ffn=40,
                cross_attention_frequency=2, text_width=32, text_layers=32, text_heads=32, text_ffn=56, positions=64),
            generation="old", dtype="BF16", seed=6, output_head=False, vision_epsilon=1e-6, end_rank=2),
        stage_pictures=("scene-001.jpg",), pictures=("easy-vqa-007.png", "scene-001.jpg", "size-500x3.png")),
]
