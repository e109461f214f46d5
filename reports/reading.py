"""What a built city report's page shows of it: its figures in short, what a reader would object to, what differs."""

from dataclasses import dataclass

from reports import differing, objections
from reports.models import Report, ReportKind, ReportState
from reports.target_columns import targets_of

DRAFT = (ReportState.READY, ReportState.APPROVED)
SUMMARY = [
    ("met", "Đạt"),
    ("exceeded", "Vượt"),
    ("missed", "Chưa đạt"),
    ("not_due", "Chưa đến kỳ"),
    ("not_computable", "Không tính được"),
    ("tracked", "Chỉ theo dõi"),
]


@dataclass(frozen=True)
class Reading:
    """`before` is the report that this one replaces, or would replace once it is issued."""

    is_draft: bool
    figures: dict
    counts: list
    missed: list
    objections: list
    before: Report | None
    differences: differing.Differences | None
    sections: dict


def read(report):
    """A `Reading`, or None where there is nothing frozen yet. Two queries, and one more for the report before."""
    if report.kind != ReportKind.CITY:
        return None
    report.refresh_from_db(fields=["figures", "texts"])
    if report.figures is None:
        return None
    figures, before = report.figures, _before(report)
    is_draft = report.state in DRAFT
    return Reading(
        is_draft=is_draft,
        figures=figures,
        counts=[(code, label, figures["summary"][code]) for code, label in SUMMARY],
        missed=[target for target in targets_of(figures) if target["verdict"] in ("missed", "not_computable")],
        objections=objections.with_headings(objections.objections(figures, report.texts), figures) if is_draft else [],
        before=before,
        differences=differing.differences(before, report) if before else None,
        sections=dict(objections.headings(figures)),
    )


def _before(report):
    if report.supersedes_id:
        return Report.objects.select_related("period").get(pk=report.supersedes_id)
    if report.state not in DRAFT:
        return None
    issued = Report.objects.filter(kind=report.kind, period=report.period_id, state=ReportState.ISSUED)
    return issued.select_related("period").exclude(pk=report.pk).first()
