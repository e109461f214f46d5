"""The one runner of work on the portal's own content that may grow without end: a forked child with hard limits.

A fork starts warm, with everything this process has loaded, and gives back all the memory it took when it ends. It
leaves nothing behind: its temporary files are removed, and a parent that dies takes it along. Files of
strangers are read by `guarded` instead, whose child knows nothing of the portal.
"""

import ctypes
import gc
import logging
import os
import resource
import select
import signal
import tempfile
import time
import traceback
from dataclasses import dataclass

logger = logging.getLogger(__name__)

DONE, REFUSED, BROKEN = b"+", b"-", b"!"
LENGTH = 8  # bytes that say how long the answer is, so that half of one is none
LARGEST_SCRAP = 64 * 1024 * 1024
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Limits:
    """`seconds` of the processor, twice as many of the clock; `megabytes` more than this process holds already."""

    seconds: int
    megabytes: int


class TooMuch(Exception):
    """The work took more time or memory than it is given."""


class Refusal(Exception):
    """What the work itself refuses, told to its caller in the same words."""


def run(work, limits):
    """The bytes that `work()` returns. TooMuch, Refusal as raised by the work, RuntimeError for any other fault."""
    with tempfile.TemporaryDirectory(prefix="confined-") as scraps:
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            os.close(reading)
            _serve(work, writing, scraps, limits)
        os.close(writing)
        try:
            said = _listen(reading, time.monotonic() + 2 * limits.seconds)
        finally:
            os.close(reading)
            os.kill(child, signal.SIGKILL)
            _, status = os.waitpid(child, 0)
    return _understood(said, status)


def _serve(work, writing, scraps, limits):
    """The child's whole life."""
    try:
        _confine(limits)
        tempfile.tempdir = scraps
        gc.freeze()  # what was there before is not looked through, and so stays shared with the parent
        try:
            kind, answer = DONE, work()
        except Refusal as refusal:
            kind, answer = REFUSED, str(refusal).encode()
        except MemoryError:
            os._exit(1)
        except BaseException:
            kind, answer = BROKEN, traceback.format_exc().encode()
        with open(writing, "wb") as out:
            out.write(kind + len(answer).to_bytes(LENGTH, "big") + answer)
    finally:
        os._exit(0)  # none of the parent's own endings: connections, test reports


def _confine(limits):
    """Soft and hard limits alike: there is no way back, and the kernel ends what ignores them."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGXCPU):
        signal.signal(number, signal.SIG_DFL)
    memory = _held() + limits.megabytes * 1024 * 1024
    for kind, most in (
        (resource.RLIMIT_CPU, limits.seconds),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, LARGEST_SCRAP),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, most))


def _held():
    """The bytes of address space that a fork of this process begins with."""
    with open("/proc/self/statm") as pages:
        return int(pages.read().split()[0]) * resource.getpagesize()


def _listen(reading, until):
    """Everything the child says until it ends or its time is over."""
    pieces = []
    while select.select([reading], [], [], max(0, until - time.monotonic()))[0]:
        piece = os.read(reading, 1 << 20)
        if not piece:
            break
        pieces.append(piece)
    return b"".join(pieces)


def _understood(said, status):
    kind, length, answer = said[:1], said[1 : 1 + LENGTH], said[1 + LENGTH :]
    if not kind or len(answer) != int.from_bytes(length, "big"):
        logger.warning("Confined work ended with status %s", status)
        raise TooMuch
    if kind == REFUSED:
        raise Refusal(answer.decode())
    if kind == BROKEN:
        raise RuntimeError(answer.decode())
    return answer
