"""A ward big enough to measure: one open campaign, 22 targets (ten of them ratios), as many units as asked for."""

from datetime import timedelta
from decimal import Decimal

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.utils import timezone

from campaigns.models import Campaign, Participation, Prompt, PromptKind, ReportingPeriod
from targets import periods, workflow
from targets.answers import Answers, asked_of, prompts_of, result_fields
from targets.models import Allocation, Answer, Evidence, Sector, Submission, Target
from units.models import Membership, Role, Unit, UnitKind, User

TARGETS = 22
RATIOS = 10


def ward(code, units):
    """Make and open a campaign; every unit holds all targets and has one reporter. Returns its period."""
    now = timezone.now()
    organiser = Unit.objects.create(
        name=f"Ủy ban nhân dân phường {code}", code=code, kind=UnitKind.ORGANISER, place="Phường đo", symbol="UBND"
    )
    campaign = Campaign.objects.create(
        organiser=organiser,
        title="Phát động đợt thi đua để đo",
        short_name="Đợt thi đua để đo",
        slug=code,
        starts_on=now.date() - timedelta(days=200),
        ends_on=now.date() + timedelta(days=60),
        signer_block="TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH",
        signer_name="Người ký mẫu",
        recipients="Lưu: VT",
        report_addressee="Ban Thi đua - Khen thưởng thành phố",
        report_recipients="Như trên\nLưu: VT",
    )
    period = ReportingPeriod.objects.create(
        campaign=campaign,
        name="Cả năm",
        figures_as_of=now.date(),
        units_due=now + timedelta(days=10),
        units_due_words="trước hạn",
        report_due=now + timedelta(days=15),
        report_due_words="trước hạn",
    )
    for question in ("launching", "task-a", "task-b", "difficulty", "proposal"):
        Prompt.objects.create(campaign=campaign, code=question, heading=f"Câu hỏi {question}", kind=PromptKind.TASK)
    targets = _targets(campaign)
    members = Unit.objects.bulk_create(
        Unit(name=f"Đơn vị mẫu {n}", code=f"M{n}", kind=UnitKind.RESIDENTIAL, organiser=organiser, order=n)
        for n in range(units)
    )
    Participation.objects.bulk_create(Participation(campaign=campaign, unit=unit) for unit in members)
    Allocation.objects.bulk_create(
        Allocation(target=target, unit=unit, since=now) for target in targets for unit in members
    )
    people = User.objects.bulk_create(
        User(username=f"{code}-{n}", full_name=f"Người báo cáo mẫu {n}", email=f"{code}-{n}@example.org")
        for n in range(units)
    )
    office = User.objects.create(username=f"{code}-vp", full_name="Văn phòng mẫu")
    memberships = [
        Membership(user=person, unit=unit, role=Role.REPORTER) for person, unit in zip(people, members, strict=True)
    ]
    Membership.objects.bulk_create([*memberships, Membership(user=office, unit=organiser, role=Role.OFFICE)])
    periods.open_campaign(campaign, by=office, at=now)
    settle()
    return ReportingPeriod.objects.select_related("campaign__organiser").get(pk=period.pk)


def settle():
    """What autovacuum does within a minute in a portal that runs: the planner learns how big the tables have become."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _targets(campaign):
    sectors = [Sector.objects.create(campaign=campaign, name=f"Lĩnh vực {n}", order=n) for n in range(5)]
    return [
        Target.objects.create(
            campaign=campaign,
            sector=sectors[n * 5 // TARGETS],
            number=n + 1,
            code=f"CT{n + 1:02d}",
            wording=f"Chỉ tiêu để đo số {n + 1}, viết dài như trong kế hoạch của phường",
            name=f"Chỉ tiêu để đo số {n + 1}",
            answer=Answer.RATIO if n < RATIOS else Answer.NUMBER,
            factor=100 if n < RATIOS else 1,
            part_of_whole=n < RATIOS,
            unit_of_measure="%" if n < RATIOS else "người",
            decimals=2 if n < RATIOS else 0,
            at_least=Decimal(95) if n < RATIOS else Decimal(1000),
        )
        for n in range(TARGETS)
    ]


def submissions(period):
    return list(
        Submission.objects.filter(period=period)
        .select_related("period__campaign__organiser", "unit")
        .order_by("unit__order")
    )


def reporter(submission):
    return User.objects.get(memberships__unit=submission.unit)


def office_of(period):
    return User.objects.get(memberships__unit=period.campaign.organiser, memberships__role=Role.OFFICE)


def cells(submission, amount):
    """A complete hand-in as a person types it: every target with its estimate, and every question."""
    typed = {}
    for asked in asked_of(submission):
        for part in asked.parts:
            typed[asked.key(part)] = "1.000" if part.endswith("base") else str(amount)
    return typed | {f"prompt.{prompt.code}": "Đã triển khai đầy đủ." for prompt in prompts_of(submission)}


def hand_in_all(period, *, accepted):
    """Every unit's results through the real verbs."""
    at = timezone.now()
    office = office_of(period)
    for submission in submissions(period):
        answers = Answers(results=[_result(asked) for asked in asked_of(submission)], narratives=[])
        revision = workflow.submit(submission, answers, key=workflow.fresh_key(), by=reporter(submission), at=at)
        if accepted:
            workflow.accept(submission, revision_number=revision.number, by=office, at=at)
    settle()


def fill_in(submission):
    """All that a form can show: hints, last year's results, an accepted earlier period, a full draft, files."""
    at, period, person = timezone.now(), submission.period, reporter(submission)
    Target.objects.filter(campaign=period.campaign).update(
        how_to_count="Giá trị cộng dồn từ ngày 01/01 đến ngày chốt số liệu, tính bằng triệu đồng.",
        amount_label="Số hộ được công nhận gia đình văn hóa",
    )
    Allocation.objects.filter(unit=submission.unit).update(baseline=Decimal("96.5"), at_least=Decimal(95))
    Prompt.objects.filter(campaign=period.campaign).update(hint="Việc đã làm theo chức năng; kết quả cụ thể.")
    early = ReportingPeriod.objects.create(
        campaign=period.campaign,
        name="Sáu tháng",
        figures_as_of=period.figures_as_of - timedelta(days=180),
        units_due=period.units_due - timedelta(days=180),
        units_due_words="trước hạn",
        report_due=period.units_due - timedelta(days=170),
        report_due_words="trước hạn",
    )
    before = Submission.objects.create(period=early, unit=submission.unit)
    answers = Answers(results=[_result(asked) for asked in asked_of(before)], narratives=[])
    workflow.submit(before, answers, key=workflow.fresh_key(), by=person, at=at)
    workflow.accept(before, revision_number=1, by=office_of(period), at=at)
    workflow.save_draft(submission, cells(submission, 970), {}, by=person, at=at)
    for number in range(3):
        Evidence.objects.create(
            submission=submission,
            name=f"bien-ban-{number}.pdf",
            content_type="application/pdf",
            size=1000,
            sha256=str(number) * 64,
            uploaded_by=person,
            uploaded_at=at,
        )
    settle()


def _result(asked):
    base = Decimal(1000) if asked.target.answer == Answer.RATIO else None
    return result_fields(asked.target, amount=Decimal(970), base=base, est_amount=Decimal(980), est_base=base)


def signed_in(user):
    """A session cookie for a person, without paying for a password."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session.session_key
