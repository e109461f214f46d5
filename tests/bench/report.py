"""The city report of 150 units: the portal's whole build beside bare WeasyPrint on the same HTML, and its memory."""

import multiprocessing
import resource
import statistics
import time

from django.conf import settings
from django.db import connection
from django.utils import timezone

from campaign_portal import pdf
from campaigns.models import ReportingPeriod
from reports import building
from reports.models import FileStage, Report, ReportFile, ReportKind
from tests.bench import ward
from tests.bench.figures import Figure, bench

TIMES = 5
LIMIT_MB = 300


@bench("report")
def report(stage):
    period = ward.ward("report", 150)
    ward.hand_in_all(period, accepted=True)
    connection.close()
    with multiprocessing.get_context("fork").Pool(1, maxtasksperchild=1) as pool:  # as Celery starts its workers
        whole, bare, memory = pool.apply_async(_measure, [period.pk]).get(timeout=300)
    ratio = whole / bare
    yield Figure(
        "report.beside_bare",
        ratio,
        "×",
        f"at most 1.15 × bare WeasyPrint ({bare:.2f} s) on the same HTML",
        ratio <= 1.15,
    )
    yield Figure("report.seconds", whole, "s", f"{bare:.2f} s bare, 150 units", True)
    yield Figure("report.memory", memory, "MB", f"at most {LIMIT_MB} MB in a warm worker", memory <= LIMIT_MB)


def _bare(html):
    """WeasyPrint as its manual calls it, with the same four fonts and the same kind of PDF."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    font_config = FontConfiguration()
    rules = pdf.FONT_RULES.replace("portal-font:", f"{settings.PDF_FONTS_DIR.as_uri()}/")
    faces = CSS(string=rules, font_config=font_config)
    HTML(string=html).write_pdf(stylesheets=[faces], font_config=font_config, pdf_variant="pdf/a-2a")


def _measure(period_pk):
    """(median of the whole build, median of bare rendering, peak memory) in a process of its own, warm."""
    period = ReportingPeriod.objects.select_related("campaign__organiser").get(pk=period_pk)
    whole, bare, html = [], [], ""
    for turn in range(TIMES + 1):
        ReportFile.objects.all().delete()  # so that nothing is taken over from the build before
        begin = time.perf_counter()
        built = building.request(period, ReportKind.CITY, by=None, at=timezone.now())
        assert building.build(built.pk, at=timezone.now())
        after = time.perf_counter()
        html = building.html_of(Report.objects.get(pk=built.pk), FileStage.DRAFT)
        begin_bare = time.perf_counter()
        _bare(html)
        end = time.perf_counter()
        if turn:
            whole.append(after - begin)
            bare.append(end - begin_bare)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return statistics.median(whole), statistics.median(bare), peak
