#!/usr/bin/env python3
"""The OpenVINO side of captioners.py, in an interpreter of its own: captioners_openvino.py FOLDER

Reads SmolVLM or PaliGemma from FOLDER. The tower with what projects its rows is one OpenVINO model, once with int8 weights and once quantized by NNCF after training; the
decoder, with its keys and values, is what optimum-intel makes of it in int8 weights, which is how these models are published for OpenVINO. Each line of standard input is a batch
size, the positions of a prompt and a number of new tokens, and its answer a JSON object: seconds an image for either tower, and for the decoder. What lies between the two (reading and
scaling images, putting their rows among the prompt's) counts as free, and the decoder's attention is causal, which costs the same. Needs optimum-intel 2.2 with openvino, nncf, torch, and transformers before 5,
since it exports Gemma from no later one; without torchvision, whose version has to be that of torch.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

import nncf
import numpy
import openvino
import torch
import transformers
from optimum.intel import OVModelForCausalLM, OVWeightQuantizationConfig

CALIBRATION = 16
BATCHES = (1, 8)


class Tower(torch.nn.Module):
    """Pixels `[B, 3, H, W]` to the rows that the decoder is given."""

    def __init__(self, model: torch.nn.Module) -> None:
        super().__init__()
        inner = model.model
        vision = getattr(inner, "vision_tower", None) or inner.vision_model
        self.vision = getattr(vision, "vision_model", vision)
        self.projection = getattr(inner, "multi_modal_projector", None) or inner.connector
        side = model.config.vision_config.image_size
        self.shape = (3, side, side)

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        # Part by part: the models' own code makes masks and positions for images that fill a tile in part, which cannot be traced.
        rows = self.vision.embeddings.patch_embedding(pixels).flatten(2).transpose(1, 2) + self.vision.embeddings.position_embedding.weight
        for layer in self.vision.encoder.layers:
            rows = layer(rows, attention_mask=None)
            rows = rows if isinstance(rows, torch.Tensor) else rows[0]
        return self.projection(self.vision.post_layernorm(rows))


class CompiledTower:
    """A tower with fixed shapes, in the faster of one stream of two threads and two streams of one."""

    def __init__(self, model: openvino.Model, batch: int, shape: tuple[int, ...]) -> None:
        self.pixels = numpy.random.default_rng(batch).standard_normal((batch, *shape)).astype(numpy.float32)
        self.forms = []
        for streams in (1, 2) if batch > 1 else (1,):
            part = model.clone()
            part.reshape([batch // streams, *shape])
            compiled = openvino.Core().compile_model(part, "CPU", {"INFERENCE_NUM_THREADS": 2, "NUM_STREAMS": streams})
            self.forms.append((streams, openvino.AsyncInferQueue(compiled, streams)))
            self._seconds(*self.forms[-1])
        if len(self.forms) > 1:
            self.forms = [min(self.forms, key=lambda form: self._seconds(*form))]

    def _seconds(self, streams: int, queue: openvino.AsyncInferQueue) -> float:
        start = time.monotonic()
        for part in numpy.split(self.pixels, streams):
            queue.start_async({0: part})
        queue.wait_all()
        return (time.monotonic() - start) / len(self.pixels)

    def __call__(self) -> float:
        return self._seconds(*self.forms[0])


def towers(model: torch.nn.Module) -> tuple[dict[str, openvino.Model], tuple[int, ...]]:
    tower = Tower(model).eval().float()
    pixels = torch.randn(CALIBRATION, *tower.shape)
    with torch.inference_mode():
        converted = openvino.convert_model(tower, example_input=pixels[:2], input=[-1, *tower.shape])
    weights = nncf.compress_weights(converted.clone(), mode=nncf.CompressWeightsMode.INT8_SYM)
    data = nncf.Dataset([row[None].numpy() for row in pixels])
    static = nncf.quantize(converted, data, model_type=nncf.ModelType.TRANSFORMER, subset_size=CALIBRATION)
    return {"weights": weights, "static": static}, tower.shape


def decoder(model: torch.nn.Module, place: Path) -> OVModelForCausalLM:
    """The language model alone, as transformers would store it, and then as optimum-intel exports it."""
    text = model.config.text_config
    alone = transformers.AutoModelForCausalLM.from_config(text, dtype=torch.bfloat16)
    inner = model.model
    alone.model.load_state_dict((getattr(inner, "language_model", None) or inner.text_model).state_dict())
    alone.lm_head.load_state_dict(model.lm_head.state_dict())
    alone.save_pretrained(place)
    del alone
    return OVModelForCausalLM.from_pretrained(
        place, export=True, quantization_config=OVWeightQuantizationConfig(bits=8), ov_config={"INFERENCE_NUM_THREADS": 2, "NUM_STREAMS": 1})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(2)
    model = transformers.AutoModelForImageTextToText.from_pretrained(options.model, dtype=torch.bfloat16).eval()
    with tempfile.TemporaryDirectory() as place:
        text = decoder(model, Path(place))
        models, shape = towers(model)
        vocabulary = model.config.text_config.vocab_size
        del model
        compiled = {(name, batch): CompiledTower(form, batch, shape) for name, form in models.items() for batch in BATCHES}
        print(json.dumps({"openvino": openvino.__version__.split("-")[0], "streams": {f"{name}, batch {batch}": tower.forms[0][0] for (name, batch), tower in compiled.items()}}), flush=True)
        for line in sys.stdin:
            batch, positions, tokens = (int(part) for part in line.split())
            ids = torch.from_numpy(numpy.random.default_rng(batch).integers(5, vocabulary - 5, (batch, positions)))
            start = time.monotonic()
            text.generate(input_ids=ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=tokens, min_new_tokens=tokens)
            seconds = {"decoder": (time.monotonic() - start) / batch}
            print(json.dumps(seconds | {name: compiled[name, batch]() for name in models}), flush=True)


if __name__ == "__main__":
    main()
