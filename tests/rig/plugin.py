"""Sets the stage before Django reads its settings: where the data lives, and on which servers.

`pytest path` runs on the embedded parts; `pytest --backend=postgres` on a private PostgreSQL and Redis. Under
xdist the first process owns the servers and each worker has its own databases and data folder.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import hypothesis
import pytest

from tests.rig.servers import PostgreSQL, Redis, free_port

SERVERS = pytest.StashKey[dict]()
hypothesis.settings.register_profile("portal", deadline=None, derandomize=True, database=None)


def pytest_addoption(parser):
    parser.addoption("--backend", choices=["sqlite", "postgres"], default="sqlite", help="what the portal runs on")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config):
    """A wrapper, because pytest-django reads the settings in this very hook."""
    number = os.environ.get("PYTEST_XDIST_WORKER", "main").removeprefix("gw")
    postgres = early_config.known_args_namespace.backend == "postgres"
    early_config.stash[SERVERS] = {}
    if number == "main":
        folder = Path(tempfile.mkdtemp(prefix="portal-tests-"))
        folder.chmod(0o711)  # PostgreSQL's own user must reach its part
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        _forget_the_shells_settings()
        os.environ["RIG_FOLDER"] = str(folder)
        if postgres:
            early_config.stash[SERVERS] = _start_servers(folder)
    _set_environment(Path(os.environ["RIG_FOLDER"]) / f"data-{number}", postgres, number)
    hypothesis.settings.load_profile("portal")
    return (yield)


def _forget_the_shells_settings():
    for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "EMAIL_URL", "DEBUG", "ARRIVAL_HEADER", "DATA_DIR"):
        os.environ.pop(name, None)


def _start_servers(folder):
    servers = {"postgres": PostgreSQL(folder / "postgres")}
    atexit.register(servers["postgres"].stop)
    servers["redis"] = Redis(folder / "redis")
    atexit.register(servers["redis"].stop)
    os.environ["DATABASE_URL"] = servers["postgres"].url
    os.environ["RIG_REDIS"] = servers["redis"].url()
    return servers


def _set_environment(data, postgres, number):
    data.mkdir()
    port = free_port()
    os.environ |= {
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",  # Playwright keeps an event loop in the thread that runs the tests
        "DATA_DIR": str(data),
        "PORT": str(port),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "ALLOWED_HOSTS": "127.0.0.1,localhost,testserver",
        "DEFAULT_FROM_EMAIL": "Cổng thi đua <thidua@phuong.example>",
    }
    if postgres:
        redis_database = 0 if number == "main" else int(number) + 1
        os.environ |= {
            "REDIS_URL": os.environ["RIG_REDIS"].removesuffix("/0") + f"/{redis_database}",
            "SECRET_KEY": "for tests alone: " + "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
            "EMAIL_URL": "smtp://127.0.0.1:9",  # nobody answers there; the smtp fixture brings a server
        }


@pytest.fixture(scope="session")
def backend(pytestconfig):
    return pytestconfig.getoption("backend")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    elsewhere = "production" if config.getoption("backend") == "sqlite" else "embedded"
    kept, left_out = [], []
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
        (left_out if item.get_closest_marker(elsewhere) else kept).append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = kept


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    return _no_excuse(report, item.nodeid)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    report = yield
    return _no_excuse(report, collector.nodeid)


def _no_excuse(report, nodeid):
    """On CI a skipped or expected-to-fail test is a failed one."""
    if os.environ.get("CI") == "true" and (report.skipped or hasattr(report, "wasxfail")):
        report.outcome = "failed"
        report.longrepr = f"{nodeid} was skipped or expected to fail; on CI every test must run and pass."
        report.__dict__.pop("wasxfail", None)
    return report
