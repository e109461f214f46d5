"""Who compared the plan with its signed copy, and whether it has changed since."""

from dataclasses import dataclass

from django.db import transaction

from campaigns.models import Campaign, record
from targets import comparing
from targets.models import PlanCheck
from targets.plan_contents import contents, digest, short_code
from units.refusals import Refused

SHORT = 8  # signs of the digest on every page of a sheet


@dataclass(frozen=True)
class Standing:
    """The newest check of a plan beside what the plan holds now; `changes` says in short what is no longer the same."""

    check: PlanCheck
    is_current: bool
    changes: tuple[str, ...]


def standing(campaign, held=None):
    """Where the newest check stands, or None where nobody has compared the plan yet. `held`: its contents, if known."""
    check = campaign.checks.select_related("by").first()
    if check is None:
        return None
    held = contents(campaign) if held is None else held
    if digest(held) == check.digest:
        return Standing(check, True, ())
    changes = comparing.compare(check.contents, held).sentences() if check.contents else []
    return Standing(check, False, tuple(changes))


@transaction.atomic
def confirm(campaign, *, seen, sheet_code="", note="", by, at):
    """Record that the plan stands as signed. `seen` is the digest the person was shown, `sheet_code` that on paper."""
    campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
    held = contents(campaign)
    now = digest(held)
    code = "".join(mark for mark in sheet_code if mark.isalnum()).lower()
    if code and code != now[:SHORT]:
        raise Refused(
            f"Phiếu mang mã {sheet_code.strip().upper()}, kế hoạch hiện mang mã {short_code(now)}: kế hoạch đã đổi "
            "sau khi in phiếu hoặc mã gõ nhầm. Đề nghị xem lại mã, hoặc lập phiếu mới rồi đối chiếu lại."
        )
    if seen != now:
        raise Refused("Kế hoạch vừa được thay đổi; đề nghị lập phiếu mới và đối chiếu lại phần đã đổi.")
    check = PlanCheck.objects.create(campaign=campaign, digest=now, contents=held, note=note.strip(), by=by, at=at)
    detail = f"Mã kế hoạch {short_code(now)}." + (f" {check.note}" if check.note else "")
    record(campaign, "Đã đối chiếu kế hoạch với bản ký", campaign=campaign, by=by, at=at, detail=detail)
    return check
