import hashlib
import io
import zipfile
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from campaigns.tests.factories import PeriodFactory
from reports.management.commands.export_report import file_of
from reports.models import OF_A_PERIOD, FileFormat, Report, ReportState
from reports.tests.factories import MORNING, ReportFactory, reported_ward

pytestmark = pytest.mark.django_db


@pytest.fixture
def period():
    return reported_ward(campaign__slug="kien-an-2025")


@pytest.fixture
def out(tmp_path):
    return tmp_path / "bao-cao.pdf"


def export(out, campaign="kien-an-2025", kind="city", **options):
    said = io.StringIO()
    call_command("export_report", campaign, kind=kind, out=out, stdout=said, **options)
    return said.getvalue()


@pytest.mark.parametrize("kind", OF_A_PERIOD)
def test_a_report_is_built_written_and_its_hash_printed(period, out, kind):
    said = export(out, kind=kind)
    sha256 = hashlib.sha256(out.read_bytes()).hexdigest()
    assert said == f"{sha256}  {out}\n"
    assert out.read_bytes().startswith(b"%PDF-")
    report = Report.objects.get()
    assert (report.kind, report.state, report.requested_by) == (kind, ReportState.READY, None)
    assert report.files.get(format=FileFormat.PDF).sha256 == sha256


def test_a_second_export_of_the_same_figures_gives_the_same_bytes(period, out, tmp_path):
    assert export(out).split()[0] == export(tmp_path / "again.pdf").split()[0]


@pytest.mark.parametrize("format", [FileFormat.DOCX, FileFormat.XLSX])
def test_the_city_report_is_written_for_word_and_excel_too(period, out, format):
    said = export(out, format=format.value)
    assert said.split()[0] == Report.objects.get().files.get(format=format).sha256
    assert hashlib.sha256(out.read_bytes()).hexdigest() == said.split()[0]
    assert zipfile.is_zipfile(out)


def test_a_format_that_a_kind_has_not_is_a_sentence(period, out):
    with pytest.raises(CommandError, match="Báo cáo tiến độ không có bản Word"):
        export(out, kind="progress", format="docx")
    assert not Report.objects.exists()


def test_the_newest_period_is_taken_unless_another_is_named(period, out):
    earlier = PeriodFactory(
        campaign=period.campaign,
        name="Kỳ trước",
        units_due=period.units_due - timedelta(days=90),
        report_due=period.report_due - timedelta(days=90),
    )
    export(out)
    export(out, period="Kỳ trước")
    assert [report.period for report in Report.objects.order_by("pk")] == [period, earlier]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"campaign": "khong-co"}, "Không có đợt thi đua “khong-co”."),
        ({"period": "Kỳ lạ"}, "Không có kỳ báo cáo này."),
    ],
)
def test_what_does_not_exist_is_a_sentence(period, out, options, sentence):
    with pytest.raises(CommandError, match=sentence):
        export(out, **options)
    assert not out.exists()


def test_a_file_that_cannot_be_written_is_a_sentence(period, tmp_path):
    with pytest.raises(CommandError, match="Không ghi được tệp"):
        export(tmp_path / "no" / "folder.pdf")


def test_a_missing_font_is_a_sentence(period, out, settings, tmp_path):
    settings.PDF_FONTS_DIR = tmp_path
    with pytest.raises(CommandError, match="Thiếu tệp phông chữ"):
        export(out)
    assert not out.exists()


def test_a_report_that_a_worker_took_first_is_a_sentence(period):
    """The minute's ring may come between asking and building; the row is then the worker's."""
    taken = ReportFactory(period=period, building=True, leased_until=MORNING)
    with pytest.raises(CommandError, match="đang được tiến trình nền lập"):
        file_of(taken)
