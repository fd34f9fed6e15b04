"""The client of worker mode."""

import os
import signal
import time

import pytest
from caption_worker import CaptionWorker, CaptionWorkerError, worker_command
from caption_worker.process import WorkerProcess
from conftest import by_hand, processes


def test_answers_are_those_of_the_tool(executable, pictures):
    requests = [{"image": picture, "id": {"n": index}} for index, picture in enumerate(pictures)]
    requests += [{"image": "missing.png"}, {}]
    worker = CaptionWorker(worker_command(executable))
    assert worker.pid is None
    assert worker.answers([]) == []
    assert worker.answers(requests) == by_hand(executable, requests)
    pid = worker.pid
    assert worker.answers(requests[:1]) == by_hand(executable, requests[:1])
    assert worker.pid == pid
    assert processes(executable) == [pid]
    worker.close()
    assert processes(executable) == []
    # Another one is started where it is needed.
    assert worker.answers(requests[:1])[0]["id"] == {"n": 0}
    worker.close()


def test_more_requests_than_pipes_hold(executable, pictures):
    requests = [{"image": pictures[index % 12], "id": "x" * 1000 + str(index)} for index in range(2000)]
    worker = CaptionWorker(worker_command(executable))
    answers = worker.answers(requests)
    assert [answer["id"] for answer in answers] == [request["id"] for request in requests]
    assert all("caption" in answer for answer in answers)
    worker.close()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_worker_that_dies_is_started_again(executable, pictures, number, monkeypatch):
    notes, reads = [], []
    worker = CaptionWorker(worker_command(executable), log=notes.append)
    requests = [{"image": pictures[index % 12], "id": index} for index in range(1500)]
    read = WorkerProcess.read

    def read_and_kill(process):
        reads.append(1)
        if len(reads) == 100:
            os.kill(process.pid, number)
        return read(process)

    monkeypatch.setattr(WorkerProcess, "read", read_and_kill)
    answers = worker.answers(requests)
    assert [answer["id"] for answer in answers] == list(range(1500))
    assert answers[:12] == by_hand(executable, requests[:12])
    assert sum("is started again" in note for note in notes) == 1, notes
    worker.close()


def test_a_worker_that_died_between_requests(executable, pictures):
    worker = CaptionWorker(worker_command(executable))
    worker.answers([{"image": pictures[0]}])
    os.kill(worker.pid, signal.SIGKILL)
    assert "caption" in worker.answers([{"image": pictures[0]}])[0]
    worker.close()


def test_workers_that_cannot_run_say_why(executable, tmp_path):
    with pytest.raises(CaptionWorkerError, match="cannot start .*missing"):
        CaptionWorker(worker_command(str(tmp_path / "missing"))).answers([{}])
    with pytest.raises(CaptionWorkerError, match="died twice .*exit status 1.*no-model"):
        CaptionWorker(worker_command(executable, model=str(tmp_path / "no-model"))).answers([{}])
    with pytest.raises(CaptionWorkerError, match="exit status 64"):
        CaptionWorker(worker_command(executable, precision="f31")).answers([{}])


def test_a_fork_has_a_worker_of_its_own(executable, pictures):
    worker = CaptionWorker(worker_command(executable))
    expected = worker.answers([{"image": pictures[0]}])
    pid = worker.pid
    child = os.fork()
    if child == 0:
        fine = worker.answers([{"image": pictures[0]}]) == expected and worker.pid not in (None, pid)
        # As pools end their processes: nothing is cleaned up.
        os._exit(0 if fine else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert worker.answers([{"image": pictures[0]}]) == expected
    assert worker.pid == pid
    worker.close()
    deadline = time.monotonic() + 20
    while processes(executable) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert processes(executable) == []
