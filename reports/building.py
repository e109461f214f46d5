"""How a report is built: a row asks for it, a lease takes it, its figures are frozen, a file is made from them.

The same three looks make it safe to kill at any moment: are there frozen figures, is there a file, is it marked. Two
builders never make the same file, since a conditional UPDATE is the claim.
"""

import errno
import hashlib
import logging
import tempfile
from datetime import timedelta

from django.core.files.base import ContentFile, File
from django.db import IntegrityError, transaction
from django.db.models import Case, F, Value, When

from campaign_portal import pdf
from campaigns.models import record
from reports import figures, notifications, workflow
from reports.kinds import MAKING
from reports.models import FileFormat, FileStage, Report, ReportFile, ReportKind, ReportState

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=3)
LONG_LEASE = timedelta(minutes=6)  # of an archive, which copies every file of a campaign
TRIES = 3
BACK_OFF = [timedelta(minutes=1), timedelta(minutes=5)]
STAGES = {
    ReportState.QUEUED: FileStage.DRAFT,
    ReportState.BUILDING: FileStage.DRAFT,
    ReportState.APPROVED: FileStage.APPROVED,
    ReportState.ISSUED: FileStage.ISSUED,
}


class LeaseLost(Exception):
    """Another builder took the report over, or its state moved on: this one's work is dropped."""


def request(period, kind, *, by, at, key=None, as_of=None):
    """The row that asks for a report of a period; the same schedule `key` gives the same row.

    `by` is None for the schedule.
    """
    return _request(kind, period.campaign, period, by=by, at=at, key=key, as_of=as_of)


def request_of_campaign(campaign, kind, *, by, at):
    """The row that asks for a document of a whole campaign."""
    return _request(kind, campaign, None, by=by, at=at)


def request_of_revision(revision, kind, *, by, at):
    """The row that asks for a document of one hand-in. A hand-in never changes, so it has one such document for good;
    one that failed or was cancelled is queued again.
    """
    period, key = revision.submission.period, f"{kind}:{revision.pk}"
    report = _request(kind, period.campaign, period, by=by, at=at, key=key, revision=revision)
    stopped = {ReportState.FAILED, ReportState.CANCELLED}
    return workflow.retry(report, by=by, at=at) if report.state in stopped else report


def _request(kind, campaign, period, *, by, at, key=None, as_of=None, revision=None):
    fields = {
        "kind": kind,
        "campaign": campaign,
        "period": period,
        "revision": revision,
        "as_of": as_of or at,
        "requested_by": by,
        "requested_at": at,
    }
    try:
        with transaction.atomic():
            report = Report.objects.create(key=key, **fields)
            record(report, f"Yêu cầu lập {report.get_kind_display().lower()}", campaign=campaign, by=by, at=at)
    except IntegrityError:
        if key is None:
            raise
        report = Report.objects.get(key=key)
    return report


def build_due(at, *, clock, kinds=tuple(ReportKind), seconds=None):
    """Build every report whose file is due; `clock()` gives the moment for the lease of each.

    After so many `seconds` nothing further is begun. Returns whether something is left.
    """
    due = Report.objects.file_due(at).filter(kind__in=kinds)
    for pk in due.order_by("requested_at", "pk").values_list("pk", flat=True):
        now = clock()
        if seconds is not None and now - at > timedelta(seconds=seconds):
            return True
        build(pk, at=now)
    return False


def build(pk, *, at):
    """Take one report by lease and make its file. Returns whether this call made it; a failure is marked on the row."""
    report = _claim(pk, at)
    if report is None:
        return False
    try:
        _freeze(report, at)
        if MAKING[ReportKind(report.kind)].write:
            _make_on_disk(report, at)
        else:
            _make_in_memory(report, at)
    except LeaseLost:
        logger.warning("Report %s was taken over while it was being built", report.pk)
        return False
    except Exception as fault:
        logger.exception("Report %s could not be built", report.pk)
        _fail(report, fault, at)
        return False
    return True


def _make_in_memory(report, at):
    stage = STAGES[ReportState(report.state)]
    contents = _drafts_made_before(report) if stage == FileStage.DRAFT else None
    if contents is None:
        contents = _drawn(report, stage)
    _tell(report, "Ghi tệp", 90)
    _finish(report, stage, {format: ContentFile(content) for format, content in contents.items()}, at)


def _drawn(report, stage):
    """{format: bytes} of everything that the report is handed out as at this stage."""
    html, contents = html_of(report, stage), {}
    for format, write in _beside(report, stage).items():
        _tell(report, f"Lập bản {format.label}", 25)
        contents[format] = write(report, stage, html)
    _tell(report, "Dàn trang và nhúng phông chữ", 40)
    contents[FileFormat.PDF] = pdf.render(html)
    return contents


def _beside(report, stage):
    """What there is to work on beside the PDF; the sheet that is to be signed stands alone."""
    return {} if stage == FileStage.APPROVED else MAKING[ReportKind(report.kind)].beside


def _make_on_disk(report, at):
    """A file too large to hold in memory goes through a temporary one."""
    making = MAKING[ReportKind(report.kind)]
    _tell(report, "Xếp tài liệu vào hồ sơ", 40)
    with tempfile.TemporaryFile() as whole:
        making.write(report, whole)
        _tell(report, "Ghi tệp", 90)
        _finish(report, STAGES[ReportState(report.state)], {making.format: File(whole)}, at)


