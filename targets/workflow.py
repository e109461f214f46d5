"""How a submission moves. Nothing outside this module writes `Submission.state`."""

import uuid

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from campaigns import deadlines
from campaigns.models import Extension, ReportingPeriod, record
from targets import drafting, notifications, returning
from targets.models import (
    Acceptance,
    Adjustment,
    Narrative,
    Result,
    Return,
    ReturnedCell,
    Revision,
    Submission,
    digest_of,
)
from targets.models import SubmissionState as State
from targets.standing import standing_at
from units.models import Membership, MessageKind, Role, ward_day
from units.refusals import Refused

MOVES = {
    State.DRAFT: {State.SUBMITTED},
    State.SUBMITTED: {State.SUBMITTED, State.RETURNED, State.ACCEPTED},
    State.RETURNED: {State.SUBMITTED, State.RETURNED, State.ACCEPTED},
    State.ACCEPTED: {State.RETURNED},
}


class OtherContent(Refused):
    """The same key came with other answers: the form goes back with everything typed and a fresh key."""


def _locked(submission):
    """The row as it is now, held until the transaction ends (on SQLite every transaction already writes alone).

    Period and unit come along from the row that the caller read; nothing else is joined in, since PostgreSQL waits for
    the lock with joined rows as they were before the wait.
    """
    stored = Submission.objects.select_for_update().get(pk=submission.pk)
    stored.period, stored.unit = submission.period, submission.unit
    return stored


def takes_hand_ins(submission, at):
    """Whether a hand-in is taken at a moment: the period is open, or this unit was let in until a later one."""
    if not ReportingPeriod.objects.values_list("closed_at", flat=True).get(pk=submission.period_id):
        return True
    if Extension.objects.filter(
        period=submission.period_id, unit=submission.unit_id, granted=True, until__gt=at
    ).exists():
        return True
    if submission.state != State.RETURNED:
        return False
    answer_by = (
        Return.objects.filter(revision__submission=submission)
        .order_by("-at", "-pk")
        .values_list("answer_by", flat=True)
        .first()
    )
    return answer_by is not None and at < answer_by


def closed_sentence(submission):
    organiser = submission.period.campaign.organiser
    phone = f", điện thoại {organiser.phone}" if organiser.phone else ""
    return f"Kỳ báo cáo đã khoá sổ; đề nghị liên hệ phòng Văn hoá - Xã hội{phone}."


@transaction.atomic
def save_draft(submission, cells, versions, *, by, at):
    """Keep what was typed, valid or not. Raises `drafting.Conflicts`, having written nothing."""
    stored = _locked(submission)
    if opening := returning.opening_of(stored):
        cells = {key: text for key, text in cells.items() if opening.holds(key)}
    _keep_typed(stored, cells, versions, by=by, at=at)
    return stored


def _keep_typed(stored, cells, versions, *, by, at):
    draft = drafting.merge(stored.draft, cells, versions, by=by, at=at)
    if draft != stored.draft:
        stored.draft = draft
        stored.save(update_fields=["draft"])


