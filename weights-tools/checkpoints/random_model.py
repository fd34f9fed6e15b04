"""A whole random checkpoint folder from a description of it."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path

from checkpoints import safetensors_stream
from checkpoints.architecture import PRESETS, Architecture
from checkpoints.configuration_files import GENERATIONS, Description, write_configuration
from checkpoints.tensors import checkpoint_tensors
from checkpoints.tokenizer_files import Vocabulary, train, write_tokenizer_json, write_vocabulary

OPT_VOCABULARY = 50265
PUBLISHED_ROWS = {"old": 50272, "new": 50304, "v5": 50304}
"""Rows of the published embedding tables, which are larger than OPT's vocabulary."""

TINY_MERGES = 40


@dataclass(frozen=True)
class RandomModel:
    """What to write; see the options of random_checkpoint.py for the meaning of each."""

    architecture: Architecture = field(default_factory=lambda: PRESETS["tiny"])
    generation: str = "new"
    dtype: str = "F32"
    seed: int = 0
    vocabulary_size: int | None = None
    output_head: bool | None = None
    vision_epsilon: float | None = None
    end_rank: int | None = None
    shard_bytes: int | None = None
    tokenizer_folder: Path | None = None
    tokenizer_files: str = "both"
    merges: int = TINY_MERGES

    def vocabulary(self) -> Vocabulary:
        if self.tokenizer_folder is not None:
            return Vocabulary.read(self.tokenizer_folder)
        return train(self.merges)

    def describe(self, vocabulary: Vocabulary) -> Description:
        """What the JSON files say; an error if the options do not go together."""
        if self.generation not in GENERATIONS:
            raise ValueError(f"generation must be one of {', '.join(GENERATIONS)}, found {self.generation}")
        if self.tokenizer_files not in ("json", "vocabulary", "both"):
            raise ValueError(f"tokenizer files must be json, vocabulary or both, found {self.tokenizer_files}")
        if self.generation == "v5" and self.tokenizer_files == "vocabulary":
            raise ValueError("transformers 5 saves a tokenizer.json and cannot do without")
        entries = len(vocabulary.tokens)
        image_token = None if self.generation == "old" else entries
        rows = self.vocabulary_size
        if rows is None:
            # An embedding table is padded; the old one of OPT to a multiple of 8, the new one to one of 64.
            rows = PUBLISHED_ROWS[self.generation] if entries == OPT_VOCABULARY else entries + 7
        if rows <= entries:
            raise ValueError(f"{rows} embedding rows are too few for {entries} tokens and the image token")
        return Description(
            self.architecture, self.generation, self.dtype, rows, vocabulary.newline, image_token, self.vision_epsilon)

    def write(self, folder: Path) -> int:
        """Writes the folder, which must not hold a checkpoint yet; returns the bytes of tensor data."""
        from checkpoints.random_weights import chunks, common_rows, encode

        vocabulary = self.vocabulary()
        description = self.describe(vocabulary)
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.glob("*.safetensors*")):
            raise ValueError(f"{folder} holds a checkpoint already")
        write_configuration(folder, description)
        self.write_tokenizer(folder, vocabulary, description.image_token)
        output_head = self.output_head if self.output_head is not None else self.generation == "old"
        tensors = checkpoint_tensors(self.architecture, description.vocabulary_size, output_head)
        common = common_rows(
            description.vocabulary_size, self.architecture.text_width, self.seed, description.end_of_text, self.end_rank)
        return safetensors_stream.write(
            folder, tensors, lambda _: self.dtype, self.shard_bytes,
            lambda tensor: (encode(chunk, self.dtype) for chunk in chunks(tensor, self.seed, common)))

    def write_tokenizer(self, folder: Path, vocabulary: Vocabulary, image_token: int | None) -> None:
        if self.tokenizer_files != "vocabulary":
            pairs = self.generation != "old"
            write_tokenizer_json(folder, vocabulary, image_token, merges_as_pairs=pairs)
        if self.tokenizer_files == "json":
            return
        if self.tokenizer_folder is None:
            write_vocabulary(folder, vocabulary)
        else:
            for name in ("vocab.json", "merges.txt"):
                shutil.copyfile(self.tokenizer_folder / name, folder / name)
