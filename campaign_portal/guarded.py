"""The one runner of files that strangers sent: a child process that may use little, knows nothing and writes nothing.

A reader is a plain Python file without Django that has `read(content, **options)` and returns what
JSON can hold. `run` gives it the file on its standard input and hands back what it returned. The child has no
environment of the portal's (no keys, no database address), few open files, and its own limits of time and memory.
"""

import json
import logging
import resource
import runpy
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

logger = logging.getLogger(__name__)

TOO_MUCH, BROKEN = 3, 4  # what the child says when it leaves


@dataclass(frozen=True)
class Limits:
    """`seconds` of the processor and, with a margin for a busy machine, of the clock; `megabytes` of memory."""

    seconds: int = 20
    megabytes: int = 512


class TooMuch(Exception):
    """Reading took more time or memory than it is given."""


class Broken(Exception):
    """The reader could not make sense of the file."""


def run(reader, content, *, limits=Limits(), **options):
    """What the reader, called by its path from this folder, returns for these bytes. TooMuch, Broken."""
    task = json.dumps({"reader": reader, "limits": asdict(limits), "options": options})
    try:
        child = subprocess.run(
            [sys.executable, "-I", "-B", __file__, task],
            input=content,
            capture_output=True,
            timeout=3 * limits.seconds,
            env={"LANG": "C.UTF-8", "OPENPYXL_LXML": "False"},
            cwd="/",
        )
    except subprocess.TimeoutExpired as late:
        raise TooMuch from late
    if child.returncode == 0:
        return json.loads(child.stdout)
    logger.warning("%s left with %s: %s", reader, child.returncode, child.stderr[-500:].decode(errors="replace"))
    raise Broken if child.returncode == BROKEN else TooMuch


def _take_limits(limits):
    """Before a byte of the file is read. A soft and a hard limit: the signal of the first can not be outlived."""
    memory = limits["megabytes"] * 1024 * 1024
    for kind, most in (
        (resource.RLIMIT_CPU, limits["seconds"]),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def _serve(task):
    _take_limits(task["limits"])
    read = runpy.run_path(str(Path(__file__).parent / task["reader"]))["read"]
    try:
        found = read(sys.stdin.buffer.read(), **task["options"])
        sys.stdout.write(json.dumps(found))
        sys.stdout.flush()
    except MemoryError:
        return TOO_MUCH
    except Exception as fault:
        sys.stderr.write(f"{type(fault).__name__}: {fault}"[:500])
        return BROKEN
    return 0


if __name__ == "__main__":
    sys.exit(_serve(json.loads(sys.argv[1])))
