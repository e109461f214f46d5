"""The office's own figure or verdict for a target of a period, in place of what the units add up to."""

from django.db import transaction

from campaigns.models import record
from targets.models import Adjustment, Target
from units.refusals import Refused


def _end_the_one_in_force(period, target, *, at):
    """Hold the target's row, so that two adjustments follow each other, and end the one in force, if any."""
    Target.objects.select_for_update(of=["self"]).get(pk=target.pk)
    return Adjustment.objects.filter(period=period, target=target, ended_at__isnull=True).update(ended_at=at)


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
