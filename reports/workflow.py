"""How a built report lives on: approved, issued, corrected, sent, superseded. Each verb writes its event."""

from django.core.files.base import ContentFile
from django.db import transaction

from campaigns.models import ReportingPeriod, record
from reports import verifying
from reports.models import FileStage, Report, ReportFile, ReportKind, ReportState, SignatureCheck
from reports.objections import objections
from units.models import ward_day
from units.refusals import Refused

MOVES = {
    ReportState.QUEUED: {ReportState.CANCELLED},
    ReportState.BUILDING: {ReportState.CANCELLED},
    ReportState.FAILED: {ReportState.QUEUED},
    ReportState.CANCELLED: {ReportState.QUEUED},
    ReportState.READY: {ReportState.APPROVED},
    ReportState.APPROVED: {ReportState.READY, ReportState.ISSUED},
    ReportState.ISSUED: {ReportState.SUPERSEDED},
}


def _locked(report):
    return Report.objects.select_for_update(of=["self"]).select_related("campaign", "period").get(pk=report.pk)


def _move(stored, to, verb, *, by, at, detail="", **fields):
    if to not in MOVES.get(ReportState(stored.state), set()):
        raise Refused(f"Báo cáo đang ở trạng thái “{stored.get_state_display()}”, không thể thực hiện việc này.")
    stored.state = to
    for name, value in fields.items():
        setattr(stored, name, value)
    stored.save(update_fields=["state", *fields])
    record(stored, verb, campaign=stored.campaign, by=by, at=at, detail=detail)
    return stored


FILE_DUE = {"needs_file": True, "attempts": 0, "error": "", "not_before": None, "leased_until": None, "percent": 0}


@transaction.atomic
def retry(report, *, by, at):
    """Have a failed or cancelled build, or a failed file of an approved or issued report, made again."""
    stored = _locked(report)
    if stored.state in {ReportState.FAILED, ReportState.CANCELLED}:
        return _move(stored, ReportState.QUEUED, "Lập lại", by=by, at=at, **FILE_DUE)
    if not stored.error or stored.needs_file:
        raise Refused("Báo cáo này không có việc nào phải lập lại.")
    Report.objects.filter(pk=stored.pk).update(**FILE_DUE)
    record(stored, "Lập lại tệp", campaign=stored.campaign, by=by, at=at)
    return stored


@transaction.atomic
def cancel(report, *, by, at):
    """Stop a report that waits or is being built: its builder loses the lease and drops its work at its next step."""
    return _move(
        _locked(report),
        ReportState.CANCELLED,
        "Huỷ lập",
        by=by,
        at=at,
        needs_file=False,
        leased_until=None,
        not_before=None,
        step="",
        error="",
    )


@transaction.atomic
def approve(report, *, by, at):
    """The leader's yes: the sheet to sign is made, without the draft's mark, number and date blank."""
    stored = _locked(report)
    if stored.kind != ReportKind.CITY:
        raise Refused("Chỉ báo cáo gửi thành phố mới cần phê duyệt.")
    newer = stored.period.built_reports.filter(
        kind=stored.kind, requested_at__gt=stored.requested_at, state__in=[ReportState.APPROVED, ReportState.ISSUED]
    )
    if newer.exists():
        raise Refused("Đã có bản mới hơn được phê duyệt hoặc ban hành; đề nghị phê duyệt bản mới nhất.")
    if forbidden := [each.sentence for each in _faults(stored) if each.forbids]:
        raise Refused(f"Chưa phê duyệt được: {' '.join(forbidden[:5])} Đề nghị sửa lời báo cáo rồi lập lại.")
    return _move(stored, ReportState.APPROVED, "Phê duyệt", by=by, at=at, approved_by=by, approved_at=at, **FILE_DUE)


def _faults(report):
    return objections(report.figures, report.texts) if report.figures else []


@transaction.atomic
def take_back(report, *, reason, by, at):
    """The office takes an approved report back to a draft, to build a better one."""
    if not reason.strip():
        raise Refused("Đề nghị ghi lý do thu hồi.")
    return _move(
        _locked(report),
        ReportState.READY,
        "Thu hồi bản đã phê duyệt",
        by=by,
        at=at,
        detail=reason.strip(),
        approved_by=None,
        approved_at=None,
        needs_file=False,
        error="",
        leased_until=None,
    )


