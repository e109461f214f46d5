import errno
import hashlib
import subprocess
import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.storage import FileSystemStorage
from django.db import connection
from django.db.models import F

from campaigns.models import Event
from commendations.tests.factories import NominationFactory
from reports import building, workflow
from reports.figures import gather
from reports.models import OF_A_PERIOD, FileFormat, FileStage, Report, ReportKind, ReportState
from reports.tests.factories import MORNING, ReportFactory, ReportFileFactory, ReportTextFactory, reported_ward
from reports.tests.sample_figures import sample_figures, sample_texts
from targets.models import Result, Target
from targets.tests.factories import TargetFactory
from tests.rig.servers import wait_until
from units.models import Unit
from units.refusals import Refused
from units.tests.factories import UserFactory

MINUTE = timedelta(minutes=1)
ALL = ["docx", "pdf", "xlsx"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def period():
    return reported_ward()


class Fonts:
    """The portal's fonts, taken away and given back: without them nothing can be rendered."""

    def __init__(self, settings, elsewhere):
        self.settings, self.home, self.elsewhere = settings, settings.PDF_FONTS_DIR, elsewhere

    def take_away(self):
        self.settings.PDF_FONTS_DIR = self.elsewhere

    def give_back(self):
        self.settings.PDF_FONTS_DIR = self.home


@pytest.fixture
def fonts(settings, tmp_path):
    return Fonts(settings, tmp_path)


def asked(period, kind=ReportKind.CITY, *, at=MORNING, **options):
    return building.request(period, kind, by=None, at=at, **options)


def built(period, kind=ReportKind.CITY, *, at=MORNING):
    report = asked(period, kind, at=at)
    assert building.build(report.pk, at=at)
    report.refresh_from_db()
    return report


def content(made):
    with made.file.open("rb") as stored:
        return stored.read()


def pdf_of(report, **chosen):
    return report.files.get(format=FileFormat.PDF, **chosen)


def formats_of(report, **chosen):
    return sorted(report.files.filter(**chosen).values_list("format", flat=True))


def text_of(made):
    out = subprocess.run(["pdftotext", "-layout", "-", "-"], input=content(made), capture_output=True, check=True)
    return " ".join(out.stdout.decode().split())


# --- Asked for, built, shown ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", OF_A_PERIOD)
def test_a_report_is_built_from_its_row_alone(period, kind):
    person = UserFactory()
    report = building.request(period, kind, by=person, at=MORNING)
    assert (report.state, report.needs_file, report.requested_by) == (ReportState.QUEUED, True, person)

    building.build_due(MORNING + MINUTE, clock=lambda: MORNING + MINUTE)

    report.refresh_from_db()
    made = pdf_of(report)
    assert (report.state, report.needs_file, report.leased_until, report.percent) == (
        ReportState.READY,
        False,
        None,
        100,
    )
    assert (made.stage, made.made_at, made.size) == (FileStage.DRAFT, MORNING + MINUTE, len(content(made)))
    assert content(made).startswith(b"%PDF-")
    assert made.sha256 == hashlib.sha256(content(made)).hexdigest()
    assert [event.verb for event in Event.objects.about(report)] == [
        "Đã lập tệp: dự thảo",
        f"Yêu cầu lập {report.get_kind_display().lower()}",
    ]


def test_the_figures_are_those_of_the_moment_asked_for(period):
    report = built(period)
    line = report.figures["sectors"][0]["groups"][0]["targets"][0]
    assert (line["actual"], line["verdict"], line["k"], line["m"]) == ("110", "exceeded", 2, 2)
    assert report.as_of == MORNING


def test_what_changes_afterwards_does_not_change_a_report(period):
    text = ReportTextFactory(period=period)
    report = built(period)
    before = content(pdf_of(report))

    Result.objects.update(amount=Decimal(1))
    Target.objects.update(name="Tên khác", at_least=Decimal(5000))
    Unit.objects.update(place="Nơi khác")
    TargetFactory(campaign=period.campaign, number=2)
    type(text).objects.update(text="Lời khác")
    NominationFactory(campaign=period.campaign, decided=True)
    workflow.approve(report, by=UserFactory(), at=MORNING)
    building.build(report.pk, at=MORNING)

    report.refresh_from_db()
    approved = pdf_of(report, stage=FileStage.APPROVED)
    assert "Số cuộc tuyên truyền" in text_of(approved)
    assert text.text.split()[-1] in text_of(approved)
    assert "khác" not in text_of(approved).replace("thi đua khác do", "")
    assert content(pdf_of(report, stage=FileStage.DRAFT)) == before
    later = gather(type(period).objects.get(pk=period.pk), ReportKind.CITY, as_of=MORNING)
    assert later["sectors"] != report.figures["sectors"]


def test_the_same_key_asks_once(period):
    first = asked(period, key="city:1:scheduled:x")
    second = asked(period, key="city:1:scheduled:x", at=MORNING + MINUTE)
    assert (first.pk, Report.objects.count()) == (second.pk, 1)
    assert second.requested_at == MORNING
    assert Event.objects.about(first).count() == 1


def test_reports_by_hand_have_no_key_and_never_collide(period):
    assert asked(period).pk != asked(period).pk


def test_a_file_is_not_made_before_its_time(period):
    report = asked(period)
    Report.objects.update(not_before=MORNING + MINUTE)
    building.build_due(MORNING + timedelta(seconds=59), clock=lambda: MORNING)
    assert not report.files.exists()
    building.build_due(MORNING + MINUTE, clock=lambda: MORNING + MINUTE)
    assert pdf_of(report)


# --- Nothing new: nothing rendered ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", OF_A_PERIOD)
def test_a_second_report_that_says_the_same_takes_the_file_over(period, fonts, kind):
    first = built(period, kind)
    fonts.take_away()
    later = timedelta(0) if kind == ReportKind.REMINDER else timedelta(days=1)  # its letter counts the days overdue

    second = built(period, kind, at=MORNING + later)

    assert (second.state, second.digest) == (ReportState.READY, first.digest)
    assert content(pdf_of(second)) == content(pdf_of(first))
    assert pdf_of(second).sha256 == pdf_of(first).sha256


@pytest.mark.parametrize(
    "change",
    [
        lambda period: Result.objects.update(amount=F("amount") + 1),
        lambda period: ReportTextFactory(period=period),
        lambda period: Unit.objects.update(place="Nơi khác"),
    ],
    ids=["figures", "prose", "masthead"],
)
def test_a_report_that_says_something_new_is_rendered(period, change):
    first = built(period)
    change(period)
    second = built(type(period).objects.get(pk=period.pk), at=MORNING + MINUTE)
    assert second.digest != first.digest
    assert content(pdf_of(second)) != content(pdf_of(first))


def test_a_second_report_that_says_the_same_takes_every_format_over(period):
    first, second = built(period), built(period, at=MORNING + MINUTE)

    assert formats_of(second) == ALL
    assert {made.sha256 for made in second.files.all()} == {made.sha256 for made in first.files.all()}


def test_a_draft_that_lacks_a_format_is_not_taken_over(period):
    """It was made before there was such a format."""
    first = built(period)
    first.files.exclude(format=FileFormat.PDF).delete()

    assert formats_of(built(period, at=MORNING + MINUTE)) == ALL


def test_a_file_is_taken_over_only_from_the_newest_report_of_its_kind_and_period(period, fonts):
    """A, then B, then A again: the newest says B, so the third is rendered, and fails where nothing can be."""
    built(period)
    text = ReportTextFactory(period=period)
    built(period, at=MORNING + MINUTE)
    text.delete()
    fonts.take_away()
    third = asked(period, at=MORNING + 2 * MINUTE)
    assert not building.build(third.pk, at=MORNING + 2 * MINUTE)


# --- Faults -----------------------------------------------------------------------------------------------------------


def test_a_missing_font_is_a_failed_report_with_a_sentence_and_a_retry(period, fonts):
    report = asked(period)
    fonts.take_away()

    assert not building.build(report.pk, at=MORNING)

    report.refresh_from_db()
    assert (report.state, report.needs_file, report.leased_until) == (ReportState.FAILED, False, None)
    assert "Thiếu tệp phông chữ Tinos-Regular.ttf" in report.error
    assert "make setup" in report.error
    assert Event.objects.about(report).first().verb == "Lập không thành"
    assert not building.build(report.pk, at=MORNING + timedelta(days=1)), "it waits for a person"

    fonts.give_back()
    workflow.retry(report, by=UserFactory(), at=MORNING)
    report.refresh_from_db()
    assert (report.state, report.error) == (ReportState.QUEUED, "")
    assert building.build(report.pk, at=MORNING)
    report.refresh_from_db()
    assert (report.state, formats_of(report)) == (ReportState.READY, ALL)


def test_a_fault_nobody_foresaw_is_tried_again_later_and_then_left_to_a_person(period):
    report = ReportFactory(period=period, figures={}, texts={}, digest="x" * 64)
    moments = [MORNING, MORNING + MINUTE, MORNING + 6 * MINUTE]
    for number, moment in enumerate(moments, start=1):
        if number > 1:
            building.build(report.pk, at=moment - timedelta(seconds=1))
            assert Report.objects.get(pk=report.pk).attempts == number - 1, "it waits its time"
        assert not building.build(report.pk, at=moment)
        report.refresh_from_db()
        assert report.attempts == number
        assert "Lỗi ngoài dự kiến" in report.error
        assert report.state == (ReportState.FAILED if number == 3 else ReportState.QUEUED)
    assert not report.needs_file
    assert not building.build(report.pk, at=MORNING + timedelta(days=1))


def test_a_failed_file_of_an_approved_report_keeps_its_state_and_can_be_made_again(period, fonts):
    report = built(period)
    workflow.approve(report, by=UserFactory(), at=MORNING)
    fonts.take_away()
    building.build(report.pk, at=MORNING)
    report.refresh_from_db()
    assert (report.state, report.needs_file) == (ReportState.APPROVED, False)
    assert "Thiếu tệp phông chữ" in report.error

    fonts.give_back()
    workflow.retry(report, by=UserFactory(), at=MORNING)
    building.build(report.pk, at=MORNING)
    assert report.files.filter(stage=FileStage.APPROVED).count() == 1


def test_one_bad_report_does_not_stop_the_others(period):
    bad = ReportFactory(period=period, figures={}, texts={}, digest="x" * 64, requested_at=MORNING - MINUTE)
    good = asked(period)
    building.build_due(MORNING, clock=lambda: MORNING)
    assert (formats_of(bad), formats_of(good)) == ([], ALL)


# --- Cancelled --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("looks", [1, 2, 3, 4])
def test_a_cancelled_builder_s_work_is_dropped_at_its_next_step(period, media, looks):
    """Cancelled between any two of its steps: the report stays cancelled, and no file is left anywhere."""
    report, cancel = asked(period), Cancelling(looks)
    with connection.execute_wrapper(cancel):
        assert not building.build(report.pk, at=MORNING)

    report.refresh_from_db()
    assert cancel.done
    assert (report.state, report.error, report.needs_file) == (ReportState.CANCELLED, "", False)
    assert not report.files.exists()
    assert [path for path in media.rglob("*") if path.is_file()] == []


class Cancelling:
    """Somebody cancels right before the so-many-th time that the builder tells how far it is."""

    def __init__(self, looks):
        self.looks, self.done = looks, False

    def __call__(self, execute, sql, params, many, context):
        if sql.startswith("UPDATE") and '"percent"' in sql and '"attempts"' not in sql and not self.done:
            self.looks -= 1
            if not self.looks:
                self.done = True
                workflow.cancel(Report.objects.get(), by=UserFactory(), at=MORNING)
        return execute(sql, params, many, context)


# --- Killed and doubled builders --------------------------------------------------------------------------------------


def test_a_killed_builder_s_report_is_taken_again_when_its_lease_is_over(period):
    report = asked(period)
    lease = MORNING + building.LEASE
    Report.objects.update(state=ReportState.BUILDING, leased_until=lease, attempts=1, step="Dàn trang", percent=40)

    assert not building.build(report.pk, at=lease - timedelta(microseconds=1))
    assert not report.files.exists()
    assert building.build(report.pk, at=lease)

    report.refresh_from_db()
    assert (report.state, formats_of(report), report.attempts) == (ReportState.READY, ALL, 2)


def test_the_next_builder_keeps_the_figures_that_a_killed_one_froze(period):
    report = asked(period)
    frozen = gather(period, ReportKind.CITY, as_of=MORNING)
    Report.objects.update(
        state=ReportState.BUILDING, leased_until=MORNING, figures=frozen, texts={}, digest="a" * 64, attempts=1
    )
    Result.objects.update(amount=Decimal(1))

    assert building.build(report.pk, at=MORNING)

    report.refresh_from_db()
    assert report.figures == frozen
    assert "110" in text_of(pdf_of(report))


def test_a_report_that_kills_every_builder_is_given_up(period):
    report = asked(period)
    Report.objects.update(state=ReportState.BUILDING, leased_until=MORNING, attempts=building.TRIES)

    assert not building.build(report.pk, at=MORNING)

    report.refresh_from_db()
    assert (report.state, report.needs_file) == (ReportState.FAILED, False)
    assert "bị ngắt nhiều lần" in report.error


def in_threads(*calls):
    """Run the calls at the same time, each on its own connection; their answers in order."""
    start, answers = threading.Barrier(len(calls)), [None] * len(calls)

    def run(place, call):
        start.wait()
        try:
            answers[place] = call()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.django_db(transaction=True)
def test_two_builders_at_once_make_one_file(period):
    report = asked(period)
    answers = in_threads(*[lambda: building.build(report.pk, at=MORNING)] * 4)
    assert sorted(answers) == [False, False, False, True]
    assert formats_of(report) == ALL


class NoRoomForWord(FileSystemStorage):
    """A disk that fills up between the first file of a report and the second."""

    def _save(self, name, content):
        if name.endswith(".docx"):
            raise OSError(errno.ENOSPC, "No space left on device")
        return super()._save(name, content)


def test_a_disk_that_fills_up_between_two_formats_leaves_no_half_set(period, settings, media):
    report, disk = asked(period), settings.STORAGES
    settings.STORAGES = disk | {"default": {"BACKEND": f"{__name__}.NoRoomForWord"}}

    assert not building.build(report.pk, at=MORNING)

    report.refresh_from_db()
    assert (report.state, formats_of(report)) == (ReportState.QUEUED, [])
    assert [path for path in media.rglob("*") if path.is_file()] == []
    settings.STORAGES = disk
    assert building.build(report.pk, at=MORNING + MINUTE)
    assert formats_of(report) == ALL


@pytest.mark.django_db(transaction=True)
def test_two_planners_at_once_ask_once(period):
    answers = in_threads(*[lambda: asked(period, key="city:1:scheduled:x").pk] * 4)
    assert len(set(answers)) == 1
    assert Report.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_slow_builder_whose_lease_was_taken_over_drops_its_work(period, media):
    report = ReportFactory(period=period, figures=sample_figures(), texts=sample_texts(), digest="a" * 64)
    later = MORNING + building.LEASE

    def take_over():
        wait_until(lambda: Report.objects.get(pk=report.pk).percent >= 40, "the first builder to render", every=0.01)
        Report.objects.filter(pk=report.pk).update(leased_until=later + building.LEASE)  # as a second claim would

    first, _ = in_threads(lambda: building.build(report.pk, at=MORNING), take_over)

    report.refresh_from_db()
    assert first is False
    assert (report.state, report.files.count()) == (ReportState.BUILDING, 0)
    assert [path for path in media.rglob("*") if path.is_file()] == []
    assert building.build(report.pk, at=later + building.LEASE)
    assert pdf_of(report)


def test_a_report_taken_back_while_its_file_was_made_gets_no_file(period):
    report = ReportFactory(period=period, approved=True, needs_file=True, leased_until=None)
    workflow.take_back(report, reason="Còn sai sót", by=UserFactory(), at=MORNING)
    assert not building.build(report.pk, at=MORNING)
    assert not report.files.exists()


# --- From draft to sent: which file says what -------------------------------------------------------------------------


def test_the_draft_s_mark_number_and_date_by_stage(period):
    leader, office = UserFactory(), UserFactory()
    report = built(period)
    draft = text_of(pdf_of(report))
    assert "DỰ THẢO" in draft

    workflow.approve(report, by=leader, at=MORNING)
    building.build(report.pk, at=MORNING)
    approved = text_of(pdf_of(report, stage=FileStage.APPROVED))
    assert "DỰ THẢO" not in approved
    assert "125" not in approved

    workflow.issue(report, number="125", issued_on=MORNING.date(), by=office, at=MORNING)
    building.build(report.pk, at=MORNING)
    issued = pdf_of(report, stage=FileStage.ISSUED)
    assert "DỰ THẢO" not in text_of(issued)
    assert "Số: 125/BC-UBND" in text_of(issued)
    assert "ngày 11 tháng 12 năm 2025" in text_of(issued)

    workflow.correct_number(
        report, number="126", issued_on=MORNING.date(), reason="Văn thư ghi nhầm", by=office, at=MORNING + MINUTE
    )
    building.build(report.pk, at=MORNING + MINUTE)
    corrected = report.files.filter(stage=FileStage.ISSUED).first()
    assert "Số: 126/BC-UBND" in text_of(corrected)
    issued.refresh_from_db()
    assert "Số: 125/BC-UBND" in text_of(issued), "the older file and its hash stay"
    assert {made.sha256 for made in report.files.all()} == {
        hashlib.sha256(content(made)).hexdigest() for made in report.files.all()
    }
    assert [made.format for made in report.files.filter(stage=FileStage.APPROVED)] == ["pdf"]
    assert formats_of(report, stage=FileStage.ISSUED) == sorted(ALL * 2)


# --- Every pair of states ---------------------------------------------------------------------------------------------

STATES = {
    "queued": {},
    "building": {"building": True},
    "failed": {"failed": True},
    "cancelled": {"cancelled": True},
    "ready": {"ready": True},
    "approved": {"approved": True},
    "issued": {"issued": True},
    "sent": {"sent": True},
    "superseded": {"superseded": True},
}
TODAY = MORNING.date()
VERBS = {
    "cancel": (
        lambda report, **on: workflow.cancel(report, **on),
        {"queued": ReportState.CANCELLED, "building": ReportState.CANCELLED},
    ),
    "retry": (
        lambda report, **on: workflow.retry(report, **on),
        {"failed": ReportState.QUEUED, "cancelled": ReportState.QUEUED},
    ),
    "approve": (lambda report, **on: workflow.approve(report, **on), {"ready": ReportState.APPROVED}),
    "take_back": (
        lambda report, **on: workflow.take_back(report, reason="Còn sai sót", **on),
        {"approved": ReportState.READY},
    ),
    "issue": (
        lambda report, **on: workflow.issue(report, number="7", issued_on=TODAY, **on),
        {"approved": ReportState.ISSUED},
    ),
    "correct_number": (
        lambda report, **on: workflow.correct_number(report, number="8", issued_on=TODAY, reason="Ghi nhầm", **on),
        {"issued": ReportState.ISSUED},
    ),
    "record_sending": (
        lambda report, **on: workflow.record_sending(report, sent_at=MORNING, how="Trục liên thông", **on),
        {"issued": ReportState.ISSUED},
    ),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_from_every_state(verb, state):
    act, allowed = VERBS[verb]
    report = ReportFactory(**STATES[state])
    if state == "approved":
        ReportFileFactory(report=report, stage=FileStage.APPROVED)
    before = Report.objects.values().get(pk=report.pk)
    if state in allowed:
        act(report, by=UserFactory(), at=MORNING + timedelta(days=2))
        report.refresh_from_db()
        assert report.state == allowed[state]
        assert Event.objects.about(report).count() == 1
    else:
        with pytest.raises(Refused):
            act(report, by=UserFactory(), at=MORNING + timedelta(days=2))
        assert Report.objects.values().get(pk=report.pk) == before
        assert not Event.objects.about(report).exists()


@pytest.mark.parametrize(
    ("state", "act"),
    [
        ("approved", lambda report, **on: workflow.take_back(report, reason="  ", **on)),
        (
            "issued",
            lambda report, **on: workflow.correct_number(report, number="8", issued_on=TODAY, reason=" ", **on),
        ),
        (
            "issued",
            lambda report, **on: workflow.record_sending(report, sent_at=MORNING + timedelta(days=9), how="Thư", **on),
        ),
        ("approved", lambda report, **on: workflow.issue(report, number="7", issued_on=TODAY, **on)),
    ],
    ids=["no reason to take back", "no reason to correct", "sent in the future", "issued before its sheet is made"],
)
def test_what_a_verb_needs_is_refused_when_it_is_missing(state, act):
    report = ReportFactory(**STATES[state])
    with pytest.raises(Refused):
        act(report, by=UserFactory(), at=MORNING + timedelta(days=2))
    report.refresh_from_db()
    assert report.state == state


def test_a_progress_report_is_not_approved():
    report = ReportFactory(kind=ReportKind.PROGRESS, ready=True)
    with pytest.raises(Refused):
        workflow.approve(report, by=UserFactory(), at=MORNING)


def test_a_newly_issued_report_supersedes_the_one_before(period):
    before = ReportFactory(period=period, sent=True)
    other = ReportFactory(issued=True)
    report = ReportFactory(period=period, approved=True)
    ReportFileFactory(report=report, stage=FileStage.APPROVED)

    workflow.issue(report, number="130", issued_on=TODAY, by=UserFactory(), at=MORNING + timedelta(days=2))

    for each in (before, other, report):
        each.refresh_from_db()
    assert (before.state, other.state) == (ReportState.SUPERSEDED, ReportState.ISSUED)
    assert report.supersedes == before
    assert before.sent_at is not None, "what was sent stays on record"
    assert "130" in Event.objects.about(before).first().verb
