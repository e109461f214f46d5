"""How a campaign's reporting periods are added, moved and taken away, and what units learn of it."""

from datetime import UTC

from django.db import transaction
from django.db.models import ProtectedError

from campaigns import deadlines
from campaigns.models import CampaignState, record
from targets import notifications, periods
from targets.allocating import held_campaign
from targets.editing import fingerprint_of
from targets.models import Submission, SubmissionState
from units.models import Message, MessageKind, MessageState
from units.refusals import Refused

FIELDS = ["name", "figures_as_of", "units_due", "units_due_words", "report_due", "report_due_words"]


class Outdated(Refused):
    """Somebody else changed the period meanwhile; `stored` is how it stands."""

    def __init__(self, stored):
        super().__init__("Kỳ báo cáo vừa được người khác sửa; đề nghị đối chiếu với phần “đang lưu” rồi lưu lại.")
        self.stored = stored


def version_of(period):
    return fingerprint_of(period, FIELDS) if period.pk else ""


def faults_of(period, campaign):
    """What is wrong with a period, as (field, sentence)."""
    if period.units_due >= period.report_due:
        yield "report_due_words", "Hạn báo cáo thành phố phải sau hạn của đơn vị."
    for field, sentence in periods.day_faults(period, campaign):
        yield field, sentence[0].upper() + sentence[1:]
    if campaign.periods.exclude(pk=period.pk).filter(name=period.name).exists():
        yield "name", "Kỳ báo cáo cùng tên đã có."


def _refuse_faults(period, campaign):
    if sentences := [sentence for _, sentence in faults_of(period, campaign)]:
        raise Refused(" ".join(sentences))


@transaction.atomic
def add_period(period, *, by, at):
    """Add a period; in an open campaign every reporting unit gets its row to hand in."""
    campaign = held_campaign(period.campaign_id)
    _refuse_faults(period, campaign)
    period.save(force_insert=True)
    if campaign.state == CampaignState.OPEN:
        periods.add_submissions(campaign)
    record(period, "Thêm kỳ báo cáo", campaign=campaign, by=by, at=at, detail=f"{period.name}: {_days(period)}")
    return period


@transaction.atomic
def change_period(period, *, seen, reason="", by, at):
    """Keep a period as changed. In an open campaign a moved deadline needs a reason and is told to silent units."""
    campaign = held_campaign(period.campaign_id)
    stored = periods.locked_period(period)
    if version_of(stored) != seen:
        raise Outdated(stored)
    if stored.is_closed:
        raise Refused("Kỳ báo cáo đã khoá sổ; muốn sửa, đề nghị mở sổ lại trước.")
    _refuse_faults(period, campaign)
    if version_of(period) == seen:
        return period
    is_open = campaign.state == CampaignState.OPEN
    if is_open and has_moved(stored, period) and not reason.strip():
        raise Refused("Đợt thi đua đang mở: đề nghị ghi lý do thay đổi thời hạn.")
    period.save(update_fields=FIELDS)
    told = f"{_days(stored)} → {_days(period)}." + (f" Lý do: {reason.strip()}" if reason.strip() else "")
    record(period, "Sửa kỳ báo cáo", campaign=campaign, by=by, at=at, detail=f"{period.name}: {told}")
    if is_open and stored.units_due != period.units_due:
        _call_off_reminders(period, stored.units_due)
        _tell_silent_units(period, stored.units_due, reason.strip(), at=at)
    return period


def has_moved(stored, period):
    return any(getattr(stored, name) != getattr(period, name) for name in ("figures_as_of", "units_due", "report_due"))


def _days(period):
    return (
        f"số liệu đến hết {period.figures_as_of:%d/%m/%Y}, đơn vị nộp {period.units_due_words},"
        f" báo cáo thành phố {period.report_due_words}"
    )


def _call_off_reminders(period, old):
    """Letters for the old moment do not leave any more; those for the new one are planned with the next round."""
    Message.objects.filter(
        kind=MessageKind.REMINDER,
        state=MessageState.WAITING,
        topic__in=[notifications.topic(submission) for submission in period.submissions.only("pk")],
        key__endswith=f":{old.astimezone(UTC).isoformat()}",
    ).update(state=MessageState.CANCELLED, note="Hạn nộp đã thay đổi")


def _tell_silent_units(period, old, reason, *, at):
    silent = Submission.objects.with_place().filter(
        period=period,
        state=SubmissionState.DRAFT,
        unit__active=True,
        unit__participations__campaign=period.campaign_id,
        unit__participations__reports=True,
    )
    for submission in silent:
        notifications.tell_unit(
            submission,
            kind=MessageKind.EXTENSION,
            key=f"deadline:{submission.pk}:{at.isoformat()}",
            subject=f"Thay đổi hạn nộp kết quả “{period.name}” – {submission.unit.called}",
            body=(
                f"Hạn nộp kết quả “{period.name}” của {submission.unit.name} nay là"
                f" {deadlines.in_full(period.units_due)}, thay cho {deadlines.in_full(old)}.\nLý do: {reason}"
            ),
            at=at,
        )


def kept_because(period):
    """Why a period cannot be taken away; empty when it can."""
    if period.campaign.state != CampaignState.DRAFT or period.submissions.exists():
        return "Chỉ bỏ được kỳ báo cáo khi đợt thi đua đang soạn và chưa đơn vị nào nộp."
    return ""


@transaction.atomic
def remove_period(period, *, by, at):
    campaign = held_campaign(period.campaign_id)
    period.campaign = campaign
    if sentence := kept_because(period):
        raise Refused(sentence)
    record(campaign, "Bỏ kỳ báo cáo", campaign=campaign, by=by, at=at, detail=f"{period.name}: {_days(period)}")
    try:
        period.delete()
    except ProtectedError as papers:
        raise Refused("Kỳ báo cáo này đã có báo cáo được lập nên không bỏ được.") from papers