@transaction.atomic
def submit(submission, answers, *, key, by, at, on_behalf_source="", received_at=None):
    """Freeze the answers as the next revision and hand it to the office.

    `answers` is a `targets.answers.Answers`; the same `key` with the same answers gives the same revision. Where a
    return marked single cells, every other one stays as it was returned. Raises `OtherContent` for the same key with
    others, `drafting.Conflicts` when a cell was changed by somebody else since it was read, `Refused` when the move or
    the period does not allow it.
    """
    stored = _locked(submission)
    first_or_current = Q(submission=stored, number=1) | Q(pk=stored.current_revision_id)
    known = list(Revision.objects.filter(Q(submit_key=key) | first_or_current).order_by("number"))
    earlier = next((revision for revision in known if revision.submit_key == key), None)
    if earlier and earlier.submission_id != stored.pk:
        raise Refused("Biểu mẫu này thuộc lần nộp của đơn vị khác; đề nghị tải lại trang.")
    if opening := _opening_for(stored, earlier):
        answers = opening.kept(answers)
    digest = digest_of({"period": stored.period_id, "unit": stored.unit_id} | answers.content())
    if earlier:
        if earlier.digest != digest:
            moment = timezone.localtime(earlier.arrived_at).strftime("%H:%M:%S ngày %d/%m/%Y")
            raise OtherContent(f"Nội dung khác bản đã nộp lúc {moment}; bấm “Nộp lại” để thay thế.")
        return earlier
    if not takes_hand_ins(stored, at):
        raise Refused(closed_sentence(stored))
    if not on_behalf_source:
        _keep_typed(stored, answers.cells, answers.versions, by=by, at=at)
    if received_at is not None and received_at > at:
        raise Refused("Thời điểm nhận không thể sau lúc này.")
    first, last = (known[0], known[-1]) if known else (None, None)
    standing = standing_at(stored, first.handed_in_at if first else received_at or at)
    revision = Revision.objects.create(
        submission=stored,
        number=last.number + 1 if last else 1,
        submit_key=key,
        arrived_at=at,
        submitted_by=by,
        on_behalf_source=on_behalf_source,
        received_at=received_at,
        is_late=standing == "late",
        digest=digest,
    )
    Result.objects.bulk_create(Result(revision=revision, **fields) for fields in answers.results)
    Narrative.objects.bulk_create(Narrative(revision=revision, **fields) for fields in answers.narratives)
    if answers.evidence:
        revision.evidence.set(answers.evidence)
    _move(stored, State.SUBMITTED, by=by, at=at, revision=revision, verb="Nhập thay" if on_behalf_source else "Nộp")
    words = f"bổ sung; lần nộp đầu: {standing.label.lower()}" if first else standing.label.lower()
    notifications.send_receipt(revision, words=words)
    if first is None:
        notifications.call_off_reminders(stored)
    return revision


def _opening_for(stored, earlier):
    """The cells that a hand-in may change; for one that was taken already, those that it could change then."""
    if earlier is None:
        return returning.opening_of(stored)
    before = Revision.objects.filter(submission=stored, number=earlier.number - 1).values_list("pk", flat=True).first()
    return before and returning.opening_after(before, until=earlier.arrived_at)


@transaction.atomic
def send_back(submission, *, revision_number, reason, by, at, answer_by=None, marks=None):
    """Return the revision that the office read, with a reason; `answer_by` lets the unit in after closing.

    `marks` is {cell key: why} (see `targets.returning`): then the unit may change these cells alone.
    """
    stored = _locked(submission)
    _require_read(stored, revision_number)
    if stored.state == State.ACCEPTED:
        raise Refused("Kết quả đã duyệt; muốn trả lại, đề nghị dùng “Mở lại”.")
    return _return(stored, reason=reason, by=by, at=at, answer_by=answer_by, verb="Trả lại", marks=marks)


@transaction.atomic
def reopen(submission, *, reason, by, at, answer_by=None, marks=None):
    """Send an accepted result back to its unit; its acceptance stays in force until the next one."""
    stored = _locked(submission)
    if stored.state != State.ACCEPTED:
        raise Refused("Chỉ mở lại được kết quả đã duyệt.")
    return _return(stored, reason=reason, by=by, at=at, answer_by=answer_by, verb="Mở lại", marks=marks)


