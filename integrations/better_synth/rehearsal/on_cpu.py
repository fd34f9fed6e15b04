"""Runs a program of the challenge's toolkit as `python` and `deepspeed` do, on a machine without CUDA: `on_cpu.py [-m MODULE | SCRIPT] ARGUMENTS`.

What the training script calls `python` and `deepspeed` is this, in a rehearsal. The programs are the toolkit's own; what is put in their way:

- The package `mgm` is that of the folder REHEARSAL_TRAINING. CUDA means the CPU, and there are REHEARSAL_GPUS of it.
- Training: no DeepSpeed, no flash attention, no TF32, one row a batch, REHEARSAL_ACCUMULATION of them a step, no processes that load data. What
  comes out is saved in two files, since MGM's own loader finds nothing in one.
- ConvNeXt has the sizes of its small checkpoint. Evaluation computes in float32; answers, which a random model does not end, have at most
  REHEARSAL_TOKENS tokens.
"""

from __future__ import annotations

import os
import runpy
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[3] / "weights-tools")  # in the place of this folder

from references import mgm_on_cpu

TRAINING = Path(os.environ["REHEARSAL_TRAINING"])
AUXILIARY = "openclip-convnext-large-d-320-laion2B-s29B-b131K-ft-soup"


def main() -> None:
    if sys.argv[1] == "-m":
        module, sys.argv = sys.argv[2], sys.argv[2:]
        run = lambda: runpy.run_module(module, run_name="__main__", alter_sys=True)
    else:
        script, sys.argv = sys.argv[1], sys.argv[1:]
        run = lambda: runpy.run_path(script, run_name="__main__")
    name = sys.argv[0].rsplit("/", 1)[-1]
    if name == "check_global_batch_size.py":
        import torch

        torch.cuda.device_count = lambda: int(os.environ["REHEARSAL_GPUS"])
    elif name == "train_mem.py":
        prepare_mgm()
        prepare_training()
    elif name.startswith("mgm.eval."):
        prepare_mgm()
        mgm_on_cpu.load_in_float32()
        shorten_answers()
    run()


def prepare_mgm() -> None:
    mgm_on_cpu.import_mgm(TRAINING)
    put_cuda_on_cpu()
    tower = TRAINING / "model_zoo" / "OpenAI" / AUXILIARY
    mgm_on_cpu.size_convnext(tower, 320)


def put_cuda_on_cpu() -> None:
    import torch

    def on_cpu(method):
        def moved(self, *arguments: object, **options: object):
            arguments = tuple("cpu" if str(argument).startswith("cuda") and not isinstance(argument, torch.Tensor) else argument for argument in arguments)
            if str(options.get("device", "")).startswith("cuda"):
                options["device"] = "cpu"
            return method(self, *arguments, **options)

        return moved

    for kind in (torch.Tensor, torch.nn.Module):
        kind.cuda = lambda self, *arguments, **options: self
        kind.to = on_cpu(kind.to)


def shorten_answers() -> None:
    from mgm.model import MGMGemmaForCausalLM

    generate = MGMGemmaForCausalLM.generate

    def shortened(self, *arguments: object, **options: object):
        return generate(self, *arguments, **options | {"max_new_tokens": min(options["max_new_tokens"], int(os.environ["REHEARSAL_TOKENS"]))})

    MGMGemmaForCausalLM.generate = shortened


def prepare_training() -> None:
    import transformers
    from mgm.train import train

    sys.argv[1:] = adapted(sys.argv[1:])
    print("rehearsal: train.py", *sys.argv[1:], file=sys.stderr)
    begin = train.train
    train.train = lambda attn_implementation=None: begin(attn_implementation="eager")
    save = transformers.PreTrainedModel.save_pretrained

    def saved(self, folder: str, *arguments: object, **options: object) -> None:
        state = options.get("state_dict") or self.state_dict()
        decoder = sum(value.numel() * value.element_size() for name, value in state.items() if name.startswith(("model.embed_tokens.", "model.layers.")))
        # The decoder's layers come first, and are more than half of all: the second file holds all that MGM's loader wants in one.
        save(self, folder, *arguments, **options | {"max_shard_size": decoder - 1})

    transformers.PreTrainedModel.save_pretrained = saved


def adapted(options: list[str]) -> list[str]:
    """The options of train.py on a CPU."""
    pairs = dict(zip(options[::2], options[1::2], strict=True))
    for name in ("--deepspeed", "--tf32"):
        pairs.pop(name, None)
    pairs |= {
        "--use_cpu": "True", "--per_device_train_batch_size": "1", "--gradient_accumulation_steps": os.environ["REHEARSAL_ACCUMULATION"],
        "--dataloader_num_workers": "0"}
    return [text for pair in pairs.items() for text in pair]


if __name__ == "__main__":
    main()
