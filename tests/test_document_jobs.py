"""Documents with a real worker on the active broker: one that goes wrong stops neither the others nor the letters."""

import copy
import os
import shutil
import signal
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from reports import building
from reports.models import FileFormat, Report, ReportFile, ReportKind, ReportState
from reports.tasks import build_queued_reports
from reports.tests.factories import ReportFactory, reported_ward
from reports.tests.sample_figures import sample_figures, sample_texts
from tests.rig.processes import Worker
from tests.rig.servers import wait_until
from units import outbox
from units.models import Message, MessageKind, MessageState
from units.tests.factories import UserFactory

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def period(transactional_db, now):
    """A period in the far future: nothing falls due in it by itself."""
    due = now + timedelta(days=60)
    return reported_ward(units_due=due, report_due=due + timedelta(days=5), campaign__ends_on=date(2050, 1, 1))


@pytest.fixture
def office(client, period):
    person = UserFactory(office_of=period.campaign.organiser)
    client.force_login(person)
    return person


def long_report(period):
    """A report with frozen figures of so many units that it takes seconds to draw."""
    figures = copy.deepcopy(sample_figures())
    figures["handed_in"]["rows"] *= 6
    return ReportFactory(period=period, figures=figures, texts=sample_texts(), digest="a" * 64)


def has(report, state):
    report.refresh_from_db()
    return report.state == state


def drawing(report):
    return Report.objects.get(pk=report.pk).percent >= 40


def letter(office, at):
    outbox.write(
        key=f"letter:{office.pk}",
        kind=MessageKind.REVIEW,
        topic="try",
        user=office,
        unit=office.memberships.get().unit,
        subject="Thư",
        body="Nội dung",
        at=at,
    )
    return Message.objects.get(key=f"letter:{office.pk}")


def test_a_document_without_end_fails_in_words_and_the_others_go_on(client, period, office, worker, now):
    worker.env["DOCUMENT_SECONDS"] = "2"
    report = long_report(period)
    other = building.request(period, ReportKind.PROGRESS, by=office, at=now)
    worker.start(beat=True)

    wait_until(lambda: has(report, ReportState.FAILED), "the long report to be given up", seconds=60)
    wait_until(lambda: has(other, ReportState.READY), "the other report", seconds=60)

    assert "WorkerLost" not in worker.said()
    page = client.get(report.get_absolute_url()).text
    assert "quá dài hoặc quá phức tạp" in page
    assert f"/bao-cao/{report.pk}/lap-lai/" in page
    worker.stop()
    worker.env["DOCUMENT_SECONDS"] = "60"
    worker.start()
    client.post(f"/bao-cao/{report.pk}/lap-lai/")
    wait_until(lambda: has(report, ReportState.READY), "the long report after all", seconds=60)
    assert report.error == ""


def test_letters_leave_while_a_long_document_is_drawn(period, office, worker, now):
    report, posted = long_report(period), letter(office, now)
    documents = Worker(env=worker.env, log=worker.log.parent / "documents" / "log")
    try:
        documents.start(queues="documents")
        worker.start(beat=True, queues="celery")
        wait_until(lambda: drawing(report), "the document to be drawn", every=0.02, seconds=60)
        os.killpg(documents.process.pid, signal.SIGSTOP)  # it never ends
        wait_until(lambda: Message.objects.get(pk=posted.pk).state == MessageState.SENT, "the letter", seconds=30)
        assert Report.objects.get(pk=report.pk).state == ReportState.BUILDING
    finally:
        documents.kill()
        shutil.rmtree(documents.log.parent, ignore_errors=True)


def test_a_builder_killed_while_it_draws_leaves_no_file_and_its_worker_goes_on(period, office, worker, now):
    report = long_report(period)
    worker.start(beat=True)
    builder = wait_until(
        lambda: next((pid for pid in children(worker.process.pid) if drawing(report) and children(pid)), None),
        "the document to be drawn",
        every=0.02,
        seconds=60,
    )
    artist = children(builder)[0]

    os.kill(builder, signal.SIGKILL)

    wait_until(lambda: not Path(f"/proc/{artist}").exists(), "the drawing to end with its builder")
    assert not ReportFile.objects.exists()
    other = building.request(period, ReportKind.PROGRESS, by=office, at=now)
    wait_until(lambda: has(other, ReportState.READY), "the same worker to build another report", seconds=60)
    Report.objects.filter(pk=report.pk).update(leased_until=timezone.now())  # three minutes later
    wait_until(lambda: has(report, ReportState.READY), "the report to be built after all", seconds=60)
    assert report.files.filter(format=FileFormat.PDF).count() == 1


def children(pid):
    """The processes that one has started, whichever of its threads did."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        found += [int(child) for child in task.read_text().split()]
    return found


def test_a_full_disk_leaves_no_half_file_and_is_said_and_made_up_for(client, period, office, worker, now):
    report = building.request(period, ReportKind.CITY, by=office, at=now)
    Path(settings.MEDIA_ROOT).mkdir(parents=True, exist_ok=True)
    small = 'mount -t tmpfs -o size=32k none "$0" && exec "$@"'
    worker.within = ["unshare", "--map-root-user", "--mount", "sh", "-c", small, str(settings.MEDIA_ROOT)]
    worker.start(beat=True)
    wait_until(lambda: Report.objects.get().error, "the report to fail", seconds=60)

    files = Path(f"/proc/{worker.process.pid}/root{settings.MEDIA_ROOT}")
    assert [path for path in files.rglob("*") if path.is_file()] == []
    assert not ReportFile.objects.exists()
    assert "không còn chỗ lưu tệp" in client.get(report.get_absolute_url()).text

    worker.stop()
    worker.within = []
    Report.objects.update(not_before=timezone.now())  # a minute later
    worker.start(beat=True)
    wait_until(lambda: has(report, ReportState.READY), "the report on a disk with room", seconds=60)
    made = report.files.get(format=FileFormat.PDF)
    with made.file.open("rb") as stored:
        assert stored.read().startswith(b"%PDF-")


def test_an_archive_is_made_by_the_other_worker(period, office, worker, now):
    archive = building.request_of_campaign(period.campaign, ReportKind.ARCHIVE, by=office, at=now)
    documents = Worker(env=worker.env, log=worker.log.parent / "documents" / "log")
    try:
        worker.start(queues="celery")
        documents.start(queues="documents")
        build_queued_reports.delay()  # the ring of any page
        wait_until(lambda: has(archive, ReportState.READY), "the archive", seconds=60)
        assert "Task reports.tasks.build_archives" in worker.said()
        assert "Task reports.tasks.build_archives" not in documents.said()
    finally:
        documents.stop()
        shutil.rmtree(documents.log.parent, ignore_errors=True)


def test_a_build_cancelled_on_its_page_is_dropped_by_the_worker(client, period, office, worker):
    report = long_report(period)
    worker.start(beat=True)
    wait_until(lambda: drawing(report), "the document to be drawn", every=0.02, seconds=60)

    client.post(f"/bao-cao/{report.pk}/huy-lap/")

    wait_until(lambda: "taken over while it was being built" in worker.said(), "the builder to notice", seconds=60)
    report.refresh_from_db()
    assert (report.state, report.needs_file, ReportFile.objects.count()) == (ReportState.CANCELLED, False, 0)
    page = client.get(report.get_absolute_url()).text
    assert "Đã huỷ" in page
    client.post(f"/bao-cao/{report.pk}/lap-lai/")
    wait_until(lambda: has(report, ReportState.READY), "the report to be built after all", seconds=60)
