"""How a unit stands against the deadline in force, and the list of who handed in."""

from datetime import UTC, datetime, timedelta

import pytest

from campaigns.tests.factories import WARD, ExtensionFactory, ParticipationFactory, PeriodFactory
from targets.models import SubmissionState
from targets.standing import Standing, deadline_for, hand_ins, standing_of, stands
from targets.tests.factories import AcceptanceFactory, ReturnFactory, RevisionFactory, SubmissionFactory
from units.models import Unit
from units.tests.factories import ClusterFactory, UnitFactory

DUE = datetime(2025, 12, 10, tzinfo=WARD)
MICROSECOND, DAY = timedelta(microseconds=1), timedelta(days=1)
LATER = datetime(2025, 12, 20, tzinfo=WARD)
ON_TIME, LATE, SILENT = Standing.ON_TIME, Standing.LATE, Standing.SILENT


@pytest.fixture
def period(db):
    return PeriodFactory(units_due=DUE)


def taking_part(period, **participation):
    """A unit with the duty to report and its row for the period."""
    unit = UnitFactory(organiser=period.campaign.organiser)
    ParticipationFactory(campaign=period.campaign, unit=unit, **participation)
    return SubmissionFactory(period=period, unit=unit)


def hand_in(submission, at, **fields):
    revision = RevisionFactory(submission=submission, arrived_at=at, **fields)
    submission.state, submission.current_revision = SubmissionState.SUBMITTED, revision
    submission.save()
    return revision


# The ward is seven hours before UTC: the tenth begins there at 17:00 UTC on the ninth.
@pytest.mark.parametrize(
    ("first", "standing"),
    [
        (None, SILENT),
        (datetime(2025, 12, 9, 16, 59, 59, 999999, tzinfo=UTC), ON_TIME),
        (datetime(2025, 12, 9, 17, 0, 0, 0, tzinfo=UTC), LATE),
        (datetime(2025, 12, 9, 17, 0, 0, 1, tzinfo=UTC), LATE),
        (datetime(2025, 12, 9, 23, 59, 59, 999999, tzinfo=WARD), ON_TIME),
        (datetime(2025, 12, 10, tzinfo=WARD), LATE),
        (datetime(2025, 12, 9, 23, 59, tzinfo=UTC), LATE),  # still the ninth in UTC, no longer in the ward
    ],
)
def test_on_time_ends_when_the_tenth_begins_in_the_ward(first, standing):
    assert stands(first, DUE) is standing


@pytest.mark.parametrize(
    ("arrived_at", "standing"), [(DUE - MICROSECOND, ON_TIME), (DUE, LATE), (DUE + MICROSECOND, LATE)]
)
def test_the_standing_of_a_stored_hand_in_is_exact_to_the_microsecond(period, arrived_at, standing):
    submission = taking_part(period)
    hand_in(submission, arrived_at)

    assert standing_of(submission) is standing
    assert [row.standing for row in hand_ins(period, as_of=LATER).rows] == [standing]


def test_the_first_hand_in_stands_whatever_comes_after_it(period):
    early, late = taking_part(period), taking_part(period)
    hand_in(early, DUE - MICROSECOND)
    hand_in(early, DUE + DAY)
    hand_in(late, DUE)

    assert (standing_of(early), standing_of(late)) == (ON_TIME, LATE)
    found = {row.submission_id: row for row in hand_ins(period, as_of=LATER).rows}
    assert (found[early.pk].revisions, found[early.pk].handed_in_at) == (2, DUE - MICROSECOND)


def test_a_granted_extension_moves_the_deadline_of_its_unit_alone(period):
    let_in, other = taking_part(period), taking_part(period)
    until = DUE + 2 * DAY
    ExtensionFactory(period=period, unit=let_in.unit, until=until, decided=True)
    for submission in (let_in, other):
        hand_in(submission, until - MICROSECOND)

    assert (deadline_for(let_in), deadline_for(other)) == (until, DUE)
    assert (standing_of(let_in), standing_of(other)) == (ON_TIME, LATE)
    found = {row.submission_id: row for row in hand_ins(period, as_of=LATER).rows}
    assert (found[let_in.pk].extended, found[let_in.pk].due) == (True, until)
    assert (found[other.pk].extended, found[other.pk].due) == (False, DUE)


@pytest.mark.parametrize("decision", [{}, {"decided": True, "granted": False}], ids=["waiting", "refused"])
def test_an_extension_that_was_not_granted_changes_nothing(period, decision):
    submission = taking_part(period)
    ExtensionFactory(period=period, unit=submission.unit, until=DUE + DAY, **decision)

    assert deadline_for(submission) == DUE
    assert not hand_ins(period, as_of=LATER).rows[0].extended


