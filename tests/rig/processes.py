"""The portal's own processes as tests start, stop and kill them: gunicorn and the Celery worker."""

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

from tests.rig.servers import tied_to_us, wait_until

ROOT = Path(__file__).resolve().parent.parent.parent


class Process:
    """A group of processes with one log; start and end it as often as a test likes."""

    def __init__(self, *, env, log):
        self.log = Path(log)
        self.env = {**os.environ, "TMPDIR": str(self.log.parent), **env}  # a killed process leaves its scraps there
        self.within = []  # a command that runs the process
        self.process = None

    def _start(self, command):
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                tied_to_us([*self.within, sys.executable, "-m", *command], signal="TERM"),
                env=self.env,
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            wait_until(lambda: self.process.poll() is not None or self.is_up(), f"{command[0]} to be ready", seconds=60)
            if self.process.poll() is not None:
                raise RuntimeError(f"{command[0]} ended at once")
        except Exception as failure:
            self.stop()
            failure.add_note(self.said())
            raise

    def is_up(self):
        raise NotImplementedError

    def said(self):
        return self.log.read_text(errors="replace")

    def kill(self):
        """SIGKILL to the whole group: no farewell, no clean-up."""
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:  # all gone already
            pass
        self.process.wait()

    def stop(self):
        """A polite end; whatever is left of the group after it goes too."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            pass
        self.kill()


class Portal(Process):
    """gunicorn over the portal on one loopback port."""

    def __init__(self, *, port, env, log):
        super().__init__(env=env, log=log)
        self.port = port
        self.url = f"http://127.0.0.1:{port}"

    def start(self, *, workers=1, threads=4):
        self._start(
            ["gunicorn", "campaign_portal.wsgi", "--bind", f"127.0.0.1:{self.port}", "--no-control-socket"]
            + ["--workers", str(workers), "--threads", str(threads)]
        )

    def is_up(self):
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=10) as answer:
                return answer.status == 200
        except urllib.error.HTTPError:
            raise  # it answers, but is not well
        except OSError:
            return False


class Worker(Process):
    """A Celery worker on the active broker, for all its queues or one; with beat, every entry rings each second."""

    def start(self, *, beat=False, concurrency=1, queues="celery,documents"):
        clock = ["--beat", "--schedule", str(self.log.with_name("beat"))] if beat else []
        self._start(
            ["celery", "-A", "tests.rig.quick_beat" if beat else "campaign_portal", "worker", *clock]
            + ["--loglevel", "INFO", "--concurrency", str(concurrency), "--queues", queues]
            + ["--hostname", f"rig-{os.getpid()}@localhost"]
            + ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        )

    def is_up(self):
        return " ready." in self.said()
