"""Pillow images and arrays."""

import io
import os
import tempfile
import unittest
import warnings

from caption_images import CaptionError, Captioner

from .support import PICTURES, ToolCase, needs


class ImageCase(ToolCase):
    def setUp(self):
        super().setUp()
        # Numbers show more than texts that the pixels are the same.
        self.captioner = Captioner(executable=self.executable, precision="f32", log_probabilities=True)
        self.addCleanup(self.captioner.close)


class BufferTests(ImageCase):
    """Without any library: arrays are what has their buffer."""

    def test_shapes(self):
        rows = memoryview(bytes(range(240))).cast("B", (4, 20, 3))
        grey = memoryview(bytes(range(80))).cast("B", (4, 20))
        spread = memoryview(bytes(value for value in range(80) for _ in range(3))).cast("B", (4, 20, 3))
        one = memoryview(bytes(range(80))).cast("B", (4, 20, 1))
        self.assertTrue(self.captioner.caption(rows).text)
        expected = self.captioner.caption(spread)
        self.assertEqual(self.captioner.caption(grey), expected)
        self.assertEqual(self.captioner.caption(one), expected)
        self.assertNotEqual(self.captioner.caption(memoryview(bytes(240)).cast("B", (4, 20, 3))), expected)
        for view, cause in (
            (memoryview(bytes(96)).cast("d", (4, 3)), "an array of d"),
            (memoryview(bytes(24)).cast("B", (3, 4, 2)), r"shape \[3, 4, 2\]"), (memoryview(bytes(24)).cast("B", (1, 2, 3, 4)), "shape"),
        ):
            with self.assertRaisesRegex(TypeError, cause):
                self.captioner.caption(view)


