"""How campaigns open and periods close, and how units are let in after a deadline."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q

from campaigns import deadlines
from campaigns.models import (
    Campaign,
    CampaignState,
    Extension,
    GivenBy,
    Movement,
    Participation,
    Prompt,
    PromptKind,
    ReportingPeriod,
    record,
)
from targets import notifications, sums
from targets.models import Allocation, Answer, Submission
from units import outbox
from units.models import MessageKind, ward_day
from units.refusals import Refused

# What a plan may lack while it is a draft; nothing of it may be missing in an open campaign.
NEEDED = ["title", "short_name", "signer_block", "signer_name", "recipients", "report_addressee", "report_recipients"]


def missing_to_open(campaign):
    """Everything that keeps a campaign from opening, as sentences; empty when it can open."""
    return [sentence for find in MISSING for sentence in find(campaign)]


def _parts_missing(campaign):
    for name in NEEDED:
        if not getattr(campaign, name).strip():
            yield f"Chưa ghi {campaign._meta.get_field(name).verbose_name}."


def _periods_missing(campaign):
    listed = list(campaign.periods.all())
    if not listed:
        yield "Chưa có kỳ báo cáo nào."
    for period in listed:
        for _, sentence in day_faults(period, campaign):
            yield f"Kỳ “{period.name}”: {sentence}"


def _questions_missing(campaign):
    if not campaign.prompts.exists():
        yield "Chưa có câu hỏi nào để đơn vị báo cáo bằng lời."


def _units_missing(campaign):
    if not campaign.participations.filter(reports=True).exists():
        yield "Chưa có đơn vị nào phải báo cáo."


def _targets_missing(campaign):
    if not campaign.targets.live().exists():
        yield "Chưa có chỉ tiêu nào."


def _duties_missing(campaign):
    """Targets nobody reports, or too many do, or a unit that does not report at all."""
    reporting = set(campaign.participations.filter(reports=True).values_list("unit", flat=True))
    holders = {}
    for allocation in Allocation.objects.open().filter(target__campaign=campaign).select_related("unit"):
        holders.setdefault(allocation.target_id, []).append(allocation.unit)
    for target in campaign.targets.live().in_plan_order():
        units = holders.get(target.pk, [])
        if target.answer != Answer.TEXT and not units:
            yield f"Chỉ tiêu {target.number} ({target.name}) chưa giao cho đơn vị nào."
        if target.single_source and len(units) > 1:
            yield f"Chỉ tiêu {target.number} ({target.name}) chỉ được giao cho một đơn vị."
        for unit in units:
            if unit.pk not in reporting:
                yield f"{unit.name} được giao chỉ tiêu {target.number} nhưng không thuộc diện phải báo cáo."


# In the order in which a plan is made. Each takes the campaign and yields sentences.
MISSING = [
    _parts_missing,
    _periods_missing,
    _questions_missing,
    _units_missing,
    _targets_missing,
    _duties_missing,
    sums.unexplained,
]

LONGEST = timedelta(days=366)


def day_faults(period, campaign):
    """What is wrong with a period's days beside each other and its campaign's, as (field, sentence)."""
    if deadlines.last_on_time_day(period.units_due) < campaign.starts_on:
        yield "units_due_words", f"hạn của đơn vị trước ngày bắt đầu đợt thi đua ({campaign.starts_on:%d/%m/%Y})."
    if ward_day(period.report_due) > campaign.ends_on + LONGEST:
        yield "report_due_words", f"hạn báo cáo quá xa ngày kết thúc đợt thi đua ({campaign.ends_on:%d/%m/%Y})."
    if period.figures_as_of < campaign.starts_on:
        yield "figures_as_of", f"ngày chốt số liệu trước ngày bắt đầu đợt thi đua ({campaign.starts_on:%d/%m/%Y})."
    last = deadlines.last_on_time_day(period.units_due)
    if period.figures_as_of > last:
        yield "figures_as_of", f"đơn vị nộp chậm nhất {last:%d/%m/%Y} nên chưa thể có số liệu sau ngày ấy."


@transaction.atomic
def open_campaign(campaign, *, by, at):
    """Open a draft campaign: its prompts are filled from the plan and every submission row is made."""
    stored = Campaign.objects.select_for_update(of=["self"]).select_related("organiser").get(pk=campaign.pk)
    if stored.state != CampaignState.DRAFT:
        raise Refused("Đợt thi đua này đã mở hoặc đã kết thúc.")
    if missing := missing_to_open(stored):
        raise Refused("Chưa mở được đợt thi đua: " + " ".join(missing))
    fill_movement_prompts(stored)
    stored.state = CampaignState.OPEN
    stored.save(update_fields=["state"])
    add_submissions(stored)
    record(stored, "Mở đợt thi đua", campaign=stored, by=by, at=at)
    return stored


def movement_heading(name):
    return f"Phong trào thi đua “{name}”"


def fill_movement_prompts(campaign):
    """A question for each movement that the ward launched or the office ticked and that has none yet.

    They come after what was done and before the closing questions.
    """
    asked = Q(launched_by=GivenBy.WARD) | Q(asked=True)
    movements = list(Movement.objects.filter(asked, campaign=campaign, prompts__isnull=True))
    before = campaign.prompts.exclude(kind__in=[PromptKind.EXAMPLE, PromptKind.DIFFICULTY, PromptKind.PROPOSAL])
    last = max(before.values_list("order", flat=True), default=0)
    campaign.prompts.filter(order__gt=last).update(order=F("order") + len(movements))
    for order, movement in enumerate(movements, start=last + 1):
        Prompt.objects.create(
            campaign=campaign,
            code=f"movement-{movement.pk}",
            heading=movement_heading(movement.name),
            kind=PromptKind.MOVEMENT,
            movement=movement,
            order=order,
        )


def add_submissions(campaign):
    """The submission rows that an open campaign's periods and reporting units still lack."""
    units = campaign.participations.filter(reports=True).values_list("unit", flat=True)
    Submission.objects.bulk_create(
        [Submission(period=period, unit_id=unit) for period in campaign.periods.all() for unit in units],
        ignore_conflicts=True,
    )