@transaction.atomic
def issue(report, *, number, issued_on, by, at):
    """Record the clerk's number and date; an issued report of the same period before it is superseded by it."""
    stored = _locked(report)
    if stored.kind != ReportKind.CITY:
        raise Refused("Chỉ báo cáo gửi thành phố mới ghi số, ngày ban hành.")
    ReportingPeriod.objects.select_for_update().get(pk=stored.period_id)  # one report of a period is issued at a time
    if issued_on > ward_day(at):
        raise Refused("Ngày ban hành không thể ở tương lai.")
    if stored.needs_file or not stored.files.filter(stage=FileStage.APPROVED).exists():
        raise Refused("Bản trình ký chưa lập xong; đề nghị chờ rồi ghi số.")
    before = (
        Report.objects.select_for_update()
        .filter(kind=stored.kind, period=stored.period, state=ReportState.ISSUED)
        .exclude(pk=stored.pk)
        .first()
    )
    if before is not None:
        _move(before, ReportState.SUPERSEDED, f"Được thay thế bởi báo cáo số {number}", by=by, at=at)
    return _move(
        stored,
        ReportState.ISSUED,
        f"Ghi số {number}",
        by=by,
        at=at,
        number=number,
        issued_on=issued_on,
        issued_by=by,
        issued_at=at,
        supersedes=before,
        code=stored.code or verifying.fresh_code(),
        **FILE_DUE,
    )


@transaction.atomic
def correct_number(report, *, number, issued_on, reason, by, at):
    """Number and date typed wrongly, mended until the report was sent; the older file and its hash stay."""
    stored = _locked(report)
    if stored.state != ReportState.ISSUED:
        raise Refused("Chỉ đính chính được số, ngày của báo cáo đã ban hành.")
    if stored.sent_at is not None:
        raise Refused("Báo cáo đã gửi; muốn sửa, đề nghị lập và ban hành báo cáo thay thế.")
    if stored.files.filter(stage=FileStage.SIGNED).exists():
        raise Refused("Báo cáo đã có bản ký số; muốn sửa, đề nghị lập và ban hành báo cáo thay thế.")
    if not reason.strip():
        raise Refused("Đề nghị ghi lý do đính chính.")
    if issued_on > ward_day(at):
        raise Refused("Ngày ban hành không thể ở tương lai.")
    was = f"số {stored.number}, ngày {stored.issued_on:%d/%m/%Y}"
    Report.objects.filter(pk=stored.pk).update(number=number, issued_on=issued_on, **FILE_DUE)
    record(
        stored,
        f"Đính chính thành số {number}, ngày {issued_on:%d/%m/%Y}",
        campaign=stored.campaign,
        by=by,
        at=at,
        detail=f"Trước đó: {was}. Lý do: {reason.strip()}",
    )


@transaction.atomic
def record_sending(report, *, sent_at, how, by, at):
    """When and how the issued report went to the city: the proof that it was served in time."""
    stored = _locked(report)
    if stored.state != ReportState.ISSUED:
        raise Refused("Chỉ ghi nhận việc gửi của báo cáo đã ban hành.")
    if stored.sent_at is not None:
        raise Refused("Việc gửi đã được ghi nhận.")
    if sent_at > at:
        raise Refused("Thời điểm gửi không thể ở tương lai.")
    if sent_at < stored.approved_at.replace(second=0, microsecond=0):  # the sending is recorded to the minute
        raise Refused("Thời điểm gửi không thể trước lúc báo cáo được phê duyệt.")
    stored.sent_at, stored.sent_by, stored.sent_how = sent_at, by, how
    stored.save(update_fields=["sent_at", "sent_by", "sent_how"])
    record(stored, "Ghi nhận đã gửi thành phố", campaign=stored.campaign, by=by, at=at, detail=how)
    return stored


@transaction.atomic
def keep_signed(report, upload, findings, *, by, at):
    """Put the officially signed file beside the issued one: from now on nothing of the report changes.

    `upload` and `findings` come from `reports.signatures.check`.
    """
    stored = _locked(report)
    if stored.state != ReportState.ISSUED:
        raise Refused("Chỉ nhận bản ký số của báo cáo đã ghi số.")
    if stored.needs_file:
        raise Refused("Bản ban hành đang được lập; đề nghị chờ rồi tải bản ký số.")
    if stored.files.filter(stage=FileStage.SIGNED).exists():
        raise Refused("Báo cáo đã có bản ký số; muốn thay, đề nghị lập báo cáo thay thế.")
    made = ReportFile(report=stored, stage=FileStage.SIGNED, sha256=upload.sha256, size=upload.size, made_at=at)
    made.file.save("signed.pdf", ContentFile(upload.content), save=False)
    made.save()
    SignatureCheck.objects.create(file=made, findings=findings, uploaded_by=by)
    signers = ", ".join(signature["signer"] for signature in findings["signatures"])
    record(stored, "Nhận bản ký số", campaign=stored.campaign, by=by, at=at, detail=f"Người ký: {signers}")
    return made
