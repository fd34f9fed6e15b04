"""Workers that die, processes that fork, threads, pickles, and ends."""

import os
import pickle
import signal
import subprocess
import sys
import textwrap
import threading
import unittest
from pathlib import Path

from caption_images import Captioner, WorkerError

from .support import PICTURES, ToolCase

PACKAGE = Path(__file__).resolve().parent.parent


class ProgramCase(ToolCase):
    def run_python(self, code: str, expected_status: int = 0) -> str:
        environment = os.environ | {
            "PYTHONPATH": str(PACKAGE), "CAPTION_IMAGES": self.executable, "PYTHONDEVMODE": "1",
            # From 3.12 on Python warns of any fork of a process with threads.
            "PYTHONWARNINGS": "default,ignore:This process:DeprecationWarning"}
        result = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(code), *PICTURES], env=environment, capture_output=True, text=True, check=False, timeout=600)
        self.assertEqual(result.returncode, expected_status, result.stderr)
        self.assertEqual(result.stderr, "")
        return result.stdout


class DyingWorkerTests(ProgramCase):
    def test_a_worker_that_is_killed_is_started_again(self):
        expected = self.texts()
        for number in (signal.SIGKILL, signal.SIGTERM):
            with self.subTest(number), Captioner(executable=self.executable) as captioner:
                pids = set()
                for index, caption in enumerate(captioner.captions(PICTURES[index % 12] for index in range(1500))):
                    self.assertEqual(caption.text, expected[index % 12])
                    pids.add(captioner.pid)
                    if index == 700:
                        os.kill(captioner.pid, number)
                self.assertEqual(index, 1499)
                self.assertEqual(len(pids - {None}), 2)

    def test_a_worker_that_died_between_requests(self):
        with Captioner(executable=self.executable) as captioner:
            expected = captioner.caption(PICTURES[0])
            os.kill(captioner.pid, signal.SIGKILL)
            self.assertEqual(captioner.caption(PICTURES[0]), expected)

    def test_every_request_is_answered_once(self):
        once = str(self.folder / "once")
        with Captioner(executable=self.fake()) as captioner:
            names = [str(self.folder / f"{index}") for index in range(100)]
            names[50] = once
            self.assertEqual([caption.text for caption in captioner.captions(names)], [os.path.basename(name) for name in names])
        answered = (self.folder / "fake.log").read_text().split()
        self.assertEqual(answered, [os.path.basename(name) for name in names])

    def test_a_request_of_which_workers_die_ends_the_captions(self):
        with Captioner(executable=self.fake(), batch_size=4) as captioner:
            found = []
            with self.assertRaisesRegex(WorkerError, "died twice without an answer: ended by signal 9.*ready"):
                for caption in captioner.captions([f"/{index}" for index in range(30)] + ["/poison"] + ["/after"] * 30):
                    found.append(caption.text)
            self.assertEqual(found, [str(index) for index in range(30)])
            # What did not kill it can still be asked.
            self.assertEqual(captioner.caption("/after").text, "after")

    def test_answers_belong_to_the_requests_of_their_ids(self):
        program = self.folder / "swapping"
        program.write_text(f"""#!{sys.executable}
import json, sys
while lines := [line for line in (sys.stdin.readline(), sys.stdin.readline()) if line]:
    for line in reversed(lines):
        request = json.loads(line)
        answer = {{"id": request["id"], "caption": request["image"]}}
        if "strange" in request["image"]:
            answer["id"] += 100
        print(json.dumps(answer), flush=True)
""")
        program.chmod(0o755)
        with Captioner(executable=program) as captioner:
            self.assertEqual([caption.text for caption in captioner.captions(["/a", "/b", "/c", "/d"])], ["/a", "/b", "/c", "/d"])
            with self.assertRaisesRegex(WorkerError, "writes what is no answer"):
                list(captioner.captions(["/a", "/strange"]))

    def test_an_iterator_ends_with_its_captioner(self):
        with Captioner(executable=self.executable) as captioner:
            captions, later = captioner.captions(PICTURES * 50), captioner.captions(PICTURES)
            next(captions)
        for iterator in (captions, later):
            with self.assertRaisesRegex(WorkerError, "closed"):
                list(iterator)
        self.assertEqual(self.processes(), [])
        # Others are begun anew.
        with captioner:
            self.assertEqual([caption.text for caption in captioner.captions(PICTURES)], self.texts())

    def test_a_captioner_that_is_collected_by_a_log_call(self):
        """The collector runs in the thread that starts the next process, and ends a captioner there."""
        code = """
            import faulthandler, gc, logging, os, signal, sys, time
            from caption_images import Captioner
            faulthandler.dump_traceback_later(60, exit=True)
            gc.disable()
            done = []

            class Handler(logging.Handler):
                def emit(self, record):
                    if "started again" in record.getMessage():
                        done.append(gc.collect())

            logger = logging.getLogger("caption_images")
            logger.setLevel(logging.INFO)
            logger.addHandler(Handler())

            class Job:
                def __init__(self):
                    self.captioner, self.me = Captioner(), self

            job = Job()
            captions = job.captioner.captions(sys.argv[1:])
            job.captioner.caption(sys.argv[1])
            pid = job.captioner.pid
            os.kill(pid, signal.SIGSTOP)
            job.captioner._send(sys.argv[1])
            del job, captions
            os.kill(pid, signal.SIGKILL)
            while not done:
                time.sleep(0.01)
            print("fine")
        """
        self.assertEqual(self.run_python(code), "fine\n")
        self.wait_until(lambda: not self.processes())

    def test_close_fails_what_waits(self):
        program = self.folder / "silent"
        program.write_text("#!/bin/sh\nexec sleep 1000\n")
        program.chmod(0o755)
        captioner = Captioner(executable=program)
        errors = []

        def ask():
            try:
                captioner.caption(PICTURES[0])
            except WorkerError as error:
                errors.append(str(error))

        thread = threading.Thread(target=ask)
        thread.start()
        self.wait_until(lambda: captioner.pid is not None)
        captioner.close()
        thread.join(60)
        self.assertEqual(errors, ["the captioner was closed before it answered"])


