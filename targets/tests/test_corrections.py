"""The office's figure in place of one unit's: both are kept, sums follow, and it lapses with its revision."""

from decimal import Decimal

import pytest

from campaigns.tests.factories import ParticipationFactory, PeriodFactory
from targets import adjusting, progress, workflow
from targets.models import Adjustment, Result, Submission
from targets.tests.factories import AllocationFactory, SubmissionFactory
from targets.tests.hand_in import A_WORKING_DAY, MIDYEAR, sign_in, submission_of, target_of, typed, url_of
from units.refusals import Refused
from units.tests.factories import UserFactory


@pytest.fixture(autouse=True)
def _a_working_day(db, time_machine):
    time_machine.move_to(A_WORKING_DAY, tick=False)


@pytest.fixture
def period(db):
    return PeriodFactory(figures_as_of=MIDYEAR)


@pytest.fixture
def office(period):
    return UserFactory(office_of=period.campaign.organiser)


def hand_in(client, submission, **changes):
    sign_in(client, submission)
    assert client.post(url_of(submission), typed(submission, **changes)).status_code == 302
    return Submission.objects.get(pk=submission.pk)


def accept(submission, office):
    submission.refresh_from_db()
    workflow.accept(submission, revision_number=submission.current_revision.number, by=office, at=A_WORKING_DAY)


def result_of(submission, position=0):
    submission.refresh_from_db()
    results = Result.objects.select_related("revision__submission__period__campaign", "target")
    return results.get(revision=submission.current_revision, target=target_of(submission, position))


def correct(result, amount, office, **fields):
    fields = {"est_amount": Decimal(121), "reason": "Cộng nhầm."} | fields
    return adjusting.correct(result, amount=Decimal(amount), by=office, at=A_WORKING_DAY, **fields)


def line_of(period):
    return progress.compile_period(period, as_of=A_WORKING_DAY).lines[0]


def two_units(client, period):
    first = submission_of({}, period=period)
    second = SubmissionFactory(period=period)
    ParticipationFactory(campaign=period.campaign, unit=second.unit)
    AllocationFactory(target=target_of(first), unit=second.unit)
    return [hand_in(client, submission) for submission in (first, second)]


def test_a_corrected_figure_counts_in_the_sums_and_the_units_own_stays(client, period, office):
    first, second = two_units(client, period)
    accept(first, office)

    correct(result_of(first), 100, office)
    correct(result_of(second), 50, office)

    line = line_of(period)
    assert (line.accepted.value, line.accepted.k) == (Decimal(100), 1)
    assert line.handed_in.value == Decimal(150)
    assert result_of(first).amount == Decimal(120)


def test_an_estimate_the_office_adds_lets_the_sum_have_one(client, period, office):
    submission = hand_in(client, submission_of({}, period=period), est_amount="")
    accept(submission, office)
    assert line_of(period).accepted.estimate is None

    correct(result_of(submission), 120, office, est_amount=Decimal(140))

    assert line_of(period).accepted.estimate == Decimal(140)


def test_a_ratio_is_corrected_on_both_sides(client, period, office):
    submission = hand_in(client, submission_of({"ratio": True, "part_of_whole": True}, period=period))
    accept(submission, office)

    correct(result_of(submission), 60, office, base=Decimal(120), est_amount=None)

    assert line_of(period).accepted.value == Decimal(50)


def test_withdrawing_goes_back_to_the_units_own_figure(client, period, office):
    submission = hand_in(client, submission_of({}, period=period))
    accept(submission, office)
    correct(result_of(submission), 100, office)

    adjusting.withdraw_correction(result_of(submission), by=office, at=A_WORKING_DAY)

    assert line_of(period).accepted.value == Decimal(120)
    assert not Adjustment.objects.filter(ended_at__isnull=True).exists()


def test_a_correction_lapses_when_a_newer_revision_is_accepted(client, period, office):
    submission = hand_in(client, submission_of({}, period=period))
    correct(result_of(submission), 100, office)
    hand_in(client, submission, amount="125")

    assert line_of(period).handed_in.value == Decimal(125)
    accept(submission, office)

    assert line_of(period).accepted.value == Decimal(125)
    assert Adjustment.objects.get().ended_at == A_WORKING_DAY


def test_only_the_newest_revision_and_a_real_figure_can_be_corrected(client, period, office):
    submission = hand_in(client, submission_of({}, {"text": True}, period=period))
    old, in_words = result_of(submission), result_of(submission, 1)
    with pytest.raises(Refused, match="Chỉ hiệu chỉnh được số liệu"):
        correct(in_words, 1, office, est_amount=None)
    hand_in(client, submission, amount="125")

    with pytest.raises(Refused, match="bản mới hơn"):
        correct(old, 100, office)

    assert not Adjustment.objects.exists()


def test_sources_show_the_correction_beside_the_units_figure(client, period, office):
    submission = hand_in(client, submission_of({}, period=period))
    made = correct(result_of(submission), 100, office)

    (source,) = progress.sources(period, target_of(submission), as_of=A_WORKING_DAY)

    assert (source.handed_in.amount, source.correction) == (Decimal(120), made)
