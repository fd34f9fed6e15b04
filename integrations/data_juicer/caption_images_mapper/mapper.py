"""Data-Juicer's `image_captioning_mapper` with `caption-images` for its model.

What becomes of captions (candidates, chunks, special tokens, original samples) is the code of the original, whose subclass
this is. Generation is a `caption-images -` in each process that runs the operator; no torch, no transformers.
"""

from data_juicer.ops.base_op import OP, OPERATORS, catch_map_batches_exception, wrap_mapper_with_tracer
from data_juicer.ops.mapper.image_captioning_mapper import ImageCaptioningMapper
from data_juicer.utils.ray_utils import is_ray_mode
from loguru import logger
from pydantic import PositiveInt

from .requests import SampleRequests
from .workers import captioner_for, close_captioners

MEMORY = {"f32": "16GB", "int8": "5GB"}
"""What a process takes with blip2-opt-2.7b, as Data-Juicer plans it; see docs/architecture.md. Otherwise 9GB."""


@OPERATORS.register_module("caption_images_mapper")
class CaptionImagesMapper(ImageCaptioningMapper):
    """Captions the images of samples as `image_captioning_mapper` does, with the `caption-images` tool for its model."""

    _accelerator = "cpu"
    _batched_op = True

    def __init__(
        self,
        hf_img2seq: str | None = "Salesforce/blip2-opt-2.7b",
        trust_remote_code: bool = False,
        caption_num: PositiveInt = 1,
        keep_candidate_mode: str = "random_any",
        keep_original_sample: bool = True,
        prompt: str | None = None,
        prompt_key: str | None = None,
        gpu_batch_size: PositiveInt = 8,
        executable: str | None = None,
        precision: str | None = None,
        threads: PositiveInt | None = None,
        worker_batch_size: PositiveInt | None = None,
        sample: bool = True,
        seed: int = 0,
        worker_arguments: list[str] | None = None,
        *args,
        **kwargs,
    ):
        """
        Initialization method. Up to `gpu_batch_size` the parameters are the original's.

        :param hf_img2seq: a checkpoint folder, or the name of a downloaded model, `--model` of the tool; None for its
            demo model.
        :param trust_remote_code: has no effect: no code comes with a model.
        :param gpu_batch_size: images that go through the model together, where `worker_batch_size` is not given.
        :param executable: the `caption-images` program, by its path or by name on the PATH; by default what the environment
            variable CAPTION_IMAGES says, or `caption-images` on the PATH.
        :param precision: f32, bf16 or int8; by default the tool's own choice.
        :param threads: of each process; by default its share of the processors, with Ray `num_cpus`.
        :param worker_batch_size: images that go through the model together.
        :param sample: draw tokens at random, as the original does, or take the most probable.
        :param seed: with the same seed an image gets the same captions, whichever process captions it.
        :param worker_arguments: more options of `caption-images`, such as ["--transformers", "4"].
        """
        # The original plans with 16GB unless configured otherwise.
        kwargs["memory"] = kwargs.get("memory") or MEMORY.get(precision, "9GB")
        if is_ray_mode() and threads:
            # Ray counts a task as one processor unless configured otherwise.
            kwargs["num_cpus"] = kwargs.get("num_cpus") or threads
        super().__init__(
            hf_img2seq, trust_remote_code, caption_num, keep_candidate_mode, keep_original_sample, prompt, prompt_key,
            gpu_batch_size, *args, **kwargs)
        self.model = hf_img2seq
        self.executable = executable
        self.precision = precision
        self.threads = threads
        self.worker_batch_size = worker_batch_size or gpu_batch_size
        self.sample = sample
        self.seed = seed
        self.worker_arguments = worker_arguments or []
        # Samples are failed one by one below. What ends the worker concerns all of them: were it skipped like the
        # fault of a sample, a run could lose everything and still succeed.
        self.process = catch_map_batches_exception(self.process_batched, skip_op_error=False, op_name=self._name)

    def run(self, dataset, *, exporter=None, tracer=None):
        """As `Mapper.run`, which asks torch to free a GPU afterwards, and installs torch for that where there is none."""
        dataset = OP.run(self, dataset)
        process = wrap_mapper_with_tracer(self.process, self._name, self.text_key, tracer, self.is_batched_op())
        try:
            return dataset.map(
                process, num_proc=self.runtime_np(), batch_size=self.batch_size, desc=self._name + "_process")
        finally:
            close_captioners()

    def process_batched(self, samples, rank=None):
        """As the original; but of a batch only the sample is lost whose image has no caption."""
        keys = list(samples)
        rows = [dict(zip(keys, values)) for values in zip(*samples.values())]
        requests = SampleRequests(self, rows)
        images, prompts = zip(*requests.wanted) if requests.wanted else ((), ())
        captions = dict(zip(requests.wanted, captioner_for(self).captions(images, prompts)))
        results = []
        for row in rows:
            try:
                results += self._distribute_captions(*requests.captions(row, captions), [row])
            except Exception as error:
                if not self.skip_op_error:
                    raise
                logger.error(f"An error occurred in {self._name}, and its sample is left out: {error}")
        return {key: [result[key] for result in results] for key in keys}
