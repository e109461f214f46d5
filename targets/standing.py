"""Deadlines in force, and how a unit stands against them. Nothing here asks for the time."""

from dataclasses import dataclass
from datetime import datetime

from django.db import models

from campaigns.models import Extension, Participation
from targets.models import Acceptance, Return, Revision, Submission, SubmissionState


class Standing(models.TextChoices):
    ON_TIME = "on_time", "Đúng hạn"
    LATE = "late", "Nộp muộn"
    SILENT = "silent", "Chưa nộp"


def stands(first_handed_in, due):
    """Standing of the first hand-in against an exclusive deadline."""
    if first_handed_in is None:
        return Standing.SILENT
    return Standing.ON_TIME if first_handed_in < due else Standing.LATE


def extended_until(period, *, unit=None, as_of=None):
    """{unit id: latest granted moment} of a period, by what was decided up to a moment (None: by all)."""
    granted = Extension.objects.filter(period=period, granted=True)
    if as_of is not None:
        granted = granted.filter(decided_at__lte=as_of)
    if unit is not None:
        granted = granted.filter(unit=unit)
    return dict(granted.order_by().values_list("unit").annotate(models.Max("until")))


def deadline_for(submission):
    """The moment before which the unit is on time: the period's, or a later one granted to it."""
    extension = extended_until(submission.period, unit=submission.unit).get(submission.unit_id)
    return max(filter(None, [submission.period.units_due, extension]))


def standing_at(submission, handed_in_at):
    """Standing of a first hand-in at a moment; before the period's own deadline no extension matters."""
    if handed_in_at < submission.period.units_due:
        return Standing.ON_TIME
    return stands(handed_in_at, deadline_for(submission))


def standing_of(submission):
    first = submission.revisions.order_by("number").first()
    return stands(first and first.handed_in_at, deadline_for(submission))


@dataclass(frozen=True)
class HandIn:
    """One unit's line in the list of who handed in."""

    unit: object
    cluster: str
    cluster_order: tuple
    theme: str
    submission_id: int
    state: str
    standing: str
    extended: bool
    due: datetime
    handed_in_at: datetime | None
    revisions: int
    on_behalf: bool
    accepted_at: datetime | None
    by_oneself: bool
    answer_by: datetime | None

    @property
    def state_label(self):
        return SubmissionState(self.state).label

    @property
    def standing_label(self):
        return Standing(self.standing).label

    @property
    def is_silent(self):
        return self.standing == Standing.SILENT

    @property
    def awaits_review(self):
        return self.state == SubmissionState.SUBMITTED


@dataclass(frozen=True)
class HandIns:
    """Everybody who has the duty to report in a period, as of a moment."""

    rows: tuple[HandIn, ...]

    def _count(self, test):
        return sum(1 for row in self.rows if test(row))

    @property
    def assigned(self):
        return len(self.rows)

    @property
    def submitted(self):
        return self._count(lambda row: not row.is_silent)

    @property
    def on_time(self):
        return self._count(lambda row: row.standing == Standing.ON_TIME)

    @property
    def late(self):
        return self._count(lambda row: row.standing == Standing.LATE)

    @property
    def extended(self):
        return self._count(lambda row: row.extended)

    @property
    def accepted(self):
        """Units whose acceptance is in force, also those whose result is being changed."""
        return self._count(lambda row: row.accepted_at is not None)

    @property
    def settled(self):
        """Units whose newest hand-in is accepted."""
        return self._count(lambda row: row.state == SubmissionState.ACCEPTED)

    @property
    def returned(self):
        return self._count(lambda row: row.state == SubmissionState.RETURNED)

    @property
    def unreviewed(self):
        return self._count(lambda row: row.awaits_review)

    @property
    def silent(self):
        return [row for row in self.rows if row.is_silent]


def _state(made, acceptance, returned):
    """The state that a submission's moves up to a moment add up to."""
    if not made:
        return SubmissionState.DRAFT
    accepted = acceptance is not None and acceptance.revision_id == made[-1].pk
    if returned is not None and not (accepted and acceptance.accepted_at > returned.at):
        return SubmissionState.RETURNED
    return SubmissionState.ACCEPTED if accepted else SubmissionState.SUBMITTED


def hand_ins(period, *, as_of):
    """Who handed in, when, and how it stands, for each unit with the duty to report. Six queries."""
    participations = (
        Participation.objects.filter(campaign=period.campaign_id, reports=True)
        .select_related("unit", "cluster")
        .order_by("unit__order", "unit__sort_key", "pk")
    )
    submissions = {s.unit_id: s for s in Submission.objects.filter(period=period).defer("draft")}
    revisions = {}
    for revision in Revision.objects.filter(submission__period=period, arrived_at__lte=as_of).order_by("number"):
        revisions.setdefault(revision.submission_id, []).append(revision)
    in_force = models.Q(ended_at__isnull=True) | models.Q(ended_at__gt=as_of)
    acceptances = {
        a.submission_id: a
        for a in Acceptance.objects.filter(in_force, submission__period=period, accepted_at__lte=as_of).select_related(
            "revision"
        )
    }
    extensions = extended_until(period, as_of=as_of)
    returns = {
        returned.revision_id: returned
        for returned in Return.objects.filter(revision__submission__period=period, at__lte=as_of).order_by("at", "pk")
    }
    rows = []
    for part in participations:
        if (submission := submissions.get(part.unit_id)) is None:
            continue
        made = revisions.get(submission.pk, [])
        acceptance = acceptances.get(submission.pk)
        returned = returns.get(made[-1].pk) if made else None
        due = max(filter(None, [period.units_due, extensions.get(part.unit_id)]))
        rows.append(
            HandIn(
                unit=part.unit,
                cluster=part.cluster.name if part.cluster else "",
                cluster_order=(part.cluster.order, part.cluster.name) if part.cluster else (2**31, ""),
                theme=part.theme,
                submission_id=submission.pk,
                state=_state(made, acceptance, returned),
                standing=stands(made[0].handed_in_at if made else None, due),
                extended=part.unit_id in extensions,
                due=due,
                handed_in_at=made[0].handed_in_at if made else None,
                revisions=len(made),
                on_behalf=bool(made and made[-1].on_behalf_source),
                accepted_at=acceptance and acceptance.accepted_at,
                by_oneself=bool(acceptance and acceptance.by_oneself),
                answer_by=returned and returned.answer_by,
            )
        )
    return HandIns(tuple(rows))
