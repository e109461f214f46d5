"""Private PostgreSQL and Redis for tests and benches: free loopback ports, a temporary folder, gone when we are."""

import os
import pwd
import shutil
import socket
import subprocess
import time
from pathlib import Path


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_until(condition, what, *, seconds=30, every=0.05):
    """Return the first true answer of condition(), or fail saying what never came."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if answer := condition():
            return answer
        time.sleep(every)
    raise TimeoutError(f"Waited {seconds} s in vain: {what}")


def answers(port):
    with socket.socket() as client:
        client.settimeout(1)
        return client.connect_ex(("127.0.0.1", port)) == 0


def tied_to_us(command, *, signal, user=None):
    """The command, told to end when this process ends for whatever reason, as another user if need be."""
    as_user = ["--reuid", user, "--regid", user, "--init-groups"] if user else []
    return ["setpriv", "--pdeathsig", signal, *as_user, "--", *command]


class Server:
    """One server process with its log; subclasses say how it is called."""

    stop_signal = "TERM"
    user = None

    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True)
        self.log = self.folder / "log"
        self.port = free_port()
        self.process = None

    def command(self):
        raise NotImplementedError

    def start(self):
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                tied_to_us(self.command(), signal=self.stop_signal, user=self.user), stdout=log, stderr=log, cwd="/"
            )
        wait_until(self.is_up, f"{type(self).__name__} on port {self.port}; see {self.log}")

    def is_up(self):
        if self.process.poll() is not None:
            raise RuntimeError(f"{type(self).__name__} ended at once:\n{self.log.read_text()}")
        return answers(self.port)

    def kill(self):
        """Take it away without warning, as a power cut would."""
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(3 if self.stop_signal == "QUIT" else 15)
            self.process.wait(30)


class PostgreSQL(Server):
    stop_signal = "QUIT"

    def __init__(self, folder, *, durable=False):
        super().__init__(folder)
        self.durable = durable
        self.data = self.folder / "data"
        self.programs = _postgresql_programs()
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            self.user = "postgres"
            account = pwd.getpwnam(self.user)
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        subprocess.run(
            tied_to_us(
                [self.programs / "initdb", "--pgdata", self.data, "--username", "portal", "--auth", "trust"]
                + ["--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"],
                signal="TERM",
                user=self.user,
            ),
            check=True,
            stdout=subprocess.DEVNULL,
            cwd="/",
        )
        self.start()

    def command(self):
        settings = {"listen_addresses": "127.0.0.1", "port": self.port, "unix_socket_directories": self.folder}
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        flags = [flag for name, value in settings.items() for flag in ("-c", f"{name}={value}")]
        return [self.programs / "postgres", "-D", self.data, *flags]

    def is_up(self):
        ready = [self.programs / "pg_isready", "--quiet", "--host", "127.0.0.1", "--port", str(self.port)]
        return super().is_up() and subprocess.run(ready).returncode == 0

    def kill(self):
        self.process.send_signal(3)  # "immediate": every backend drops at once, recovery at the next start
        self.process.wait()

    @property
    def url(self):
        return f"postgres://portal@127.0.0.1:{self.port}/postgres"


class Redis(Server):
    def __init__(self, folder):
        super().__init__(folder)
        self.start()

    def command(self):
        return [
            shutil.which("redis-server") or "redis-server",
            *("--bind", "127.0.0.1", "--port", str(self.port), "--dir", self.folder),
            *("--save", "", "--appendonly", "yes", "--maxmemory-policy", "noeviction"),
        ]

    def url(self, number=0):
        return f"redis://127.0.0.1:{self.port}/{number}"


def _postgresql_programs():
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4]))
    if found:
        return found[-1].parent
    if on_path := shutil.which("postgres"):
        return Path(on_path).resolve().parent
    raise RuntimeError("PostgreSQL is not installed. Remedy: make test installs it, or apt-get install postgresql.")
