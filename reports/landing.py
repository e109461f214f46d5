"""What each person sees first: one next step for each role. Read here, shown by the landing page."""

from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef

from campaigns.models import Campaign, CampaignState
from commendations.models import Nomination, NominationState
from reports.models import Report, ReportKind, ReportState
from targets import periods, progress
from targets.models import Answer, Return, Submission, SubmissionState, Target
from targets.standing import HandIns, Standing, deadline_for, hand_ins, standing_of
from targets.workflow import takes_hand_ins
from units.models import Role, ward_day


@dataclass(frozen=True)
class UnitStep:
    """One unit's result of one period: where it stands and what to do next."""

    submission: Submission
    deadline: object
    standing: str
    theme: str
    open: bool
    returned: Return | None

    @property
    def standing_label(self):
        return Standing(self.standing).label

    @property
    def must_act(self):
        return self.open and self.submission.state in (SubmissionState.DRAFT, SubmissionState.RETURNED)

    @property
    def label(self):
        """The words of the one button."""
        if not self.open and self.submission.state in (SubmissionState.DRAFT, SubmissionState.RETURNED):
            return "Xem chi tiết"
        if self.submission.state == SubmissionState.RETURNED:
            return "Sửa và nộp lại"
        if self.submission.state == SubmissionState.DRAFT:
            return "Tiếp tục nhập và nộp kết quả" if self.submission.draft else "Nhập và nộp kết quả"
        return "Xem biên nhận"


def unit_steps(user, *, at):
    """The results of the person's own units in open campaigns, what must be done first on top."""
    own = [m.unit_id for m in user.memberships_on(ward_day(at)) if m.role in (Role.REPORTER, Role.HEAD)]
    submissions = (
        Submission.objects.filter(
            unit__in=own,
            period__campaign__state=CampaignState.OPEN,
            unit__participations__campaign=F("period__campaign"),
            unit__participations__reports=True,
        )
        .select_related("period__campaign", "unit", "current_revision")
        .order_by("period__units_due", "unit__order")
    )
    steps = [
        UnitStep(
            submission=submission,
            deadline=deadline_for(submission),
            standing=standing_of(submission),
            theme=submission.unit.participations.get(campaign=submission.period.campaign).theme,
            open=takes_hand_ins(submission, at),
            returned=_latest_return(submission),
        )
        for submission in submissions
    ]
    return sorted(steps, key=lambda step: (not step.must_act, step.deadline < at, step.deadline))


def _latest_return(submission):
    if submission.state != SubmissionState.RETURNED:
        return None
    return Return.objects.filter(revision__submission=submission).first()


@dataclass(frozen=True)
class PeriodView:
    """The period that an organiser works on now, with who handed in."""

    period: object
    hand_ins: HandIns

    @property
    def campaign(self):
        return self.period.campaign

    @property
    def waiting(self):
        """What the office reads next: those that came first on top."""
        rows = [row for row in self.hand_ins.rows if row.awaits_review]
        return sorted(rows, key=lambda row: row.handed_in_at)


def current_period(campaign, *, at):
    """The first period whose report is still due and not issued, or waits for its last steps; else the last one."""
    city = Report.objects.filter(period=OuterRef("pk"), kind=ReportKind.CITY)
    periods = campaign.periods.order_by("units_due").annotate(
        issued=Exists(city.filter(state__in=[ReportState.ISSUED, ReportState.SUPERSEDED])),
        approved=Exists(city.filter(state=ReportState.APPROVED)),
    )
    ordered = list(periods)
    for period in ordered:
        if not period.issued and (period.report_due > at or period.approved):
            return period
    return ordered[-1] if ordered else None


def organisers_campaigns(user, roles, *, at, states):
    campaigns = Campaign.objects.filter(state__in=states)
    if not user.is_superuser:
        campaigns = campaigns.filter(organiser__in=user.organiser_ids_as(roles, on=at))
    return campaigns.select_related("organiser").order_by("-starts_on", "-pk")


def period_views(campaigns, *, at):
    views = []
    for campaign in campaigns:
        if period := current_period(campaign, at=at):
            period.campaign = campaign
            views.append(PeriodView(period=period, hand_ins=hand_ins(period, as_of=at)))
    return views


@dataclass(frozen=True)
class PlanView:
    """What a plan still lacks before it opens, or should have while it is open."""

    campaign: Campaign
    missing: list[str]
    unconfirmed: int
    without_lead: int


def plan_views(campaigns):
    views = []
    for campaign in campaigns:
        targets = Target.objects.filter(campaign=campaign).live()
        views.append(
            PlanView(
                campaign=campaign,
                missing=periods.missing_to_open(campaign) if campaign.state == CampaignState.DRAFT else [],
                unconfirmed=targets.exclude(caution="").count(),
                without_lead=targets.filter(lead__isnull=True).exclude(answer=Answer.TEXT).count(),
            )
        )
    return views


READY_OR_FURTHER = [ReportState.READY, ReportState.APPROVED, ReportState.ISSUED]


@dataclass(frozen=True)
class LeaderView:
    """The compiled table, who is silent, and what waits for the leader's word."""

    view: PeriodView
    compiled: progress.Compiled
    report: Report | None
    nominations: list[Nomination]


def leader_views(campaigns, *, at):
    views = []
    for view in period_views(campaigns, at=at):
        newest = (
            Report.objects.filter(period=view.period, kind=ReportKind.CITY, state__in=READY_OR_FURTHER)
            .defer("figures", "texts")
            .select_related("period")
            .first()
        )
        views.append(
            LeaderView(
                view=view,
                compiled=progress.compile_period(view.period, as_of=at),
                report=newest if newest and newest.state == ReportState.READY else None,
                nominations=list(
                    Nomination.objects.filter(campaign=view.campaign, state=NominationState.CHECKED)
                    .select_related("award", "unit")
                    .order_by("award__kind", "sort_key")
                ),
            )
        )
    return views
