"""Work that is given limits: what it does within them comes back, and whatever else it does ends with it."""

import mmap
import os
import signal
import tempfile
import time
from pathlib import Path

import pytest

from campaign_portal.confined import Limits, Refusal, TooMuch, run
from tests.rig.servers import wait_until

ENOUGH = Limits(seconds=20, megabytes=4096)


def test_what_the_work_returns_comes_back_however_long():
    assert run(lambda: b"x" * 20_000_000, ENOUGH) == b"x" * 20_000_000


def test_the_work_changes_nothing_here():
    seen = []
    run(lambda: seen.append(1) or b"", ENOUGH)
    assert seen == []


def test_a_refusal_keeps_its_words():
    def refuses():
        raise Refusal("Văn bản gọi ra ngoài.")

    with pytest.raises(Refusal, match="Văn bản gọi ra ngoài"):
        run(refuses, ENOUGH)


def test_any_other_fault_is_told_with_its_place():
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        run(lambda: 1 / 0, ENOUGH)


def never_ends():
    while True:
        pass


def eats_memory():
    return b"".join([bytearray(5_000_000_000)])


def stops_in_the_middle():
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("work", [never_ends, eats_memory, stops_in_the_middle])
def test_what_goes_too_far_is_ended(work):
    with pytest.raises(TooMuch):
        run(work, Limits(seconds=1, megabytes=4096))


def test_work_that_only_waits_is_ended_by_the_clock():
    begun = time.monotonic()
    with pytest.raises(TooMuch):
        run(signal.pause, Limits(seconds=1, megabytes=4096))
    assert time.monotonic() - begun < 20


def test_what_the_parent_holds_already_is_not_counted():
    held = mmap.mmap(-1, 3 * 1024**3)  # address space alone, no page of it is touched
    try:
        assert run(lambda: b"x" * 50_000_000, Limits(seconds=20, megabytes=512)) == b"x" * 50_000_000
    finally:
        held.close()


def test_no_scraps_are_left(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def scatters():
        Path(tempfile.mkdtemp(), "scrap").write_text("x")
        os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(TooMuch):
        run(scatters, ENOUGH)
    assert list(tmp_path.iterdir()) == []


def test_a_parent_that_is_killed_takes_the_work_along(tmp_path):
    told = tmp_path / "pid"

    def tells_and_waits():
        told.write_text(str(os.getpid()))
        signal.pause()

    parent = os.fork()
    if not parent:
        run(tells_and_waits, Limits(seconds=30, megabytes=4096))
        os._exit(0)
    wait_until(lambda: told.exists() and told.read_text(), "the work to begin")
    os.kill(parent, signal.SIGKILL)
    os.waitpid(parent, 0)
    wait_until(lambda: is_gone(int(told.read_text())), "the work to end with it")


def is_gone(pid):
    """Ended; one that nobody has collected yet is a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True