@needs("PIL")
class PillowTests(ImageCase):
    def opened(self, path, mode=None):
        from PIL import Image

        image = Image.open(path)
        return image if mode is None else image.convert(mode)

    def test_pillow_images_are_as_their_files(self):
        expected = list(self.captioner.captions(PICTURES))
        self.assertEqual(list(self.captioner.captions(self.opened(path) for path in PICTURES)), expected)

    def test_modes(self):
        for mode in ("1", "L", "LA", "P", "RGBA", "CMYK", "YCbCr", "I", "F", "HSV"):
            with self.subTest(mode):
                image = self.opened(PICTURES[0]).convert("RGB").convert(mode)
                self.assertEqual(self.captioner.caption(image), self.captioner.caption(image.convert("RGB")))

    def test_files_of_all_modes(self):
        """As the tool reads files: transparency is dropped, palettes are looked up, grey is grey."""
        for mode in ("1", "L", "LA", "P", "RGB", "RGBA"):
            with self.subTest(mode), warnings.catch_warnings():
                file = io.BytesIO()
                self.opened(PICTURES[0]).convert("RGB").convert(mode).save(file, "PNG")
                file.seek(0)
                self.assertEqual(self.captioner.caption(self.opened(file)), self.captioner.caption(file.getvalue()))

    def test_orientation(self):
        from PIL import Image

        for orientation in range(1, 9):
            exif = Image.Exif()
            exif[0x0112] = orientation
            file = io.BytesIO()
            self.opened(PICTURES[0], "RGB").crop((0, 0, 200, 90)).save(file, "JPEG", exif=exif)
            found = []
            for options in (
                {"exif_orientation": "apply"}, {"exif_orientation": "ignore"}, {"compat": "better-synth"}, {"arguments": ["--compat", "better-synth"]},
                {"compat": "better-synth", "exif_orientation": "apply"}, {"compat": "data-juicer-1.6"},
            ):
                with self.subTest((orientation, options)):
                    file.seek(0)
                    with Captioner(executable=self.executable, precision="f32", log_probabilities=True, **options) as captioner:
                        found.append(captioner.caption(self.opened(file)))
                        self.assertEqual(found[-1], captioner.caption(file.getvalue()))
            if orientation == 6:
                self.assertNotEqual(found[0], found[1])

    def test_images_that_pillow_cannot_decode(self):
        with open(PICTURES[1], "rb") as file:
            content = file.read()
        image = self.opened(io.BytesIO(content[:len(content) // 2]))
        caption, other = self.captioner.captions([image, self.opened(PICTURES[0])])
        self.assertEqual(caption.error.stage, "decode")
        self.assertIsNone(other.error)
        with self.assertRaisesRegex(CaptionError, "truncated"):
            self.captioner.caption(image)

    def test_images_that_are_too_large_for_a_line(self):
        before = set(os.listdir(tempfile.gettempdir()))
        # Rows of this width are padded in a BMP.
        large = self.opened(PICTURES[0], "RGB").resize((4501, 4000))
        file = io.BytesIO()
        large.save(file, "PNG")
        expected = self.captioner.caption(file.getvalue())
        self.assertEqual(self.captioner.caption(large), expected)
        grey = large.convert("L").resize((8001, 6001))
        self.assertEqual(self.captioner.caption(grey), self.captioner.caption(grey.convert("RGB")))
        left = {name for name in set(os.listdir(tempfile.gettempdir())) - before if name.startswith("caption-images-") and name.endswith(".tmp")}
        self.assertEqual(left, set())


@needs("numpy")
class ArrayTests(ImageCase):
    def test_arrays(self):
        import numpy

        generator = numpy.random.default_rng(0)
        rgb = generator.integers(0, 256, (70, 90, 3), numpy.uint8)
        expected = self.captioner.caption(rgb)
        rgba = numpy.concatenate([rgb, generator.integers(0, 256, (70, 90, 1), numpy.uint8)], axis=2)
        for same in (rgba, rgba[:, :, :3], numpy.asfortranarray(rgb), rgb[::-1][::-1], rgb[:, ::-1][:, ::-1]):
            self.assertEqual(self.captioner.caption(same), expected)
        self.assertNotEqual(self.captioner.caption(rgb[::-1]), expected)
        self.assertEqual(self.captioner.caption(rgb[:, :, 0]), self.captioner.caption(numpy.repeat(rgb[:, :, :1], 3, axis=2)))
        self.assertEqual(self.captioner.caption(rgb[:, :, :1]), self.captioner.caption(rgb[:, :, 0]))
        with open(PICTURES[0], "rb") as file:
            content = file.read()
        self.assertEqual(self.captioner.caption(numpy.frombuffer(content, numpy.uint8)), self.captioner.caption(content))

    def test_arrays_of_arrays(self):
        """Of four dimensions they are images; of fewer they could be one."""
        import numpy

        images = numpy.random.default_rng(1).integers(0, 256, (3, 20, 30, 3), numpy.uint8)
        found = list(self.captioner.captions(images))
        self.assertEqual(found, [self.captioner.caption(image) for image in images])
        for image in (images[0], images[0, :, :, 0], images.ravel()):
            with self.assertRaisesRegex(TypeError, "images is a single ndarray"):
                self.captioner.captions(image)
        paths = numpy.array(PICTURES)
        self.assertEqual(list(self.captioner.captions(paths)), list(self.captioner.captions(PICTURES)))
        with self.assertRaisesRegex(TypeError, "images is a single"):
            self.captioner.captions(images[0, 0, 0, 0])

    def test_numbers_of_numpy(self):
        import numpy

        options = {"threads": numpy.int64(1), "batch_size": numpy.uint8(4), "sample": numpy.bool_(True), "temperature": numpy.float32(0.5), "seed": numpy.int64(3)}
        with Captioner(executable=self.executable, **options) as captioner:
            found = captioner.caption(PICTURES[0])
        with Captioner(executable=self.executable, threads=1, batch_size=4, sample=True, temperature=0.5, seed=3) as captioner:
            self.assertEqual(captioner.caption(PICTURES[0]), found)
        bad, good = self.captioner.captions(PICTURES[:2], numpy.array([numpy.int64(1), None], object))
        self.assertEqual((bad.error.stage, good.error), ("request", None))

    def test_what_is_no_image(self):
        import numpy

        for array, cause in (
            (numpy.zeros((4, 5, 3)), "an array of float64 is no image"), (numpy.zeros((4, 5, 3), bool), "an array of bool"),
            (numpy.zeros((3, 4, 5), numpy.uint8), r"shape \[3, 4, 5\]"), (numpy.zeros((2, 4, 5, 3), numpy.uint8), "shape"),
            (numpy.zeros((4, 5), numpy.int8), "an array of int8"), (numpy.array([None]), "no "), (numpy.array("2024", "M8[D]"), "no "),
        ):
            with self.assertRaisesRegex(TypeError, cause):
                self.captioner.caption(array)
        with self.assertRaisesRegex(CaptionError, "5 x 0 pixels is empty"):
            self.captioner.caption(numpy.zeros((0, 5, 3), numpy.uint8))


if __name__ == "__main__":
    unittest.main()