def _return(stored, *, reason, by, at, answer_by, verb, marks):
    stored.current_revision.submission = stored
    marks = returning.checked_marks(stored.current_revision, marks or {})
    reason = reason.strip() or ("Đề nghị sửa các ô được đánh dấu." if marks else "")
    if not reason:
        raise Refused("Đề nghị ghi lý do trả lại.")
    if answer_by is not None and answer_by <= at:
        raise Refused("Thời điểm nộp lại phải sau lúc này.")
    if answer_by is None and not takes_hand_ins(stored, at):
        raise Refused("Kỳ báo cáo đã khoá sổ; đề nghị ghi thời điểm đơn vị phải nộp lại.")
    returned = Return.objects.create(revision=stored.current_revision, by=by, at=at, reason=reason, answer_by=answer_by)
    ReturnedCell.objects.bulk_create(
        ReturnedCell(returned=returned, cell=key, reason=why) for key, why in marks.items()
    )
    words = returning.markable(stored.current_revision) if marks else {}
    marked = "".join(f"\n- {words[key]}: {why}" for key, why in marks.items())
    _move(stored, State.RETURNED, by=by, at=at, revision=stored.current_revision, verb=verb, detail=reason + marked)
    notifications.tell_unit(
        stored,
        kind=MessageKind.RETURNED,
        key=f"returned:{returned.pk}",
        subject=f"Kết quả “{stored.period.name}” của {stored.unit.called} được trả lại",
        body=(
            "Phòng Văn hoá - Xã hội đề nghị đơn vị xem lại và nộp lại"
            + (f" {deadlines.in_full(answer_by)}" if answer_by else "")
            + f".\nLý do: {reason}{marked}"
        ),
        at=at,
    )
    return returned


@transaction.atomic
def accept(submission, *, revision_number, by, at):
    """Accept exactly the revision that the office read."""
    stored = _locked(submission)
    _require_read(stored, revision_number)
    if stored.current_revision.submitted_by_id == by.pk and _has_other_reviewers(stored, by, at):
        raise Refused("Người nộp không được tự duyệt; đề nghị một cán bộ khác của phòng duyệt.")
    _move(stored, State.ACCEPTED, by=by, at=at, revision=stored.current_revision, verb="Duyệt")
    Acceptance.objects.filter(submission=stored, ended_at__isnull=True).update(ended_at=at)
    _end_adjustments(stored, by=by, at=at)
    return Acceptance.objects.create(submission=stored, revision=stored.current_revision, by=by, accepted_at=at)


def _end_adjustments(stored, *, by, at):
    """An adjusted figure corrected a sum that the accepted revision changes: it lapses, and the event says so.

    So does one of this unit's own figures in a revision that the accepted one replaces.
    """
    of_the_sum = Q(result__isnull=True, target__in=stored.current_revision.results.values("target"))
    replaced = Q(result__revision__submission=stored) & ~Q(result__revision=stored.current_revision)
    lapsed = Adjustment.objects.filter(
        of_the_sum | replaced, period=stored.period, amount__isnull=False, ended_at__isnull=True
    ).select_related("target")
    for adjustment in lapsed:
        adjustment.ended_at = at
        adjustment.save(update_fields=["ended_at"])
        record(
            adjustment.target,
            "Hiệu chỉnh hết hiệu lực",
            campaign=stored.period.campaign,
            by=by,
            at=at,
            detail=f"{stored.period}: số liệu của {stored.unit} được duyệt sau hiệu chỉnh.",
        )


def _has_other_reviewers(submission, user, at):
    office = Membership.objects.in_force(ward_day(at)).filter(
        unit=submission.period.campaign.organiser, role=Role.OFFICE, user__is_active=True
    )
    return office.exclude(user=user).exists()


def _require_read(stored, revision_number):
    if stored.current_revision is None:
        raise Refused("Đơn vị chưa nộp.")
    if stored.current_revision.number != revision_number:
        raise Refused(
            f"Đơn vị vừa nộp bản mới (lần {stored.current_revision.number}) sau bản đang xem; đề nghị đọc bản mới."
        )


def _move(stored, to, *, by, at, revision, verb, detail=""):
    if to not in MOVES[State(stored.state)]:
        raise Refused(f"Không thể chuyển từ “{stored.get_state_display()}” sang “{State(to).label}”.")
    stored.state, stored.current_revision = to, revision
    stored.save(update_fields=["state", "current_revision"])
    record(
        stored,
        f"{verb} (lần {revision.number})",
        campaign=stored.period.campaign,
        unit=stored.unit,
        by=by,
        at=at,
        detail=detail,
    )


def fresh_key():
    return uuid.uuid4()
