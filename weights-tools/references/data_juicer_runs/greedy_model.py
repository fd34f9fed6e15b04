"""The recipe's own model in `image_captioning_mapper`, with what it leaves to chance taken away."""

import types


def install(module: types.ModuleType) -> None:
    """Makes the operator in `module` generate greedily, and take the first of its candidates, which are all the same.

    Data-Juicer 1.6 calls the image token 50265, whatever the model calls it, which is outside of a small model's
    vocabulary; the model's own number is put back.
    """
    get = module.get_model

    def get_model(*arguments, **named):
        model, processor = get(*arguments, **named)
        if not hasattr(model, "sampling_generate"):
            model.sampling_generate = model.generate
            number = getattr(model.config, "image_token_index", None)

            def generate(**inputs):
                model.config.image_token_index = number
                return model.sampling_generate(**inputs | {"do_sample": False})

            model.generate = generate
        return model, processor

    module.get_model = get_model
    module.random = types.SimpleNamespace(choice=lambda candidates: candidates[0])
