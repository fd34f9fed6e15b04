"""MGM's own dataset, collator and model code over single rows: what becomes of each.

Outcomes: "crash" (an exception leaves the training code), "replaced" (another row is asked for), "ignored" (no label, or no gradient in
anything that the stage trains), "odd" (learned, but with other special tokens than the template has, with white space at the ends of an answer, with an image
within an answer, or a mixed-up image) and "learned". The last two end in "and cut" if something that there is to learn is not learned for the row's length.
"""

import contextlib
import copy
import io
import json
import types
from pathlib import Path

from references.mgm_on_cpu import import_mgm
from references.mgm_training.stand_ins import TOKENS, small_model, tokenizer

RAW, AUX = 336, 96
"""Sides of the two images that the model sees; 336 and 768 in the real one. The first gives 576 positions."""
IMAGE = -200


class WithoutCut:
    """A tokenizer that cuts nothing off, whatever is asked for."""

    def __init__(self, tokenizer) -> None:
        self._tokenizer = tokenizer

    def __call__(self, text, max_length=None, truncation=None, **options):
        return self._tokenizer(text, **options)

    def __getattr__(self, name: str):
        return getattr(self._tokenizer, name)


class Reader:
    """One stage of training over rows that are given one by one."""

    def __init__(self, source: Path, folder: Path, images: Path, stage: str, good_row: object) -> None:
        import_mgm(source)
        import torch
        import transformers

        torch.set_num_threads(1)  # of the tensors of a single row more threads are slower
        transformers.logging.set_verbosity_error()
        from mgm import conversation
        from mgm.train import train
        from transformers import CLIPImageProcessor

        conversation.default_conversation = conversation.conv_templates["gemma"]
        self.train, self.stage, self.images = train, stage, images
        self.tokenizer = tokenizer(folder)
        processor = CLIPImageProcessor(size={"shortest_edge": AUX}, crop_size={"height": AUX, "width": AUX})
        self.arguments = types.SimpleNamespace(
            image_folder=str(images), is_multimodal=True, mm_use_im_start_end=False, image_processor=processor, image_grid=1, image_global=False,
            image_size_raw={"height": RAW, "width": RAW}, image_aspect_ratio="pad" if stage == "finetune" else "square")
        self.good_row = good_row
        self.file = folder / f"rows-{stage}.json"
        self.model = small_model(len(self.tokenizer), stage)
        self.collate = train.DataCollatorForSupervisedDataset(tokenizer=self.tokenizer)
        self.ids = {token: self.tokenizer.convert_tokens_to_ids(token) for token in TOKENS}

    def outcome(self, row: str) -> str:
        """What becomes of a row, given as JSON, beside a good one."""
        self.file.write_text(f"[{row}, {json.dumps(self.good_row)}]", encoding="utf-8")
        # As the training script's output, a pipe in UTF-8.
        with contextlib.redirect_stdout(io.TextIOWrapper(io.BytesIO(), encoding="utf-8")):
            return self._outcome(self.train.LazySupervisedDataset(str(self.file), self.tokenizer, self.arguments))

    def _outcome(self, dataset) -> str:
        if self.stage == "finetune" and not self._has_length(dataset):
            return "crash"
        asked = []
        sample = dataset._sample_item
        dataset._sample_item = lambda index: (asked.append(index), sample(index))[1]
        # The row that is drawn in the place of another is the good one.
        self.train.random = types.SimpleNamespace(randint=lambda low, high: high)
        try:
            found = dataset[0]
        except Exception:
            return "crash"
        if asked != [0]:
            return "replaced"
        good = sample(1)
        for batch in ([found, good], [good, found]):
            try:
                self.model.loss(self.collate(copy.deepcopy(batch)))
            except Exception:
                return "crash"
        if not self._is_learned(found):
            return "ignored"
        dataset.tokenizer = WithoutCut(self.tokenizer)
        whole = sample(0)
        return ("odd" if self._is_odd(dataset.list_data_dict[0], whole) else "learned") + (" and cut" if self._is_cut(whole, found) else "")

    @staticmethod
    def _has_length(dataset) -> bool:
        from mgm.train.llava_trainer import get_modality_length_grouped_indices

        try:
            get_modality_length_grouped_indices([*dataset.modality_lengths, 3, -3], 1, 1)
        except Exception:
            return False
        return True

    def _is_learned(self, found) -> bool:
        if (found["labels"] == -100).all():
            return False
        batch = self.collate([copy.deepcopy(found)])
        # Of what is left after both cuts, the first is no prediction.
        if (self.model.positions(batch)[-1][:, 1:] == -100).all():
            return False
        self.model.zero_grad()
        self.model.loss(batch).backward()
        gradients = [parameter.grad for parameter in self.model.parameters() if parameter.grad is not None]
        return any(bool((gradient != 0).any()) for gradient in gradients)

    def _is_cut(self, whole, found) -> bool:
        """Whether of the labels, in the first stage those after the image, less is left than there was."""
        ids, labels = whole["input_ids"].tolist(), whole["labels"].tolist()
        start = ids.index(IMAGE) if IMAGE in ids and self.stage == "pretrain" else 0
        there = sum(label not in (-100, IMAGE) and token != self.ids["<pad>"] for token, label in zip(ids[start:], labels[start:], strict=True))
        left = self.model.positions(self.collate([copy.deepcopy(found)]))[-1][0]
        # What is before the image keeps its place.
        return there > int((left[sum(token != self.ids["<pad>"] for token in ids[:start]) :] != -100).sum())

    def _is_odd(self, row, found) -> bool:
        ids, labels = found["input_ids"].tolist(), found["labels"].tolist()
        turns = row["conversations"][1:] if row["conversations"][0]["from"] == "gpt" else row["conversations"]
        filled = [turn for turn in turns if turn["value"]]
        answer_count = sum(turn["from"] == "gpt" for turn in filled)
        wanted = {"<bos>": 1, "<eos>": answer_count, "<pad>": 0, "<unk>": 0, "<start_of_turn>": len(turns), "<end_of_turn>": len(filled)}
        if any(ids.count(self.ids[token]) != count for token, count in wanted.items()):
            return True
        left = ids[: self.tokenizer.model_max_length].count(IMAGE)
        if left > 1 or (IMAGE in ids) != ("image" in row):
            return True
        text = self.tokenizer.decode([token for token in ids if token != IMAGE])
        if "\ufffd" in text:
            return True
        if "image" in row:
            if left and labels[ids.index(IMAGE)] != -100 or self._is_mixed_up(row["image"], found):
                return True
        elif "<image>" in text:
            return True
        answers = [turn["value"].replace("<image>", "") for turn in filled if turn["from"] == "gpt"]
        return any(answer != answer.strip() for answer in answers)

    def _is_mixed_up(self, name, found) -> bool:
        from PIL import Image

        names = name if isinstance(name, list) else [name]
        file = names[0].replace("VG_100K_2", "images").replace("VG_100K", "images") if "ocr" not in names[0] else names[0]
        path = self.images / file
        image = Image.open(path if path.exists() else str(path).replace(".jpg", ".png")).convert("RGB")
        if self.stage == "finetune" and image.width != image.height:
            side = max(image.size)
            padded = Image.new("RGB", (side, side), tuple(int(255 * mean) for mean in self.arguments.image_processor.image_mean))
            padded.paste(image, ((side - image.width) // 2, (side - image.height) // 2))
            image = padded
        wanted = self.arguments.image_processor.preprocess(image, input_data_format="channels_last", return_tensors="pt")["pixel_values"][0]
        return not bool((wanted == found["image_aux"]).all())