def test_the_latest_of_several_extensions_counts_and_none_brings_the_deadline_forward(period):
    submission = taking_part(period)
    for until in (DUE + 2 * DAY, DUE + DAY):
        ExtensionFactory(period=period, unit=submission.unit, until=until, decided=True)
    assert deadline_for(submission) == DUE + 2 * DAY

    period.units_due = submission.period.units_due = DUE + 3 * DAY
    period.save()
    assert deadline_for(submission) == DUE + 3 * DAY


def test_on_behalf_the_moment_of_receipt_is_judged(period):
    submission = taking_part(period)
    hand_in(submission, DUE + DAY, on_behalf_source="Công văn 12", received_at=DUE - MICROSECOND)

    assert standing_of(submission) is ON_TIME
    row = hand_ins(period, as_of=LATER).rows[0]
    assert (row.on_behalf, row.handed_in_at) == (True, DUE - MICROSECOND)


def test_everybody_with_the_duty_to_report_is_counted_once(period):
    on_time, late, accepted, returned = (taking_part(period) for _ in range(4))
    silent = taking_part(period)
    taking_part(period, reports=False)
    SubmissionFactory(period=period)  # of a unit that takes no part
    hand_in(on_time, DUE - DAY)
    hand_in(late, DUE)
    revision = hand_in(accepted, DUE - DAY)
    AcceptanceFactory(revision=revision)
    accepted.state = SubmissionState.ACCEPTED
    accepted.save()
    ReturnFactory(revision=hand_in(returned, DUE - DAY), answer_by=DUE + DAY)
    returned.state = SubmissionState.RETURNED
    returned.save()

    listed = hand_ins(period, as_of=LATER)

    assert (listed.assigned, listed.submitted, listed.on_time, listed.late) == (5, 4, 3, 1)
    assert (listed.accepted, listed.returned, listed.unreviewed, listed.extended) == (1, 1, 2, 0)
    assert [row.submission_id for row in listed.silent] == [silent.pk]
    assert [row.answer_by for row in listed.rows if row.submission_id == returned.pk] == [DUE + DAY]


def test_as_of_an_earlier_moment_later_hand_ins_and_acceptances_are_unknown(period):
    submission = taking_part(period)
    revision = hand_in(submission, DUE - DAY)
    AcceptanceFactory(revision=revision, accepted_at=DUE)

    before, handed_in, accepted = (
        hand_ins(period, as_of=moment) for moment in (DUE - DAY - MICROSECOND, DUE - DAY, DUE)
    )

    assert (before.submitted, handed_in.submitted, accepted.submitted) == (0, 1, 1)
    assert (before.accepted, handed_in.accepted, accepted.accepted) == (0, 0, 1)


def test_as_of_a_moment_the_state_is_what_its_moves_had_made_of_it(period):
    submission = taking_part(period)
    days = [DUE - 9 * DAY + n * DAY for n in range(6)]
    first = hand_in(submission, days[0])
    ReturnFactory(revision=first, at=days[1], answer_by=days[5])
    AcceptanceFactory(revision=first, accepted_at=days[2], ended_at=days[5])  # as it stands
    ReturnFactory(revision=first, at=days[3])  # reopened
    second = hand_in(submission, days[4])
    AcceptanceFactory(revision=second, accepted_at=days[5])
    moments = [days[0] - MICROSECOND, *days]

    rows = [hand_ins(period, as_of=moment).rows[0] for moment in moments]

    draft, submitted, returned, accepted = "draft", "submitted", "returned", "accepted"
    assert [row.state for row in rows] == [draft, submitted, returned, accepted, returned, submitted, accepted]
    assert [row.accepted_at for row in rows] == [None, None, None, days[2], days[2], days[2], days[5]]


def test_an_extension_counts_from_the_moment_it_was_granted(period):
    submission = taking_part(period)
    decided_at = DUE - 2 * DAY
    ExtensionFactory(period=period, unit=submission.unit, until=DUE + DAY, decided=True, decided_at=decided_at)

    before, after = (hand_ins(period, as_of=moment).rows[0] for moment in (decided_at - MICROSECOND, decided_at))

    assert (before.due, after.due) == (DUE, DUE + DAY)


def test_the_list_keeps_the_order_of_units_and_names_their_cluster(period):
    cluster = ClusterFactory(organiser=period.campaign.organiser)
    last, first = taking_part(period, cluster=cluster), taking_part(period)
    for submission, order in ((last, 2), (first, 1)):
        Unit.objects.filter(pk=submission.unit_id).update(order=order)

    rows = hand_ins(period, as_of=LATER).rows

    assert [(row.unit, row.cluster) for row in rows] == [(first.unit, ""), (last.unit, cluster.name)]


@pytest.mark.parametrize("units", [1, 3])
def test_the_list_takes_the_same_number_of_queries_however_many_units_there_are(
    period, units, django_assert_num_queries
):
    for _ in range(units):
        AcceptanceFactory(revision=hand_in(taking_part(period), DUE - DAY))

    with django_assert_num_queries(6):
        assert hand_ins(period, as_of=LATER).accepted == units
