"""The city report of 150 units beside bare WeasyPrint on the same HTML, with its memory; 150 units' own reports."""

import multiprocessing
import resource
import statistics
import time

from django.conf import settings
from django.db import connection
from django.utils import timezone

from campaign_portal import pdf
from campaign_portal.celery import ring
from campaigns.models import ReportingPeriod
from reports import building
from reports.kinds import MAKING
from reports.models import FileFormat, FileStage, Report, ReportFile, ReportKind, ReportState
from reports.tasks import build_queued_reports
from tests.bench import ward
from tests.bench.figures import Figure, bench

TIMES = 5
LIMIT_MB = 300
UNITS = 150


@bench("report")
def report(stage):
    period = ward.ward("report", UNITS)
    ward.hand_in_all(period, accepted=True)
    connection.close()
    with multiprocessing.get_context("fork").Pool(1, maxtasksperchild=1) as pool:  # as Celery starts its workers
        ours, bare, whole, again, memory = pool.apply_async(_measure, [period.pk]).get(timeout=600)
    ratio = ours / bare
    yield Figure(
        "report.beside_bare",
        ratio,
        "×",
        f"figures, HTML and PDF at most 1.15 × bare WeasyPrint ({bare:.2f} s) on the same HTML",
        ratio <= 1.15,
    )
    yield Figure("report.seconds", whole, "s", f"PDF, Word and Excel stored; {UNITS} units", True)
    yield Figure("report.memory", memory, "MB", f"at most {LIMIT_MB} MB in a warm worker", memory <= LIMIT_MB)
    yield Figure(
        "report.second_build", again / whole, "×", "nothing changed: at most 0.2 × the first", again <= whole / 5
    )
    yield from _units(stage, period)


def _bare(html):
    """WeasyPrint as its manual calls it, with the same four fonts and the same kind of PDF."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    font_config = FontConfiguration()
    rules = pdf.FONT_RULES.replace("portal-font:", f"{settings.PDF_FONTS_DIR.as_uri()}/")
    faces = CSS(string=rules, font_config=font_config)
    return HTML(string=html).write_pdf(stylesheets=[faces], font_config=font_config, pdf_variant="pdf/a-2a")


def _measure(period_pk):
    """Medians of the PDF by our door and of bare rendering, in seconds of the processor; of a whole build and of one
    with nothing new, in seconds; peak memory in MB of the worker or any of its children. In a process of its own, warm.
    """
    period = ReportingPeriod.objects.select_related("campaign__organiser").get(pk=period_pk)
    ours, bare, whole, again = [], [], [], []
    for turn in range(TIMES + 1):
        ReportFile.objects.all().delete()  # so that nothing is taken over from the build before
        built, seconds = _built(period)
        _, seconds_again = _built(period)
        begin = _worked()
        MAKING[ReportKind.CITY].gather(built)
        html = building.html_of(built, FileStage.DRAFT)
        pdf.render(html)
        between = _worked()
        if turn:
            ours.append(between - begin)
            whole.append(seconds)
            again.append(seconds_again)
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    for turn in range(TIMES + 1):  # last: what it loads is not the worker's memory
        begin = _worked()
        _bare(html)
        if turn:
            bare.append(_worked() - begin)
    return *(statistics.median(each) for each in (ours, bare, whole, again)), peak


def _worked():
    """Seconds of the processor that this process and its ended children have taken: other work does not count."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def _built(period):
    begin = time.perf_counter()
    asked = building.request(period, ReportKind.CITY, by=None, at=timezone.now())
    assert building.build(asked.pk, at=timezone.now())
    return Report.objects.get(pk=asked.pk), time.perf_counter() - begin


def _units(stage, period):
    """A report of its own for each unit's hand-in, from the ring until the last is stored, with a real worker."""
    office, now = ward.office_of(period), timezone.now()
    with stage.worker():
        begin = time.perf_counter()
        for submission in ward.submissions(period):
            building.request_of_revision(submission.current_revision, ReportKind.UNIT, by=office, at=now)
        ring(build_queued_reports)
        asked = Report.objects.filter(kind=ReportKind.UNIT, period=period)
        while asked.filter(state=ReportState.READY).count() < UNITS:
            assert time.perf_counter() - begin < 300, "the units' reports are not coming"
            time.sleep(0.1)
        seconds = time.perf_counter() - begin
    stored = ReportFile.objects.filter(report__in=asked, format=FileFormat.PDF).count()
    yield Figure("report.units", seconds, "s", f"at most 60 s for {UNITS} units' reports", seconds <= 60)
    yield Figure("report.units.stored", stored, "files", f"all {UNITS}", stored == UNITS)
