"""Jobs with a real worker and beat on the active broker: what kills, floods or empties them changes nothing."""

import copy
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.utils import timezone

from campaigns.tests.factories import ParticipationFactory
from reports import building
from reports.models import Report, ReportFile, ReportKind, ReportState
from reports.tests.factories import ReportFactory, reported_ward
from reports.tests.sample_figures import sample_figures, sample_texts
from targets.tests.factories import SubmissionFactory
from tests.rig.processes import Worker
from tests.rig.servers import wait_until
from units.models import MessageKind, MessageState
from units.tests.factories import UnitFactory, UserFactory

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def period(transactional_db, now):
    """A period in the far future: nothing falls due in it by itself."""
    due = now + timedelta(days=60)
    return reported_ward(units_due=due, report_due=due + timedelta(days=5), campaign__ends_on=date(2050, 1, 1))


def long_report(period):
    """A report with frozen figures of so many units that it takes seconds to draw."""
    figures = copy.deepcopy(sample_figures())
    figures["handed_in"]["rows"] *= 6
    return ReportFactory(period=period, figures=figures, texts=sample_texts(), digest="a" * 64)


def empty_the_broker(backend):
    if backend == "postgres":
        redis.Redis.from_url(settings.CELERY_BROKER_URL).flushall()
        return
    for part in ("queue", "control"):
        for path in Path(settings.DATA_DIR, "broker", part).iterdir():
            path.unlink(missing_ok=True)


def formats():
    """Of every file that is shown."""
    return sorted(ReportFile.objects.values_list("format", flat=True))


def is_ready(report):
    report.refresh_from_db()
    return report.state == ReportState.READY


def test_a_report_asked_for_on_its_page_is_built_by_the_worker_at_once(client, period, worker):
    worker.start()  # without a beat: the page's own ring is enough
    client.force_login(UserFactory(office_of=period.campaign.organiser))

    address = client.post(f"/bao-cao/ky/{period.pk}/lap/", {"kind": ReportKind.CITY}).url

    wait_until(lambda: "Dự thảo" in client.get(f"{address}tien-do/").text, "the report's page to say it is there")
    page = client.get(address)
    made = page.context["newest"]
    assert f"/tep-bao-cao/{made.pk}/" in page.text
    assert b"".join(client.get(f"/tep-bao-cao/{made.pk}/").streaming_content).startswith(b"%PDF-")
    assert formats() == ["docx", "pdf", "xlsx"]


def test_a_worker_killed_in_the_middle_of_a_build_is_made_up_for_once(period, worker):
    report = long_report(period)
    worker.start(beat=True)
    wait_until(lambda: Report.objects.get().percent >= 40, "the worker to draw pages", every=0.02)

    worker.kill()

    report.refresh_from_db()
    assert (report.state, report.needs_file, report.attempts) == (ReportState.BUILDING, True, 1)
    assert not ReportFile.objects.exists()
    worker.start(beat=True)
    wait_until(lambda: worker.said().count("build_queued_reports") >= 6, "beat to ring while the lease still runs")
    assert Report.objects.get().attempts == 1, "the dead builder's lease holds"

    Report.objects.update(leased_until=timezone.now())  # three minutes later

    wait_until(lambda: is_ready(report), "the report to be built after all", seconds=60)
    assert (report.attempts, formats()) == (2, ["docx", "pdf", "xlsx"])
    rung = worker.said().count("build_queued_reports")
    wait_until(lambda: worker.said().count("build_queued_reports") > rung + 6, "more rings")
    assert formats() == ["docx", "pdf", "xlsx"]


def test_a_ring_lost_with_the_broker_s_memory_is_made_up_for_by_beat(client, period, worker, backend):
    client.force_login(UserFactory(office_of=period.campaign.organiser))
    client.post(f"/bao-cao/ky/{period.pk}/lap/", {"kind": ReportKind.CITY})  # nobody works yet: the ring waits

    empty_the_broker(backend)
    worker.start(beat=True)

    report = Report.objects.get()
    wait_until(lambda: is_ready(report), "beat's own ring to build the report", seconds=60)


def test_a_broker_emptied_under_a_running_worker_and_beat_stops_nothing(period, worker, backend, now):
    worker.start(beat=True)
    for _ in range(3):
        rung = worker.said().count("Sending due task")
        wait_until(lambda rung=rung: worker.said().count("Sending due task") > rung, "beat to ring")
        empty_the_broker(backend)
    report = building.request(period, ReportKind.PROGRESS, by=None, at=now)
    wait_until(lambda: is_ready(report), "the report to be built", seconds=60)


def test_two_clocks_and_two_workers_do_everything_once(transactional_db, worker, smtp, now):
    """The deadline was five days ago, the city's is in five days: one report of each kind and one round of letters."""
    period = reported_ward(
        units_due=now - timedelta(days=5),
        report_due=now + timedelta(days=5),
        campaign__ends_on=date(2050, 1, 1),
    )
    unit = UnitFactory(organiser=period.campaign.organiser)
    ParticipationFactory(campaign=period.campaign, unit=unit)
    SubmissionFactory(period=period, unit=unit)
    people = [
        UserFactory(reporter_of=unit),
        UserFactory(head_of=unit),
        UserFactory(office_of=period.campaign.organiser),
    ]
    second = Worker(env=worker.env, log=worker.log.parent / "second" / "log")
    try:
        worker.start(beat=True)
        second.start(beat=True)
        wait_until(lambda: len(smtp.messages) >= 5, "the letters", seconds=60)
        wait_until(lambda: Report.objects.filter(state=ReportState.READY).count() >= 2, "the reports", seconds=60)
        rung = worker.said().count("Sending due task"), second.said().count("Sending due task")
        wait_until(
            lambda: (
                worker.said().count("Sending due task") > rung[0] + 10
                and second.said().count("Sending due task") > rung[1] + 10
            ),
            "both clocks to ring on",
        )
    finally:
        second.stop()
        worker.stop()
        shutil.rmtree(second.log.parent, ignore_errors=True)

    told_of_both_reports = [people[-1].email] * 2
    assert sorted(letter["To"] for letter in smtp.messages) == sorted(
        [*(person.email for person in people), *told_of_both_reports]
    )
    sent = [person.letters.filter(state=MessageState.SENT, kind=MessageKind.REMINDER).count() for person in people]
    assert sent == [1, 1, 1]
    assert sorted(Report.objects.values_list("kind", "state", "attempts")) == [
        ("city", "ready", 1),
        ("progress", "ready", 1),
    ]
    assert formats() == ["docx", "pdf", "pdf", "xlsx"]
