"""What `peer.py` measures: each function gives how a library prepares images, embeds them, makes tokens of texts, and embeds those."""

import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import Callable


@dataclass
class Library:
    pixels: Callable
    image_features: Callable
    tokens: Callable
    text_features: Callable
    version: str


def loaded(options, dtype):
    """transformers' model, and its preparation of images and texts."""
    from transformers import AutoProcessor, CLIPModel

    processor = AutoProcessor.from_pretrained(options.model, backend="pil")
    model = CLIPModel.from_pretrained(options.model, dtype=dtype).eval()

    def pixels(images):
        return processor.image_processor([image.convert("RGB") for image in images], return_tensors="pt").pixel_values.to(dtype)

    def tokens(texts):
        return processor.tokenizer(texts, padding=True, truncation=True, return_tensors="pt")

    return model, pixels, tokens


def transformers(options, dtype) -> Library:
    import torch

    model, pixels, tokens = loaded(options, dtype)
    return Library(
        pixels, lambda x: model.get_image_features(pixel_values=x), tokens, lambda x: model.get_text_features(**x),
        f"torch {torch.__version__}")  # fmt: skip


def open_clip(options, dtype) -> Library:
    import open_clip as package
    import torch

    name = f"local-dir:{options.model}"
    precision = "bf16" if dtype == torch.bfloat16 else "fp32"
    model, _, preprocess = package.create_model_and_transforms(name, precision=precision)
    return Library(
        lambda images: torch.stack([preprocess(image) for image in images]).to(dtype), model.eval().encode_image,
        package.get_tokenizer(name), model.encode_text, f"open_clip {package.__version__}")  # fmt: skip


def towers(options):
    """transformers' model cut into two modules of one input each, for export, and its preparation as arrays."""
    import torch

    model, pixels, tokens = loaded(options, torch.float32)

    class Projected(torch.nn.Module):
        def __init__(self, tower, projection, name):
            super().__init__()
            self.tower, self.projection, self.name = tower, projection, name

        def forward(self, values):
            return self.projection(self.tower(**{self.name: values}).pooler_output)

    images = Projected(model.vision_model, model.visual_projection, "pixel_values").eval()
    texts = Projected(model.text_model, model.text_projection, "input_ids").eval()
    return images, texts, lambda x: pixels(x).numpy(), lambda x: tokens(x).input_ids.numpy()


def samples(pixels, options, count):
    """Batches of real images, to calibrate with."""
    from PIL import Image

    files = itertools.cycle(sorted(Path(options.pictures).iterdir()))
    return [pixels([Image.open(next(files)) for _ in range(options.batch)]) for _ in range(count)]


def openvino(options, dtype) -> Library:
    """int8: weights and activations, by NNCF's calibration; what stays is bfloat16."""
    import nncf
    import openvino as package

    images, texts, pixels, tokens = towers(options)
    batches = samples(pixels, options, 2)
    ids = tokens([options.text] * 64)

    def compiled(module, example, calibration):
        import torch

        with torch.no_grad():
            model = package.convert_model(module, example_input=torch.from_numpy(example))
        model.reshape(list(example.shape))
        if options.dtype == "int8":
            data = nncf.Dataset(calibration)
            model = nncf.quantize(model, data, subset_size=len(calibration), model_type=nncf.ModelType.TRANSFORMER)
        settings = {"INFERENCE_PRECISION_HINT": "f32" if options.dtype == "float32" else "bf16", "NUM_STREAMS": 1, "INFERENCE_NUM_THREADS": options.threads}
        request = package.Core().compile_model(model, "CPU", settings).create_infer_request()
        return lambda values: request.infer([values])[0]

    tower, text = compiled(images, batches[0], batches), compiled(texts, ids, [ids])
    return Library(pixels, tower, tokens, text, f"openvino {package.__version__.split('-')[0]}")


def onnxruntime(options, dtype) -> Library:
    """int8: weights, and activations by their range as they come (dynamic), as ONNX Runtime advises for transformers."""
    import tempfile

    import onnxruntime as package
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic

    images, texts, pixels, tokens = towers(options)
    folder = Path(tempfile.mkdtemp(prefix="encoder-peer-"))

    def session(module, example, name):
        path = folder / f"{name}.onnx"
        torch.onnx.export(module, (torch.from_numpy(example),), path, input_names=["x"], external_data=True)
        if options.dtype == "int8":
            quantize_dynamic(
                path, folder / f"{name}-int8.onnx", weight_type=QuantType.QInt8, per_channel=True, use_external_data_format=True,
                op_types_to_quantize=["MatMul", "Gemm"])  # fmt: skip
            path = folder / f"{name}-int8.onnx"
        settings = package.SessionOptions()
        settings.intra_op_num_threads = options.threads
        run = package.InferenceSession(path, settings, providers=["CPUExecutionProvider"])
        return lambda values: run.run(None, {"x": values})[0]

    tower = session(images, samples(pixels, options, 1)[0], "images")
    text = session(texts, tokens([options.text] * 64), "texts")
    return Library(pixels, tower, tokens, text, f"onnxruntime {package.__version__}")


LIBRARIES = {"transformers": transformers, "open_clip": open_clip, "openvino": openvino, "onnxruntime": onnxruntime}
