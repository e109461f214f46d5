"""What tests borrow: a mail server, a real worker, the served portal, and browser pages that stay free of errors."""

import os
import shutil
from pathlib import Path

import pytest
import redis

from tests.rig.mail import MailServer
from tests.rig.processes import Portal, Worker

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# --- Mail, jobs and the served portal ---------------------------------------------------------------------------------


@pytest.fixture
def smtp(settings):
    """A mail server that the tests' own process and the `worker` send to."""
    server = MailServer()
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    yield server
    server.stop()


def _joined_to_the_tests_database():
    from django.db import connection

    return {"DJANGO_SETTINGS_MODULE": "tests.settings", "RIG_DATABASE": str(connection.settings_dict["NAME"])}


def _empty_the_broker(backend):
    if backend == "postgres":
        redis.Redis.from_url(os.environ["REDIS_URL"]).flushdb()
        return
    for part in ("queue", "control"):
        folder = Path(os.environ["DATA_DIR"], "broker", part)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)


@pytest.fixture
def worker(transactional_db, smtp, backend):
    """A Celery worker on an empty broker, started by the test: worker.start(beat=True), .kill(), .stop(), .said()."""
    _empty_the_broker(backend)
    process = Worker(
        env=_joined_to_the_tests_database() | {"EMAIL_URL": smtp.url}, log=Path(os.environ["DATA_DIR"], "jobs", "log")
    )
    yield process
    process.kill()
    shutil.rmtree(process.log.parent, ignore_errors=True)


@pytest.fixture(scope="session")
def _portal_process(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        env = _joined_to_the_tests_database()
    portal = Portal(port=int(os.environ["PORT"]), env=env, log=Path(os.environ["DATA_DIR"], "portal.log"))
    portal.start()
    yield portal
    portal.kill()


@pytest.fixture
def portal_server(transactional_db, _portal_process):
    """The portal behind gunicorn at settings.SITE_URL (`.url`), on the tests' database, which is emptied afterwards."""
    return _portal_process


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """PostgreSQL does not drop a database that is still used, as by the session of a process that a test killed."""
    yield
    with django_db_blocker.unblock():
        from django.db import connection

        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )


# --- Browser ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or "/usr/bin/chromium"
    return {**browser_type_launch_args, "executable_path": chromium, "args": CHROMIUM_FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {
        **browser_context_args,
        "base_url": os.environ["SITE_URL"],
        "locale": "vi-VN",
        "timezone_id": "Asia/Ho_Chi_Minh",
    }


@pytest.fixture
def page_errors():
    """What the console of any page complained of, CSP included; a test that provokes an error clears the list."""
    errors = []
    yield errors
    assert errors == []


@pytest.fixture
def new_context(new_context, page_errors):
    def watched(**kwargs):
        context = new_context(**kwargs)
        context.on("console", lambda message: message.type == "error" and page_errors.append(message.text))
        context.on("weberror", lambda error: page_errors.append(str(error.error)))
        return context

    return watched


@pytest.fixture
def phone_page(new_context):
    return new_context(viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True).new_page()