class ProcessTests(ProgramCase):
    def test_a_fork_has_a_worker_of_its_own(self):
        captioner = Captioner(executable=self.executable)
        expected = captioner.caption(PICTURES[0])
        pid = captioner.pid
        child = os.fork()
        if child == 0:
            status = 1
            try:
                before = captioner.pid
                fine = before is None and captioner.caption(PICTURES[0]) == expected and captioner.pid not in (None, pid)
                status = 0 if fine else 1
            finally:
                # As pools end their processes: nothing is cleaned up.
                os._exit(status)
        self.assertEqual(os.waitpid(child, 0)[1], 0)
        self.assertEqual(captioner.caption(PICTURES[0]), expected)
        self.assertEqual(captioner.pid, pid)
        captioner.close()

    def test_a_fork_during_captions(self):
        """Locks that other threads hold, and requests that are waiting, are the parent's alone."""
        captioner = Captioner(executable=self.executable)
        expected = self.texts()
        captions = captioner.captions(PICTURES * 20)
        children = []
        for index in range(len(PICTURES) * 20):
            self.assertEqual(next(captions).text, expected[index % 12])
            if index % 60 == 30:
                child = os.fork()
                if child == 0:
                    status = 1
                    try:
                        status = 0 if captioner.caption(PICTURES[0]).text == expected[0] else 1
                    finally:
                        os._exit(status)
                children.append(child)
        self.assertEqual([os.waitpid(child, 0)[1] for child in children], [0] * len(children))
        captioner.close()

    def test_an_iterator_that_a_fork_inherits(self):
        """Its requests were the parent's, whose answers the fork cannot have."""
        captioner = Captioner(executable=self.executable)
        captions = captioner.captions(PICTURES * 10)
        next(captions)
        child = os.fork()
        if child == 0:
            status = 1
            signal.alarm(60)
            try:
                list(captions)
            except WorkerError as error:
                status = 0 if "another process" in str(error) and captioner.pid is None else 1
            finally:
                os._exit(status)
        self.assertEqual(os.waitpid(child, 0)[1], 0)
        self.assertEqual([caption.text for caption in captions], (self.texts() * 10)[1:])
        captioner.close()

    def test_threads_share_a_worker(self):
        expected = self.texts()
        with Captioner(executable=self.executable) as captioner:
            found = {}

            def ask(place):
                found[place] = [captioner.caption(PICTURES[(place + index) % 12]).text for index in range(30)]

            threads = [threading.Thread(target=ask, args=(place,)) for place in range(12)]
            for thread in threads:
                thread.start()
            # A caption in the midst of others, too.
            for index, caption in enumerate(captioner.captions(PICTURES * 5)):
                self.assertEqual(caption.text, expected[index % 12])
                if index % 10 == 0:
                    self.assertEqual(captioner.caption(PICTURES[3]).text, expected[3])
            for thread in threads:
                thread.join(60)
            for place in range(12):
                self.assertEqual(found[place], [expected[(place + index) % 12] for index in range(30)])
            self.assertEqual(len(self.processes()), 1)

    def test_pickles_have_the_options_alone(self):
        captioner = Captioner(executable=self.executable, precision="f32", num_beams=2)
        before = pickle.dumps(captioner)
        expected = captioner.caption(PICTURES[0])
        self.assertEqual(pickle.dumps(captioner), before)
        self.assertEqual(pickle.dumps(Captioner(num_beams=2, precision="f32", executable=Path(self.executable))), before)
        self.assertNotEqual(pickle.dumps(Captioner(executable=self.executable, precision="f32", num_beams=3)), before)
        copy = pickle.loads(before)
        self.assertIsNone(copy.pid)
        self.assertEqual(copy.caption(PICTURES[0]), expected)
        self.assertEqual(len(self.processes()), 2)
        copy.close()
        captioner.close()
        with self.assertRaises(TypeError):
            Captioner(nonsense=object())

    def test_errors_can_be_pickled(self):
        with Captioner(executable=self.executable) as captioner:
            caption, = captioner.captions(["/missing.png"])
            copy = pickle.loads(pickle.dumps(caption))
            self.assertEqual((str(copy.error), copy.error.stage), (str(caption.error), "read"))

    def test_a_captioner_that_is_gone_ends_its_worker(self):
        captioner = Captioner(executable=self.executable)
        captioner.caption(PICTURES[0])
        self.assertEqual(len(self.processes()), 1)
        del captioner
        self.wait_until(lambda: not self.processes())

    def test_the_end_of_python_ends_the_worker(self):
        code = """
            import sys
            from caption_images import Captioner
            captioner = Captioner()
            captions = captioner.captions(sys.argv[1:] * 100)
            print(next(captions))
            {}
        """
        expected = self.texts(PICTURES[:1])[0] + "\n"
        for end, status in (("", 0), ("sys.exit(3)", 3), ("import os; sys.stdout.flush(); os.kill(os.getpid(), 9)", -9)):
            with self.subTest(end):
                self.assertEqual(self.run_python(code.format(end), status), expected)
                self.wait_until(lambda: not self.processes())

    def test_a_killed_python_ends_its_worker_although_a_fork_of_it_lives(self):
        """The fork has no end of the pipe that the worker waits at."""
        code = """
            import os, sys, time
            from caption_images import Captioner
            captioner = Captioner()
            captioner.caption(sys.argv[1])
            fork = os.fork()
            if fork == 0:
                for descriptor in range(3):
                    os.close(descriptor)
                time.sleep(600)
                os._exit(0)
            print(captioner.pid, fork, flush=True)
            os.kill(os.getpid(), 9)
        """
        worker, *children = map(int, self.run_python(code, -9).split())
        forks = [child for child in children if child != worker and Path(f"/proc/{child}/cmdline").exists()]
        try:
            self.assertEqual(len(forks), 1)
            self.wait_until(lambda: not self.processes())
            self.assertTrue(Path(f"/proc/{forks[0]}").exists())
        finally:
            for fork in forks:
                os.kill(fork, signal.SIGKILL)

    def test_a_forks_ordinary_end_leaves_the_worker_alone(self):
        code = """
            import os, sys
            from caption_images import Captioner
            captioner = Captioner()
            captioner.caption(sys.argv[1])
            pid = captioner.pid
            child = os.fork()
            if child == 0:
                sys.exit(0)
            assert os.waitpid(child, 0)[1] == 0
            captioner.caption(sys.argv[1])
            assert captioner.pid == pid
            print("fine")
        """
        self.assertEqual(self.run_python(code), "fine\n")


if __name__ == "__main__":
    unittest.main()
