"""The office's own figure or verdict for a target of a period, or its figure in place of a single unit's."""

from django.db import transaction

from campaigns.models import record
from targets.models import Adjustment, Answer, Submission, Target
from units.refusals import Refused


def _end_the_one_in_force(period, target, *, at):
    """Hold the target's row, so that two adjustments follow each other, and end the one in force, if any."""
    Target.objects.select_for_update(of=["self"]).get(pk=target.pk)
    in_force = Adjustment.objects.filter(period=period, target=target, result__isnull=True, ended_at__isnull=True)
    return in_force.update(ended_at=at)


@transaction.atomic
def adjust(period, target, *, amount, base, est_amount, est_base, verdict, reason, by, at):
    """Put the office's figure or verdict in force; the earlier one ends, the units' own figure stays beside it."""
    if amount is None and not verdict:
        raise Refused("Đề nghị ghi số liệu hiệu chỉnh hoặc chọn đánh giá.")
    _end_the_one_in_force(period, target, at=at)
    made = Adjustment.objects.create(
        period=period,
        target=target,
        amount=amount,
        base=base,
        est_amount=est_amount,
        est_base=est_base,
        verdict=verdict,
        reason=reason,
        by=by,
        at=at,
    )
    record(target, "Hiệu chỉnh", campaign=period.campaign, by=by, at=at, detail=f"{period}: {target}. Lý do: {reason}")
    return made


@transaction.atomic
def withdraw(period, target, *, by, at):
    """Go back to what the units add up to."""
    if not _end_the_one_in_force(period, target, at=at):
        raise Refused("Chỉ tiêu này không có hiệu chỉnh nào đang có hiệu lực.")
    record(target, "Bỏ hiệu chỉnh", campaign=period.campaign, by=by, at=at, detail=f"{period}: {target}")


def _hold(result):
    """Hold the unit's row, so that nothing is accepted or handed in meanwhile, and end the correction in force."""
    submission = Submission.objects.select_for_update().get(pk=result.revision.submission_id)
    if submission.current_revision_id != result.revision_id:
        raise Refused("Đơn vị đã nộp bản mới hơn bản đang xem; đề nghị đọc bản mới rồi hiệu chỉnh.")
    return Adjustment.objects.filter(result=result, ended_at__isnull=True)


@transaction.atomic
def correct(result, *, amount, base=None, est_amount=None, est_base=None, reason, by, at):
    """Put the office's figure in place of one unit's; the unit's own stays beside it. Raises Refused."""
    if not reason.strip():
        raise Refused("Đề nghị ghi lý do hiệu chỉnh.")
    if result.no_data or result.answer == Answer.TEXT:
        raise Refused("Chỉ hiệu chỉnh được số liệu mà đơn vị đã ghi.")
    _hold(result).update(ended_at=at)
    period, target = result.revision.submission.period, result.target
    made = Adjustment.objects.create(
        result=result,
        period=period,
        target=target,
        amount=amount,
        base=base,
        est_amount=est_amount,
        est_base=est_base,
        reason=reason.strip(),
        by=by,
        at=at,
    )
    _tell(result, "Hiệu chỉnh số liệu của đơn vị", f"{target}. Lý do: {made.reason}", by=by, at=at)
    return made


@transaction.atomic
def withdraw_correction(result, *, by, at):
    """Go back to the unit's own figure."""
    if not _hold(result).update(ended_at=at):
        raise Refused("Số liệu này không có hiệu chỉnh nào đang có hiệu lực.")
    _tell(result, "Bỏ hiệu chỉnh số liệu của đơn vị", str(result.target), by=by, at=at)


def _tell(result, verb, detail, *, by, at):
    submission = result.revision.submission
    campaign = submission.period.campaign
    record(submission, verb, campaign=campaign, unit=submission.unit, by=by, at=at, detail=detail)
