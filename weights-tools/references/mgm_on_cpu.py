"""What lets MGM's own code run on a machine without CUDA, with towers of any size."""

import importlib.machinery
import sys
import types
from pathlib import Path


def import_mgm(source: Path) -> None:
    """Makes the package `mgm` in a folder importable: deepspeed and torchvision's compiled operators are imported, and not used."""
    if "deepspeed" not in sys.modules:
        names = ("deepspeed", "deepspeed.zero", "deepspeed.runtime", "deepspeed.runtime.zero", "deepspeed.runtime.zero.partition_parameters")
        for name in names:
            module = types.ModuleType(name)
            module.__spec__ = importlib.machinery.ModuleSpec(name, None, is_package=name != names[-1])
            sys.modules[name] = module
        sys.modules["deepspeed"].zero = sys.modules["deepspeed.zero"]
        sys.modules[names[-1]].ZeroParamStatus = None
    sys.modules.setdefault("torchvision._meta_registrations", types.ModuleType("_meta_registrations"))
    sys.path.insert(0, str(source))


def size_convnext(folder: Path, image_size: int) -> None:
    """Has open_clip build a ConvNeXt of the sizes of a folder's `open_clip_pytorch_model.bin` in place of the large one."""
    import timm
    import torch
    from mgm.model.multimodal_encoder import openclip_encoder
    from timm.models.convnext import ConvNeXt

    state = torch.load(folder / "open_clip_pytorch_model.bin", map_location="cpu", weights_only=True)
    blocks = [[name for name in state if name.startswith(f"visual.trunk.stages.{stage}.") and name.endswith(".gamma")] for stage in range(4)]
    sizes = {"depths": tuple(map(len, blocks)), "dims": tuple(len(state[names[0]]) for names in blocks)}

    def sized_convnext(pretrained: bool = False, **options: object) -> ConvNeXt:
        model = ConvNeXt(**sizes, **{key: value for key, value in options.items() if key in ("drop_path_rate", "num_classes")})
        model.default_cfg = {"pool_size": (7, 7)}
        return model

    sized_convnext.__module__ = "timm.models.convnext"
    timm.models.register_model(sized_convnext)
    known = openclip_encoder.get_model_config

    def configuration(name: str) -> dict:
        found = known(name)
        found["vision_cfg"] |= {"timm_model_name": "sized_convnext", "image_size": image_size}
        return found

    openclip_encoder.get_model_config = configuration
    # Training asks it, and not the configuration.
    openclip_encoder.OpenCLIPVisionTower.hidden_size = property(lambda self: sum(sizes["dims"]))


class _OtherHalf:
    """The module torch to MGM's loader, which says float16 in many places, and means another type."""

    def __init__(self, dtype: object) -> None:
        self.dtype = dtype

    def __getattr__(self, name: str) -> object:
        import torch

        return self.dtype if name == "float16" else getattr(torch, name)


def load_in_float32() -> None:
    """MGM's loader makes a model of float32 numbers on the CPU, all of it in evaluation mode."""
    import torch

    load_as(torch.float32)


def load_as(dtype: object) -> None:
    """The same with numbers of another type of torch's."""
    import functools

    import torch
    from mgm.model import builder

    # The loader does not say that its files may hold more than weights; these were made here.
    torch.load = functools.partial(torch.load, weights_only=False)
    builder.torch = _OtherHalf(dtype)
    load = builder.load_pretrained_model

    def loaded(*arguments: object, **options: object):
        tokenizer, model, processor, length = load(*arguments, **options, device="cpu")
        # As MGM leaves it, the ConvNeXt drops layers at random, as in training.
        return tokenizer, model.eval(), processor, length

    builder.load_pretrained_model = loaded
