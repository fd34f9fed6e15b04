"""Captions and scores of files and bytes."""

import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from caption_images import Captioner, CaptionError, WorkerError, find_executable
from caption_images.command import NEGATABLE

from .support import PICTURES, ToolCase


class CaptionerTests(ToolCase):
    def setUp(self):
        super().setUp()
        self.captioner = Captioner(executable=self.executable, precision="f32")
        self.addCleanup(self.captioner.close)

    def test_one_image(self):
        expected = self.texts(PICTURES[:1])[0]
        self.assertIsNone(self.captioner.pid)
        self.assertEqual(self.captioner.caption(PICTURES[0]).text, expected)
        pid = self.captioner.pid
        self.assertEqual(self.processes(), [pid])
        content = Path(PICTURES[0]).read_bytes()
        for image in (Path(PICTURES[0]), content, bytearray(content), memoryview(content), {"bytes": content, "path": None},
                      {"bytes": None, "path": PICTURES[0]}, "file://" + PICTURES[0]):
            self.assertEqual(str(self.captioner.caption(image)), expected)
        self.assertEqual(self.captioner.pid, pid)
        self.captioner.close()
        self.assertEqual(self.processes(), [])
        # Another one is started where it is needed.
        self.assertEqual(self.captioner.caption(PICTURES[0]).text, expected)

    def test_many_images_in_their_order(self):
        expected = self.texts()
        images = (PICTURES[index % 12] for index in range(2000))
        for index, caption in enumerate(self.captioner.captions(images)):
            self.assertEqual(caption.text, expected[index % 12])
        self.assertEqual(index, 1999)
        self.assertEqual(list(self.captioner.captions([])), [])

    def test_images_are_taken_some_batches_ahead(self):
        taken = []

        def endless():
            while True:
                taken.append(1)
                yield PICTURES[len(taken) % 12]

        captions = self.captioner.captions(endless())
        for count in range(1, 101):
            next(captions)
            self.assertLessEqual(len(taken), count + 3 * 8)
        captions.close()
        # Requests whose answers are not read do not disturb later ones.
        self.assertEqual(self.captioner.caption(PICTURES[0]).text, self.texts(PICTURES[:1])[0])

    def test_bad_images_are_errors_of_their_own(self):
        broken = self.folder / "broken.png"
        broken.write_bytes(b"no picture")
        found = list(self.captioner.captions([PICTURES[0], "/missing.png", broken, b"", None, PICTURES[1]]))
        self.assertEqual([caption.error and caption.error.stage for caption in found], [None, "read", "decode", "decode", "read", None])
        self.assertIn("/missing.png", str(found[1].error))
        self.assertEqual(found[1].error.path, "/missing.png")
        self.assertTrue(str(found[2].error).startswith(f"{broken}: "))
        self.assertEqual(found[1].texts, ())
        with self.assertRaises(CaptionError):
            found[1].text
        with self.assertRaisesRegex(CaptionError, "/missing.png"):
            self.captioner.caption("/missing.png")
        for image in (7, object(), ["a.png"], {}, {"url": "x"}):
            with self.assertRaises(TypeError):
                self.captioner.caption(image)

    def test_faults_of_one_image_do_not_end_the_others(self):
        first = self.texts(PICTURES[:1])[0]
        before, temporary = os.getcwd(), tempfile.tempdir
        self.addCleanup(os.chdir, before)
        self.addCleanup(setattr, tempfile, "tempdir", temporary)
        gone = self.folder / "gone"
        gone.mkdir()
        os.chdir(gone)
        gone.rmdir()
        tempfile.tempdir = str(gone)
        large = bytes(50 << 20)
        for image, stage, cause in (
            ("a\ud800b", "read", "is no path"), ("relative.png", "read", "no working directory"), ("/a\0b", "request", "image is no path"),
            (large, "read", "an image of 52428800 bytes is too large for a request"),
        ):
            with self.subTest(cause):
                bad, good = self.captioner.captions([image, PICTURES[0]])
                self.assertEqual(bad.error.stage, stage)
                self.assertIn(cause, bad.error.message)
                self.assertEqual(good.text, first)
        for prompt in (5, float("nan"), b"a", "a\ud800", "a" * (65 << 20)):
            with self.subTest(str(prompt)[:10]):
                bad, good = self.captioner.captions(PICTURES[:1] * 2, [prompt, None])
                self.assertEqual(bad.error.stage, "request")
                self.assertEqual(good.text, first)

    def test_errors_name_what_the_caller_knows(self):
        bad = self.captioner.captions([bytes(50 << 20), {"bytes": b"no image", "path": "a/b.png"}, {"bytes": bytes(50 << 20), "path": "c.png"}])
        errors = [caption.error for caption in bad]
        self.assertEqual([error.path for error in errors], [None, "a/b.png", "c.png"])
        self.assertTrue(str(errors[1]).startswith("a/b.png: "))
        for error in errors:
            self.assertNotIn("caption-images-", str(error))
        # Not the number of a line that the caller has not written.
        with self.assertRaisesRegex(CaptionError, "^texts is empty$"):
            self.captioner.score(PICTURES[0], [])

    def test_one_image_in_place_of_many(self):
        content = Path(PICTURES[0]).read_bytes()
        for image in (PICTURES[0], Path(PICTURES[0]), content, bytearray(content), memoryview(content), {"bytes": content}):
            with self.assertRaisesRegex(TypeError, "images is a single .*: expected an iterable"):
                self.captioner.captions(image)
            with self.assertRaisesRegex(TypeError, "images is a single"):
                self.captioner.scores(image, [["a"]])
        for call in (
            lambda: self.captioner.score(PICTURES[0], "a dog"), lambda: self.captioner.scores(PICTURES, "a dog"),
            lambda: list(self.captioner.scores(PICTURES, ["a dog"] * 12)),
        ):
            with self.assertRaisesRegex(TypeError, "texts is a single str"):
                call()

    def test_captions_before_a_failure_of_the_iterable(self):
        def images():
            yield from PICTURES[:3]
            raise LookupError("no more")

        found = []
        with self.assertRaisesRegex(LookupError, "no more"):
            for caption in self.captioner.captions(images()):
                found.append(caption.text)
        self.assertEqual(found, self.texts(PICTURES[:3]))

    def test_prompts(self):
        expected = [
            answer["caption"] for answer in self.by_hand(
                [{"image": PICTURES[8], "prompt": "a blue"}, {"image": PICTURES[8]}, {"image": PICTURES[8], "prompt": ""}], "--precision=f32")]
        self.assertNotEqual(expected[0], expected[1])
        image = PICTURES[8]
        self.assertEqual(self.captioner.caption(image, prompt="a blue").text, expected[0])
        self.assertEqual([caption.text for caption in self.captioner.captions([image] * 3, ["a blue", None, ""])], expected)
        self.assertEqual([caption.text for caption in self.captioner.captions([image] * 2, "a blue")], expected[:1] * 2)
        with self.assertRaisesRegex(ValueError, "fewer prompts than images"):
            list(self.captioner.captions([image] * 2, ["a blue"]))
        with self.assertRaisesRegex(CaptionError, "prompt"):
            self.captioner.caption(image, prompt="red " * 500)
        with Captioner(executable=self.executable, precision="f32", prompt="a blue") as other:
            self.assertEqual(other.caption(image).text, expected[0])
            self.assertEqual([caption.text for caption in other.captions([image] * 2, [None, ""])], [expected[0], expected[2]])

    def test_options(self):
        options = {"sample": True, "temperature": 5.0, "num_captions": 3, "seed": 7, "log_probabilities": True, "bad_word": ["red", "blue"]}
        arguments = [
            "--sample", "--temperature=5.0", "--num-captions=3", "--seed=7", "--log-probabilities", "--bad-word=red", "--bad-word=blue",
            "--min-new-tokens=4"]
        answer, = self.by_hand([{"image": PICTURES[8]}], *arguments)
        with Captioner(executable=self.executable, arguments=["--min-new-tokens=4"], **options) as captioner:
            caption = captioner.caption(PICTURES[8])
        self.assertEqual(list(caption.texts), answer["captions"])
        self.assertEqual(list(caption.log_probabilities), answer["log_probabilities"])
        with Captioner(executable=self.executable, log_probabilities=True) as captioner:
            self.assertEqual(len(captioner.caption(PICTURES[8]).log_probabilities), 1)

    def test_kinds_of_options(self):
        class Whole(int):
            pass

        class Index:
            def __index__(self):
                return 2

        with Captioner(
            executable=Path(self.executable), threads=Index(), num_beams=Whole(2), lora=None, prompt="", sample=False, log_probabilities=False,
            keep_whitespace=False,
        ) as captioner:
            self.assertTrue(captioner.caption(PICTURES[0]).text)
        with self.assertRaisesRegex(WorkerError, "/no/such/folder"):
            Captioner(Path("/no/such/folder"), executable=self.executable).caption(PICTURES[0])
        self.assertIn("'/no/such/file'", repr(Captioner(config=Path("/no/such/file"))))
        with self.assertRaisesRegex(TypeError, r"arguments is a list, such as \['--sample'\]"):
            Captioner(arguments="--sample")
        with self.assertRaisesRegex(TypeError, "cannot be a set"):
            Captioner(bad_word={"red"})

    def test_options_that_can_be_denied(self):
        """The table is that of the tool."""
        text = subprocess.run([self.executable, "caption", "--help"], capture_output=True, text=True, check=True, timeout=60).stdout
        self.assertEqual(set(re.findall(r"--([a-z-]+)/--no-\1", text)), NEGATABLE)

    def test_names_that_are_not_utf8(self):
        name = os.fsencode(str(self.folder)) + b"/caf\xe9%20.png"
        with open(name, "wb") as file:
            file.write(Path(PICTURES[0]).read_bytes())
        self.assertEqual(self.captioner.caption(os.fsdecode(name)).text, self.texts(PICTURES[:1])[0])

    def test_relative_paths_start_where_the_caller_is(self):
        self.captioner.caption(PICTURES[0])
        before = os.getcwd()
        self.addCleanup(os.chdir, before)
        os.chdir(os.path.dirname(PICTURES[1]))
        self.assertEqual(self.captioner.caption(os.path.basename(PICTURES[1])).text, self.texts(PICTURES[1:2])[0])

    def test_a_truncated_file_has_a_note(self):
        jpeg = next(path for path in PICTURES if path.endswith(".jpg"))
        content = Path(jpeg).read_bytes()
        caption = self.captioner.caption(content[:len(content) * 3 // 4])
        self.assertTrue(caption.text)
        self.assertIn("ends early", caption.note)

    def test_bytes_that_are_too_many_for_a_line(self):
        # The decoder ignores what follows an image.
        content = Path(PICTURES[0]).read_bytes() + bytes(50 << 20)
        self.assertEqual(self.captioner.caption(content).text, self.texts(PICTURES[:1])[0])


class ScoreTests(ToolCase):
    def setUp(self):
        super().setUp()
        self.captioner = Captioner(executable=self.executable, precision="f32")
        self.addCleanup(self.captioner.close)

    def test_scores_of_texts(self):
        texts = ["a red triangle", "a blue circle"]
        answer, = self.by_hand([{"image": PICTURES[8], "texts": texts}], "--precision=f32")
        scores = self.captioner.score(PICTURES[8], texts)
        self.assertEqual([score.log_probability for score in scores], [score["log_probability"] for score in answer["scores"]])
        self.assertEqual([score.mean_log_probability for score in scores], [score["mean_log_probability"] for score in answer["scores"]])
        self.assertGreater(scores[0].log_probability, scores[1].log_probability)
        self.assertEqual(self.captioner.score(Path(PICTURES[8]).read_bytes(), texts), scores)
        prompted, = self.captioner.score(PICTURES[8], ["triangle"], prompt="a red")
        self.assertGreater(prompted.log_probability, self.captioner.score(PICTURES[8], ["triangle"])[0].log_probability)

    def test_scores_of_many_images(self):
        texts = [[caption, "a key"] for caption in self.texts()]
        found = list(self.captioner.scores([*PICTURES, "/missing.png"], [*texts, ["a"]]))
        self.assertEqual([len(result.scores) for result in found], [2] * 12 + [0])
        self.assertEqual(found[12].error.stage, "read")
        for index, result in enumerate(found[:12]):
            self.assertEqual(result.scores, self.captioner.score(PICTURES[index], texts[index]))
        with self.assertRaisesRegex(CaptionError, "texts is empty"):
            self.captioner.score(PICTURES[0], [])
        with self.assertRaisesRegex(ValueError, "fewer texts than images"):
            list(self.captioner.scores(PICTURES, texts[:2]))


class ExecutableTests(ToolCase):
    def setUp(self):
        super().setUp()
        before = dict(os.environ)
        self.addCleanup(lambda: (os.environ.clear(), os.environ.update(before)))
        os.environ["PATH"] = str(self.folder / "elsewhere")
        os.environ.pop("CAPTION_IMAGES", None)

    def test_where_the_program_is_looked_for(self):
        with self.assertRaisesRegex(WorkerError, "not on the PATH.*CAPTION_IMAGES.*swift build -c release --product caption-images"):
            Captioner().caption(PICTURES[0])
        os.environ["PATH"] = str(self.folder)
        self.assertEqual(find_executable(), self.executable)
        os.environ["CAPTION_IMAGES"] = "/no/such/program"
        with self.assertRaisesRegex(WorkerError, "/no/such/program, which the environment variable CAPTION_IMAGES names.*swift build"):
            find_executable()
        self.assertEqual(find_executable(self.executable), self.executable)
        self.assertEqual(find_executable(Path(self.executable)), self.executable)
        with self.assertRaisesRegex(WorkerError, f"{self.folder} is a folder"):
            find_executable(self.folder)
        os.environ["CAPTION_IMAGES"] = str(self.folder / "text")
        (self.folder / "text").write_text("no program")
        with self.assertRaisesRegex(WorkerError, "text, which the environment variable CAPTION_IMAGES names, may not be executed"):
            find_executable()
        with self.assertRaisesRegex(WorkerError, "no program missing-tool.*swift build"):
            Captioner(executable="missing-tool").caption(PICTURES[0])

    def test_workers_that_cannot_run_say_why(self):
        for options, cause in (({"model": str(self.folder / "no-model")}, "no-model"), ({"precision": "f31"}, "f31"), ({"nonsense": 1}, "nonsense")):
            with Captioner(executable=self.executable, **options) as captioner:
                with self.assertRaisesRegex(WorkerError, f"cannot run: exit status .*{cause}"):
                    captioner.caption(PICTURES[0])
                with self.assertRaises(WorkerError):
                    list(captioner.captions(PICTURES))
        for options in ({"batch_size": "x"}, {"num_captions": "x"}, {"prompt": "a\0b"}, {"help": True}, {"batch_size": 0}):
            with self.subTest(options), Captioner(executable=self.executable, **options) as captioner, self.assertRaises(WorkerError):
                list(captioner.captions(PICTURES))
        with self.assertRaisesRegex(WorkerError, "cannot start"):
            program = self.folder / "no-program"
            program.write_text("#!/no/such/interpreter\n")
            program.chmod(0o755)
            Captioner(executable=program).caption(PICTURES[0])

    def test_another_program(self):
        with Captioner(executable=self.fake()) as captioner, self.assertRaisesRegex(WorkerError, "writes what is no answer"):
            captioner.caption("garbage")
        with Captioner(executable="/bin/cat") as captioner, self.assertRaisesRegex(WorkerError, "writes what is no answer"):
            captioner.caption("a.png")


if __name__ == "__main__":
    unittest.main()
