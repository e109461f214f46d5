"""`make run` starts everything, keeps it alive and leaves nothing behind; what stands in its way gets a sentence."""

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings

from tests.rig.servers import free_port, wait_until

pytestmark = pytest.mark.embedded
SCRIPT = Path(settings.BASE_DIR, "scripts", "run")


@pytest.fixture
def env(tmp_path):
    outside = {name: value for name, value in os.environ.items() if name not in {"DJANGO_SETTINGS_MODULE", "SITE_URL"}}
    return {**outside, "DATA_DIR": str(tmp_path), "PORT": str(free_port())}


def refusal(env):
    run = subprocess.run([sys.executable, SCRIPT], env=env, capture_output=True, text=True, timeout=30)
    assert run.returncode == 1
    assert run.stdout == ""
    return run.stderr.strip()


def test_a_port_in_use_is_named_with_a_way_out(env):
    with socket.create_server(("127.0.0.1", int(env["PORT"]))):
        assert refusal(env).startswith(f"Cổng {env['PORT']} đang có chương trình khác dùng")


@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused(env, port):
    assert refusal({**env, "PORT": port}).startswith(f"PORT={port} không phải số cổng")


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL"])
def test_production_settings_are_refused(env, name):
    assert refusal({**env, name: "anything"}).startswith(f"{name} đang được đặt")


def processes_on(data):
    """The portal's processes that keep their data there."""
    mark = f"DATA_DIR={data}".encode()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                yield int(folder.name), (folder / "cmdline").read_bytes().decode()
        except OSError:
            continue


def is_well(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return answer.read() == b"ok"
    except (urllib.error.URLError, OSError):
        return False


@pytest.fixture
def portal(env, tmp_path):
    """scripts/run on a fresh database; whatever happens, its processes end with the test."""
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"], env=env, cwd=settings.BASE_DIR, check=True
    )
    with (tmp_path / "screen").open("w") as screen:
        process = subprocess.Popen(
            [sys.executable, SCRIPT], env=env, stdout=screen, stderr=screen, cwd=settings.BASE_DIR
        )
    wait_until(lambda: is_well(env["PORT"]), "the portal to answer")
    wait_until(lambda: "Ctrl-C" in (tmp_path / "screen").read_text(), "the welcome")
    yield process
    if process.poll() is None:
        process.kill()
        process.wait()
    wait_until(lambda: not list(processes_on(tmp_path)), "the children to end with their parent")


def worker_of(portal, tmp_path, queue="celery"):
    children = Path(f"/proc/{portal.pid}/task/{portal.pid}/children").read_text().split()
    mark = f"--queues\0{queue}\0"
    return next((pid for pid, command in processes_on(tmp_path) if str(pid) in children and mark in command), None)


@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM])
def test_it_starts_and_a_signal_stops_all_of_it(portal, env, tmp_path, name):
    assert f"http://127.0.0.1:{env['PORT']}" in (tmp_path / "screen").read_text()
    assert worker_of(portal, tmp_path)
    assert wait_until(lambda: worker_of(portal, tmp_path, "documents"), "the worker that draws documents")

    portal.send_signal(name)

    assert portal.wait(30) == 0
    assert list(processes_on(tmp_path)) == []


@pytest.mark.parametrize("queue", ["celery", "documents"])
def test_a_worker_that_dies_is_replaced_with_whatever_it_started(portal, tmp_path, queue):
    wait_until(lambda: worker_of(portal, tmp_path, "documents"), "the worker that draws documents")
    other = worker_of(portal, tmp_path, "celery" if queue == "documents" else "documents")
    first = worker_of(portal, tmp_path, queue)
    os.kill(first, signal.SIGKILL)

    second = wait_until(lambda: (now := worker_of(portal, tmp_path, queue)) != first and now, "another worker")
    groups = {os.getpgid(pid) for pid, command in processes_on(tmp_path) if "celery" in command}
    assert groups == {second, other}


def test_when_the_web_server_dies_everything_stops(portal, tmp_path):
    web = next(pid for pid, command in processes_on(tmp_path) if "gunicorn" in command and os.getpgid(pid) == pid)
    os.kill(web, signal.SIGKILL)

    assert portal.wait(30) == 1
    assert "Máy chủ web đã dừng" in (tmp_path / "screen").read_text()
    assert list(processes_on(tmp_path)) == []