@transaction.atomic
def add_participation(campaign, unit, *, by, at, cluster=None, reports=True):
    """A unit joins; in an open campaign its submission rows are made at once."""
    campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)  # it may be opening just now
    part = Participation.objects.create(campaign=campaign, unit=unit, cluster=cluster, reports=reports)
    if campaign.state == CampaignState.OPEN:
        add_submissions(campaign)
    record(campaign, f"Thêm đơn vị {unit.name}", campaign=campaign, unit=unit, by=by, at=at)
    return part


@transaction.atomic
def close_campaign(campaign, *, by, at):
    stored = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if stored.state != CampaignState.OPEN:
        raise Refused("Chỉ kết thúc được đợt thi đua đang mở.")
    if stored.periods.filter(closed_at__isnull=True).exists():
        raise Refused("Còn kỳ báo cáo chưa khoá sổ.")
    stored.state = CampaignState.CLOSED
    stored.save(update_fields=["state"])
    record(stored, "Kết thúc đợt thi đua", campaign=stored, by=by, at=at)


def locked_period(period):
    """The period's row, after all its submissions are held: a hand-in under way ends before the period closes."""
    list(Submission.objects.select_for_update().filter(period=period).order_by("pk").values_list("pk"))
    return ReportingPeriod.objects.select_for_update(of=["self"]).select_related("campaign").get(pk=period.pk)


@transaction.atomic
def close_period(period, *, reason, by, at):
    """No hand-in is taken from now on, but from units that were let in; the reason stands in the story."""
    stored = locked_period(period)
    if stored.is_closed:
        raise Refused("Kỳ báo cáo đã khoá sổ.")
    if not reason.strip():
        raise Refused("Đề nghị ghi lý do khoá sổ.")
    stored.closed_at = at
    stored.save(update_fields=["closed_at"])
    topics = [notifications.topic(submission) for submission in stored.submissions.only("pk")]
    outbox.cancel(topics, kind=MessageKind.REMINDER, note="Kỳ báo cáo đã khoá sổ")
    record(stored, "Khoá sổ", campaign=stored.campaign, by=by, at=at, detail=reason.strip())
    return stored


