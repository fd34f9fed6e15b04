"""Which captions samples need, and where those belong."""

import base64

from data_juicer.utils.mm_utils import SpecialTokens


class SampleRequests:
    """The captions that a batch of samples needs: each image with each of its prompts once."""

    def __init__(self, operator, rows: list[dict]):
        """
        :param operator: the mapper, for its parameters.
        :param rows: samples.
        """
        self.operator = operator
        self.wanted: list[tuple[str | bytes, str | None]] = list(
            dict.fromkeys(request for row in rows for request, _ in self._places(row, strict=False)))

    def captions(self, row: dict, found: dict) -> tuple[list[list[str]], list[tuple[int, int, int]]]:
        """The captions of a sample's images, `caption_num` each, and their places (0, chunk, image in chunk).

        :param found: captions by what is wanted.
        :raises CaptionError: for an image that has no captions.
        :raises IndexError: for a sample that has fewer images than tokens.
        """
        captions, places = [], []
        for request, place in self._places(row, strict=True):
            caption = found[request]
            if caption.error is not None:
                raise caption.error
            candidates = list(caption.texts)
            # Every round of a greedy search says the same: one was asked for.
            if len(candidates) < self.operator.caption_num:
                candidates = candidates[:1] * self.operator.caption_num
            captions.append(candidates)
            places.append(place)
        return captions, places

    def _places(self, row: dict, strict: bool):
        """An image and its prompt for each token, in the original's order."""
        images = row.get(self.operator.image_key)
        text = row[self.operator.text_key]
        if not images or not isinstance(text, str):
            return
        prompt = self._prompt(row)
        offset = 0
        for chunk_index, chunk in enumerate(text.split(SpecialTokens.eoc)):
            if not chunk.strip():
                continue
            for index in range(chunk.count(SpecialTokens.image)):
                if offset >= len(images):
                    if strict:
                        raise IndexError(f"{len(images)} images, and more tokens for images in the text")
                    return
                yield (self._image(row, images, offset), prompt), (0, chunk_index, index)
                offset += 1

    def _image(self, row: dict, images: list, index: int) -> str | bytes:
        """An image's bytes, if the sample has them itself, as other operators read them; otherwise its path. A JSON file has
        them as Base64, which other operators do not read."""
        own = row.get(getattr(self.operator, "image_bytes_key", "image_bytes"))
        encoded = own[index] if isinstance(own, list) and index < len(own) else None
        if isinstance(encoded, str) and encoded:
            try:
                encoded = base64.b64decode(encoded, validate=True)
            except ValueError:
                # No image, as the worker will say.
                encoded = encoded.encode()
        return encoded if isinstance(encoded, bytes) and encoded else images[index]

    def _prompt(self, row: dict) -> str | None:
        own = row.get(self.operator.prompt_key) if self.operator.prompt_key else None
        if isinstance(own, str):
            return own
        # An empty prompt is none, as in the original.
        return self.operator.prompt or None
