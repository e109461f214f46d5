"""What each kind of document is made of: how its figures are gathered, and how they become the HTML of a file.

A further kind is one more entry here and a module of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from reports import (
    archive,
    check_sheet,
    documents,
    docx_report,
    figures,
    plan_document,
    receipt,
    reminder_letter,
    unit_report,
    verifying,
    xlsx_report,
)
from reports.models import FileFormat, FileStage, ReportKind


@dataclass(frozen=True)
class Making:
    """`gather(report)` gives (figures, texts) to be frozen; `html(report, stage)` reads nothing but what is frozen.

    A kind that is no PDF has `write(report, file)` and its `format` instead. `beside` is what its drafts and issued
    reports are also handed out as: {format: function(report, stage, html) that gives bytes}.
    """

    gather: Callable
    html: Callable | None
    file_name: str
    write: Callable | None = None
    format: FileFormat = FileFormat.PDF
    beside: dict = field(default_factory=dict)


def _of_a_period(report):
    gathered = figures.gather(report.period, report.kind, as_of=report.as_of)
    return gathered, figures.frozen_texts(gathered, figures.texts_of(report.period, report.kind))


def _progress_html(report, stage):
    return documents.progress_report_html(report.figures, report.texts)


def _lookup(code):
    return {"code": verifying.printed(code), "address": verifying.address(code), "qr": verifying.qr(code)}


def _city_html(report, stage):
    """Number and date stand on the issued file alone."""
    issued = stage == FileStage.ISSUED
    header = {
        "stage": str(stage),
        "number": report.number if issued else "",
        "issued_on": report.issued_on if issued else None,
        "lookup": _lookup(report.code) if issued and report.code else None,
    }
    return documents.city_report_html(report.figures, report.texts, header=header)


def _city_docx(report, stage, html):
    mark = "DỰ THẢO" if stage == FileStage.DRAFT else ""
    return docx_report.write(html, mark=mark, at=report.issued_at or report.as_of)


def _city_xlsx(report, stage, html):
    return xlsx_report.write(report, stage)


def _of_figures(module, file_name):
    """A paper without prose of the office's own, that is the same at every stage."""
    return Making(
        lambda report: (module.gather(report), {}), lambda report, stage: module.html(report.figures), file_name
    )


MAKING = {
    ReportKind.PROGRESS: Making(_of_a_period, _progress_html, "bao-cao-tien-do"),
    ReportKind.CITY: Making(
        _of_a_period,
        _city_html,
        "bao-cao-thanh-pho",
        beside={FileFormat.XLSX: _city_xlsx, FileFormat.DOCX: _city_docx},
    ),
    ReportKind.CHECK_SHEET: Making(
        lambda report: (check_sheet.gather(report.campaign), {}),
        lambda report, stage: check_sheet.html(report.figures),
        "phieu-doi-chieu",
    ),
    ReportKind.UNIT: _of_figures(unit_report, "bao-cao-don-vi"),
    ReportKind.RECEIPT: _of_figures(receipt, "bien-nhan"),
    ReportKind.REMINDER: _of_figures(reminder_letter, "cong-van-don-doc"),
    ReportKind.PLAN: _of_figures(plan_document, "ke-hoach"),
    ReportKind.ARCHIVE: Making(
        lambda report: (archive.gather(report), {}),
        None,
        "ho-so-luu-tru",
        write=archive.write,
        format=FileFormat.ZIP,
    ),
}
