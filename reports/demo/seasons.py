"""What both sample campaigns do: open with their units and shares, and hand in by the portal's own verbs."""

from datetime import datetime, time, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from campaigns.models import Participation
from reports.demo import figures, prose, shares
from reports.demo.ward import cluster_name
from targets import drafting, periods, plan_file, workflow
from targets.answers import Answers, asked_of, prompts_of
from targets.evidence import attached
from units.models import ward_day

PLAN = Path(settings.BASE_DIR, "campaigns", "plans", "kien-an-2025.toml")


def plan():
    return plan_file.read(PLAN)


def midnight(day):
    """The moment at which a day begins in the ward."""
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())


def days_before(at, days, hour):
    """A full hour of the ward's day so many days before a moment."""
    return midnight(ward_day(at) - timedelta(days=days)) + timedelta(hours=hour)


def start(campaign, ward, *, at, without_theme=()):
    """Every unit of the ward takes part, has its shares, and the campaign opens."""
    Participation.objects.bulk_create(
        Participation(
            campaign=campaign,
            unit=unit,
            cluster=ward.clusters[cluster_name(unit)],
            theme="" if unit.code in without_theme else prose.theme(unit),
        )
        for unit in ward.units.values()
    )
    shares.allocate(campaign, ward, by=ward.people["canbo"], at=at)
    return periods.open_campaign(campaign, by=ward.people["canbo"], at=at)


def answers_of(submission, *, done, lacks=()):
    """A sample unit's answers; `lacks` are numbers of targets for which it says that it has no data yet."""
    unit = submission.unit
    asked = asked_of(submission)
    results = [
        figures.no_answer(one) if one.target.number in lacks else figures.answer(one, unit, done=done) for one in asked
    ]
    replies = [{"prompt": prompt, "text": prose.reply(prompt, unit)} for prompt in prompts_of(submission)]
    narratives = [reply for reply in replies if reply["text"]]
    cells = {
        one.key(part): text
        for one, fields in zip(asked, results, strict=True)
        for part, text in figures.raw(fields).items()
    }
    cells |= {f"prompt.{row['prompt'].code}": row["text"] for row in narratives}
    return Answers(results, narratives, attached(submission), cells, drafting.versions(submission.draft))


def hand_in(submission, ward, *, at, done, **answers):
    """The unit's own person submits."""
    submission.refresh_from_db(fields=["draft"])
    return workflow.submit(
        submission,
        answers_of(submission, done=done, **answers),
        key=workflow.fresh_key(),
        by=ward.reporters[submission.unit.code],
        at=at,
    )


def hand_in_on_paper(submission, ward, *, received_at, at, done):
    """The office enters what a unit brought on paper."""
    return workflow.submit(
        submission,
        answers_of(submission, done=done),
        key=workflow.fresh_key(),
        by=ward.people["vhxh"],
        at=at,
        on_behalf_source="Báo cáo giấy có chữ ký của tổ trưởng",
        received_at=received_at,
    )


def accept(revision, ward, *, at):
    """The second office member accepts what the first one entered; the two take turns otherwise."""
    turn = "vhxh2" if revision.on_behalf_source or revision.submission.unit.order % 2 else "vhxh"
    return workflow.accept(revision.submission, revision_number=revision.number, by=ward.people[turn], at=at)


def submissions_of(period, ward):
    """{unit code: submission} in the ward's order."""
    found = {s.unit_id: s for s in period.submissions.select_related("unit", "period__campaign__organiser")}
    return {code: found[unit.pk] for code, unit in ward.units.items()}
