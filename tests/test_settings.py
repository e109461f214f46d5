"""A portal that is half configured, or configured unsafely, does not start, and says what to do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PRODUCTION = {
    "DATABASE_URL": "postgres://portal:secret@db.phuong.example:5432/portal",
    "REDIS_URL": "redis://redis.phuong.example:6379/0",
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "ALLOWED_HOSTS": "thidua.phuong.example",
    "SITE_URL": "https://thidua.phuong.example",
    "EMAIL_URL": "smtp+tls://portal:secret@mail.phuong.example:587",
    "DEFAULT_FROM_EMAIL": "thidua@phuong.example",
}
NOT_TAKEN_ALONG = {*PRODUCTION, "DATA_DIR", "DEBUG", "PORT", "DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE"}


def check(data, *options, **settings):
    """`manage.py check` under these settings alone."""
    env = {name: value for name, value in os.environ.items() if name not in NOT_TAKEN_ALONG} | settings
    if data is not None:
        env["DATA_DIR"] = str(data)
    return subprocess.run(
        [sys.executable, "manage.py", "check", *options], cwd=ROOT, env=env, capture_output=True, text=True
    )


def refusal(data, **settings):
    done = check(data, **settings)
    assert done.returncode != 0, done.stdout
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("django.core.exceptions.ImproperlyConfigured: "), done.stderr
    assert ". Remedy: " in last
    return last


def test_without_any_setting_it_runs_embedded(tmp_path):
    done = check(tmp_path)
    assert done.returncode == 0, done.stderr
    assert {path.name for path in tmp_path.iterdir()} >= {"secret_key", "broker"}
    key = tmp_path / "secret_key"
    assert len(key.read_text()) == 64
    assert key.stat().st_mode & 0o077 == 0, "nobody else reads it"
    check(tmp_path)
    assert len([path for path in tmp_path.iterdir() if path.name.startswith("secret_key")]) == 1


def test_a_whole_production_setup_is_accepted(tmp_path):
    done = check(tmp_path, "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", PRODUCTION)
def test_a_setting_that_is_missing_is_named_with_an_example(tmp_path, name):
    given = {other: value for other, value in PRODUCTION.items() if other != name}
    said = refusal(tmp_path, **given)
    assert f"{name} is not set" in said
    assert f"set {name}=" in said


def test_production_needs_a_place_for_its_data():
    assert "DATA_DIR is not set" in refusal(None, **PRODUCTION)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"DEBUG": "1"}, "DEBUG is on in production"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too short or too simple"),
        ({"SECRET_KEY": "a" * 80}, "SECRET_KEY is too short or too simple"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS holds a wildcard"),
        ({"ALLOWED_HOSTS": ".phuong.example"}, "ALLOWED_HOSTS holds a wildcard"),
        ({"ALLOWED_HOSTS": "khac.phuong.example"}, "The host of SITE_URL is not in ALLOWED_HOSTS"),
        ({"SITE_URL": "http://thidua.phuong.example"}, "SITE_URL is not https"),
        ({"SITE_URL": "http://localhost.phuong.example"}, "SITE_URL is not https"),
        ({"DATABASE_URL": "sqlite:////tmp/portal.sqlite3"}, "DATABASE_URL is not PostgreSQL"),
        ({"REDIS_URL": "memory://"}, "REDIS_URL is not a Redis address"),
        ({"EMAIL_URL": "consolemail://"}, "EMAIL_URL does not send by SMTP"),
    ],
)
def test_an_unsafe_setting_is_refused(tmp_path, changes, sentence):
    assert sentence in refusal(tmp_path, **PRODUCTION | changes)