def html_of(report, stage):
    """The document of frozen figures."""
    return MAKING[ReportKind(report.kind)].html(report, stage)


def _claim(pk, at):
    until = Case(When(kind=ReportKind.ARCHIVE, then=Value(at + LONG_LEASE)), default=Value(at + LEASE))
    taken = (
        Report.objects.file_due(at)
        .filter(pk=pk)
        .update(leased_until=until, attempts=F("attempts") + 1, step="Bắt đầu", percent=5, error="")
    )
    if not taken:
        return None
    Report.objects.filter(pk=pk, state=ReportState.QUEUED).update(state=ReportState.BUILDING)
    report = Report.objects.select_related("period__campaign__organiser", "campaign__organiser").get(pk=pk)
    if report.state not in STAGES:  # cancelled while it was being claimed
        return None
    if report.attempts > TRIES:
        _fail(report, pdf.PdfError("Máy lập báo cáo bị ngắt nhiều lần."), at)
        return None
    return report


def _ours(report):
    return Report.objects.filter(pk=report.pk, leased_until=report.leased_until, state=report.state)


def _tell(report, step, percent):
    if not _ours(report).update(step=step, percent=percent):
        raise LeaseLost


def _freeze(report, at):
    """Gather the figures once: whatever happens afterwards, the report says what was true at `as_of`."""
    if report.figures is not None:
        return
    _tell(report, "Tổng hợp số liệu", 15)
    with transaction.atomic():
        report.figures, report.texts = MAKING[ReportKind(report.kind)].gather(report)
        report.digest = figures.digest(report.figures, report.texts)
    if not _ours(report).update(figures=report.figures, texts=report.texts, digest=report.digest):
        raise LeaseLost


def _drafts_made_before(report):
    """{format: bytes} of the draft of the newest report of the same kind and place, when it says the same."""
    same_place = {"kind": report.kind, "campaign": report.campaign, "period": report.period}
    newest = (
        Report.objects.filter(**same_place, files__stage=FileStage.DRAFT)
        .exclude(pk=report.pk)
        .order_by("-requested_at", "-pk")
        .first()
    )
    if newest is None or newest.digest != report.digest:
        return None
    stored = {FileFormat(made.format): made for made in newest.files.filter(stage=FileStage.DRAFT).order_by("pk")}
    if not stored.keys() >= {*_beside(report, FileStage.DRAFT), FileFormat.PDF}:
        return None
    try:
        return {format: _read(made) for format, made in stored.items()}
    except OSError:  # a file went astray: all are made anew
        return None


def _read(made):
    with made.file.open("rb") as stored:
        return stored.read()


def _finish(report, stage, contents, at):
    """Show the files, {format: File}: only whole files get rows, all at once, and only the lease's holder marks the
    report.
    """
    files = []
    try:
        for format, content in contents.items():
            files.append(_stored(report, stage, format, content, at))
        _show(report, files, at)
    except (LeaseLost, OSError):
        for made in files:
            made.file.delete(save=False)
        raise


def _stored(report, stage, format, content, at):
    digest = hashlib.sha256()
    for piece in content.chunks():
        digest.update(piece)
    made = ReportFile(
        report=report, stage=stage, format=format, sha256=digest.hexdigest(), size=content.size, made_at=at
    )
    made.file.save(f"report.{format}", content, save=False)
    return made


@transaction.atomic
def _show(report, files, at):
    done = {"needs_file": False, "leased_until": None, "not_before": None, "step": "", "percent": 100, "error": ""}
    if report.state == ReportState.BUILDING:
        done["state"] = ReportState.READY
    if not _ours(report).update(**done):
        raise LeaseLost
    for made in files:
        made.save()
    made = files[-1]
    formats = ", ".join(each.get_format_display() for each in reversed(files)) if len(files) > 1 else ""
    verb = f"Đã lập tệp: {made.get_stage_display().lower()}"
    record(report, verb, campaign=report.campaign, by=None, at=at, detail=formats)
    if made.stage == FileStage.DRAFT and report.is_scheduled:
        notifications.tell_office(report, at=at)


def _sentence(fault):
    if isinstance(fault, pdf.PdfError):
        return str(fault)
    if isinstance(fault, OSError) and fault.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return "Máy chủ không còn chỗ lưu tệp; đề nghị báo người quản trị, rồi lập lại."
    return "Lỗi ngoài dự kiến khi lập báo cáo; đề nghị lập lại."


def _fail(report, fault, at):
    """Note the fault where people see it; try again later, and after the last try leave it to a person."""
    sentence = _sentence(fault)
    last = isinstance(fault, pdf.PdfError) or report.attempts >= TRIES
    noted = {"error": sentence[:500], "leased_until": None, "step": ""}
    if last:
        noted |= {"needs_file": False, "not_before": None}
        if report.state == ReportState.BUILDING:
            noted["state"] = ReportState.FAILED
    else:
        noted["not_before"] = at + BACK_OFF[report.attempts - 1]
        if report.state == ReportState.BUILDING:
            noted["state"] = ReportState.QUEUED
    with transaction.atomic():
        if _ours(report).update(**noted):
            record(report, "Lập không thành", campaign=report.campaign, by=None, at=at, detail=sentence)
