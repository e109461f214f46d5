"""The rig keeps its promises: private servers, real mail, a real worker, pages that tell on themselves."""

import urllib.request

import pytest
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection

from campaign_portal.celery import app
from tests.rig.servers import wait_until

pytest_plugins = ["pytester"]


@pytest.mark.django_db
def test_the_database_is_the_one_asked_for(backend):
    assert connection.vendor == {"sqlite": "sqlite", "postgres": "postgresql"}[backend]
    assert "portal-tests-" in str(settings.MEDIA_ROOT)


def test_a_letter_reaches_the_mail_server_or_is_refused(smtp):
    EmailMessage("Nhắc nộp báo cáo", "Còn 3 ngày.", to=["to1@phuong.example"]).send()
    assert [letter["Subject"] for letter in smtp.messages] == ["Nhắc nộp báo cáo"]
    assert smtp.messages[0].get_content().strip() == "Còn 3 ngày."

    smtp.refusal = "451 Try again later"
    with pytest.raises(OSError, match="451"):
        EmailMessage("Lần hai", "", to=["to1@phuong.example"]).send()
    assert len(smtp.messages) == 1


def test_the_worker_runs_tasks_and_survives_its_own_death(worker):
    worker.start()
    first = app.send_task("celery.accumulate")
    wait_until(lambda: f"celery.accumulate[{first.id}] succeeded" in worker.said(), "the first task")

    worker.kill()
    waiting = app.send_task("celery.accumulate")
    worker.start()
    wait_until(lambda: f"celery.accumulate[{waiting.id}] succeeded" in worker.said(), "the task sent to nobody")


def test_beat_rings_each_second(worker):
    worker.start(beat=True)
    wait_until(lambda: worker.said().count("Sending due task") >= 6, "two rounds of beat")


def test_the_served_portal_answers_on_the_tests_database(portal_server):
    with urllib.request.urlopen(f"{portal_server.url}/healthz") as answer:
        assert answer.read() == b"ok"
    assert portal_server.url == settings.SITE_URL


def test_a_page_opens_the_served_portal_and_its_errors_are_heard(portal_server, page, page_errors):
    page.goto("/healthz")
    assert page.inner_text("body") == "ok"
    page.evaluate("console.error('một lỗi')")
    wait_until(lambda: page.wait_for_timeout(10) or "một lỗi" in page_errors, "the page's complaint")
    page_errors.clear()


def test_a_phone_page_is_as_narrow_as_a_phone(phone_page):
    assert phone_page.evaluate("[screen.width, navigator.language]") == [360, "vi-VN"]


def test_on_ci_a_skipped_test_is_a_failed_one(pytester, monkeypatch):
    monkeypatch.setenv("CI", "true")
    pytester.makeini("[pytest]\naddopts = -p no:django -p no:playwright")
    pytester.makeconftest("from tests.rig.plugin import pytest_runtest_makereport")
    pytester.makepyfile(
        "import pytest\n@pytest.mark.skip\ndef test_one(): pass\n@pytest.mark.xfail\ndef test_two(): 1 / 0"
    )
    pytester.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes(errors=1, failed=1)