@transaction.atomic
def reopen_period(period, *, reason, by, at):
    stored = locked_period(period)
    if not stored.is_closed:
        raise Refused("Kỳ báo cáo chưa khoá sổ.")
    if stored.campaign.state != CampaignState.OPEN:
        raise Refused("Đợt thi đua đã kết thúc nên không mở sổ lại được.")
    if not reason.strip():
        raise Refused("Đề nghị ghi lý do mở sổ lại.")
    stored.closed_at = None
    stored.save(update_fields=["closed_at"])
    record(stored, "Mở sổ lại", campaign=stored.campaign, by=by, at=at, detail=reason.strip())
    return stored


def _check_extension(period, *, reason, until, at):
    """Hold the period's row, so that requests follow each other, and refuse what makes no sense."""
    ReportingPeriod.objects.select_for_update().get(pk=period.pk)
    if not reason.strip():
        raise Refused("Đề nghị ghi lý do gia hạn.")
    if until <= max(at, period.units_due):
        raise Refused("Thời điểm gia hạn phải sau hạn nộp và sau lúc này.")
    if until > period.report_due + LONGEST:
        raise Refused("Thời điểm gia hạn quá xa; đề nghị xem lại năm.")


@transaction.atomic
def ask_extension(period, unit, *, reason, until, by, at):
    """A unit asks for more time; the office decides."""
    _check_extension(period, reason=reason, until=until, at=at)
    if Extension.objects.filter(period=period, unit=unit, granted__isnull=True).exists():
        raise Refused("Đơn vị đang có một đề nghị gia hạn chờ quyết định.")
    asked = Extension.objects.create(
        period=period, unit=unit, asked_by=by, asked_at=at, reason=reason.strip(), until=until
    )
    record(asked, "Xin gia hạn", campaign=period.campaign, unit=unit, by=by, at=at, detail=asked.reason)
    return asked


@transaction.atomic
def decide_extension(extension, *, granted, note="", by, at):
    """The office's yes or no with what it says to it, told to the unit. A no needs its reason.

    Reminders are planned anew from the new deadline.
    """
    stored = (
        Extension.objects.select_for_update(of=["self"]).select_related("period__campaign", "unit").get(pk=extension.pk)
    )
    if stored.granted is not None:
        raise Refused("Đề nghị gia hạn này đã được quyết định.")
    if granted and stored.until <= at:
        raise Refused("Thời điểm xin gia hạn đã qua; đề nghị gia hạn trực tiếp với thời điểm mới.")
    if not granted and not note.strip():
        raise Refused("Đề nghị ghi lý do không đồng ý để đơn vị biết.")
    stored.granted, stored.decision_note, stored.decided_by, stored.decided_at = granted, note.strip(), by, at
    stored.save(update_fields=["granted", "decision_note", "decided_by", "decided_at"])
    _tell_decision(stored, by=by, at=at)
    return stored


@transaction.atomic
def grant_extension(period, unit, *, reason, until, by, at):
    """The office gives a unit more time on its own account, before or after closing."""
    _check_extension(period, reason=reason, until=until, at=at)
    granted = Extension.objects.create(
        period=period,
        unit=unit,
        asked_by=by,
        asked_at=at,
        reason=reason.strip(),
        until=until,
        decided_by=by,
        decided_at=at,
        granted=True,
    )
    _tell_decision(granted, by=by, at=at)
    return granted


def _tell_decision(extension, *, by, at):
    """The event of a decided extension, and a letter to the unit's people."""
    period, unit = extension.period, extension.unit
    verb = "Đồng ý gia hạn" if extension.granted else "Không đồng ý gia hạn"
    until = deadlines.in_full(extension.until)
    note = f"\nÝ kiến của phòng: {extension.decision_note}" if extension.decision_note else ""
    detail = f"{until}. {extension.reason}{note}"
    record(extension, verb, campaign=period.campaign, unit=unit, by=by, at=at, detail=detail)
    notifications.tell_unit(
        Submission.objects.with_place().get(period=period, unit=unit),
        kind=MessageKind.EXTENSION,
        key=f"extension:{extension.pk}",
        subject=f"{verb} nộp kết quả “{period.name}” – {unit.called}",
        body=f"Phòng Văn hoá - Xã hội {verb.lower()} cho {unit.name}: {until}.{note}",
        at=at,
    )
