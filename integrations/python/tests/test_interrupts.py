"""Exceptions in the middle of a request, as Ctrl-C in a notebook raises them."""

import faulthandler
import itertools
import os
import random
import signal
import sys
import tempfile
import time
import unittest
from pathlib import Path

import caption_images
from caption_images import Captioner, images

from .support import PICTURES, ToolCase

PACKAGE = str(Path(caption_images.__file__).parent)


class Interrupt(BaseException):
    """As KeyboardInterrupt, of which no code knows."""


class InterruptTests(ToolCase):
    def setUp(self):
        super().setUp()
        # Shorter than that of other tests: what is tested here hangs if it fails.
        faulthandler.dump_traceback_later(240, exit=True)
        self.expected = self.texts()
        self.captioner = Captioner(executable=self.executable, threads=1)
        self.addCleanup(self.captioner.close)

    def check(self):
        self.assertEqual([caption.text for caption in self.captioner.captions(PICTURES)], self.expected)

    def interrupted(self, count, work):
        """Whether `work` was interrupted at the package's line of that number, counted from the call."""
        lines = itertools.count()

        def trace(frame, event, argument):
            if not frame.f_code.co_filename.startswith(PACKAGE):
                return None
            if event == "line" and next(lines) == count:
                sys.settrace(None)
                raise Interrupt
            return trace

        sys.settrace(trace)
        try:
            work()
        except Interrupt:
            return True
        finally:
            sys.settrace(None)
        return False

    def test_an_exception_at_any_line(self):
        """Later captions are those of their images, wherever a request was interrupted."""
        image = {"bytes": Path(PICTURES[0]).read_bytes(), "path": None}
        # It goes through a temporary file, which is removed.
        self.addCleanup(setattr, images, "LARGEST", images.LARGEST)
        images.LARGEST = 1000
        self.addCleanup(setattr, tempfile, "tempdir", tempfile.tempdir)
        tempfile.tempdir = tempfile.mkdtemp(dir=self.folder)
        works = [
            lambda: self.captioner.caption(PICTURES[5]), lambda: self.captioner.caption(image),
            lambda: list(self.captioner.captions(PICTURES[3:6]))]
        for place, work in enumerate(works):
            self.check()
            count = 0
            while self.interrupted(count, work):
                self.assertEqual(self.captioner.caption(PICTURES[count % 12]).text, self.expected[count % 12], (place, count))
                count += 1
            self.assertGreater(count, 30)
            self.check()
            self.assertEqual(os.listdir(tempfile.tempdir), [])
        # In the first request, too, which makes a worker.
        count = 0
        while self.interrupted(count, works[0]):
            self.captioner.close()
            count += 1
        self.check()

    def test_signals_at_any_time(self):
        """Many real signals whose handler raises: nothing hangs, and no caption is another image's."""
        def handle(number, frame):
            raise Interrupt

        before = signal.signal(signal.SIGALRM, handle)
        self.addCleanup(signal.signal, signal.SIGALRM, before)
        self.addCleanup(signal.setitimer, signal.ITIMER_REAL, 0)
        self.check()
        generator = random.Random(1)
        end = time.monotonic() + 20
        interrupts = 0
        while time.monotonic() < end:
            for _ in range(40):
                place = generator.randrange(12)
                try:
                    signal.setitimer(signal.ITIMER_REAL, generator.choice([generator.uniform(1e-5, 1.5e-4), generator.uniform(1e-4, 1e-2)]))
                    self.assertEqual(self.captioner.caption(PICTURES[place]).text, self.expected[place])
                    signal.setitimer(signal.ITIMER_REAL, 0)
                except Interrupt:
                    interrupts += 1
                finally:
                    try:
                        signal.setitimer(signal.ITIMER_REAL, 0)
                    except Interrupt:
                        pass
            self.check()
        self.assertGreater(interrupts, 100)


if __name__ == "__main__":
    unittest.main()
