"""The stage of a bench: durable private servers, production settings, a migrated database, gunicorn on demand."""

import contextlib
import os
import tempfile
from pathlib import Path

from tests.rig.processes import Portal, Worker
from tests.rig.servers import PostgreSQL, Redis, free_port


class Stage:
    def __init__(self, folder):
        self.folder = folder
        self.port = free_port()

    @contextlib.contextmanager
    def portal(self, *, workers=3, threads=1, settings="campaign_portal.settings"):
        """The portal behind gunicorn; as many processes as two cores are given in production."""
        portal = Portal(port=self.port, env={"DJANGO_SETTINGS_MODULE": settings}, log=self.folder / "portal.log")
        portal.start(workers=workers, threads=threads)
        try:
            yield portal
        finally:
            portal.stop()

    @contextlib.contextmanager
    def worker(self):
        worker = Worker(env={}, log=self.folder / "worker.log")
        worker.start()
        try:
            yield worker
        finally:
            worker.stop()


@contextlib.contextmanager
def set_stage():
    """Start the servers, tell Django by the environment, migrate; when the bench is over, nothing is left."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as name, contextlib.ExitStack() as servers:
        folder = Path(name)
        folder.chmod(0o711)  # PostgreSQL's own user must reach its part
        postgres = PostgreSQL(folder / "postgres", durable=True)
        servers.callback(postgres.stop)
        redis = Redis(folder / "redis")
        servers.callback(redis.stop)
        stage = Stage(folder)
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "campaign_portal.settings",
            "DATABASE_URL": postgres.url,
            "REDIS_URL": redis.url(),
            "SECRET_KEY": "for benches alone: " + "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
            "ALLOWED_HOSTS": "127.0.0.1",
            "SITE_URL": f"http://127.0.0.1:{stage.port}",
            "EMAIL_URL": "smtp://127.0.0.1:9",
            "DEFAULT_FROM_EMAIL": "thidua@phuong.example",
            "DATA_DIR": str(folder / "data"),
        }
        (folder / "data").mkdir()
        _migrate()
        yield stage
        _close_connections()


def _migrate():
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, skip_checks=True)


def _close_connections():
    from django.db import connections

    connections.close_all()
