"""Compiled figures and verdicts: sums, ratios of sums, who is missing, what was in force at a past moment."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.tests.factories import WARD, CampaignFactory, PeriodFactory
from targets import progress
from targets.models import (
    Acceptance,
    Adjustment,
    Allocation,
    Answer,
    GoalChange,
    Result,
    Revision,
    SubmissionState,
    Target,
    Verdict,
)
from targets.progress import Figure, Goal, judge
from targets.tests.factories import (
    AcceptanceFactory,
    AllocationFactory,
    HeadingFactory,
    ResultFactory,
    RevisionFactory,
    SectorFactory,
    SubmissionFactory,
    TargetFactory,
)
from units.tests.factories import UnitFactory, UserFactory

ACCEPTED = datetime(2025, 12, 6, 9, tzinfo=WARD)
LATER = datetime(2025, 12, 20, tzinfo=WARD)
SECOND = timedelta(seconds=1)
EARLIER_PERIOD = {
    "figures_as_of": date(2025, 6, 30),
    "units_due": datetime(2025, 7, 5, tzinfo=WARD),
    "report_due": datetime(2025, 7, 10, tzinfo=WARD),
}
EXCEEDED, MET, MISSED = Verdict.EXCEEDED, Verdict.MET, Verdict.MISSED
NOT_DUE, NOT_COMPUTABLE, TRACKED = Verdict.NOT_DUE, Verdict.NOT_COMPUTABLE, Verdict.TRACKED


def number(text):
    return None if text is None else Decimal(text)


@pytest.fixture
def period(db):
    """The last period of a campaign: its figures cover the whole year."""
    return PeriodFactory()


@pytest.fixture
def earlier(period):
    """A period in the middle of the same campaign."""
    return PeriodFactory(campaign=period.campaign, **EARLIER_PERIOD)


def hold(target, unit=None, **fields):
    """A unit with the duty to report the target."""
    unit = unit or UnitFactory(organiser=target.campaign.organiser)
    AllocationFactory(target=target, unit=unit, **fields)
    return unit


def hand_in(period, unit, answers, *, arrived_at=datetime(2025, 12, 5, 9, tzinfo=WARD), accepted=True):
    """A unit's next revision; `answers` is {target: fields of its result}."""
    submission = unit.submissions.filter(period=period).first() or SubmissionFactory(period=period, unit=unit)
    revision = RevisionFactory(submission=submission, arrived_at=arrived_at)
    for target, fields in answers.items():
        ResultFactory(revision=revision, target=target, **fields)
    if accepted:
        AcceptanceFactory(revision=revision, accepted_at=ACCEPTED)
    return revision


def report(period, target, amount, base=None, *, unit=None, accepted=True, **fields):
    """A unit that holds the target hands in one figure."""
    unit = unit or hold(target)
    hand_in(period, unit, {target: {"amount": number(amount), "base": number(base), **fields}}, accepted=accepted)
    return unit


def no_data(period, target):
    fields = {"amount": None, "base": None, "no_data": True, "note": "Chưa có số liệu của cấp trên."}
    unit = hold(target)
    hand_in(period, unit, {target: fields})
    return unit


def line_of(period, target, as_of=LATER):
    return next(line for line in progress.compile_period(period, as_of=as_of).lines if line.target == target)


def target_of(period, **fields):
    return TargetFactory(campaign=period.campaign, **fields)


# --- Adding up ------------------------------------------------------------------------------------------------------


def test_a_number_is_the_sum_of_its_units(period):
    target = target_of(period, at_least=Decimal(100))
    for amount in ("40", "35.5", "24.4999"):
        report(period, target, amount)

    line = line_of(period, target)

    assert line.accepted.value == Decimal("99.9999")
    assert (line.accepted.k, line.accepted.m) == (3, 3)
    assert line.judged.verdict == MISSED


def test_a_ratio_is_the_ratio_of_sums_and_not_the_mean_of_ratios(period):
    target = target_of(period, ratio=True, at_least=Decimal(95))
    report(period, target, "10", "10")  # 100 %
    report(period, target, "900", "1000")  # 90 %; the mean of both would be 95 % and met

    line = line_of(period, target)

    assert line.accepted.value == Decimal(100) * 910 / 1010
    assert line.judged.verdict == MISSED


def test_a_ratio_is_multiplied_by_the_factor_of_its_measure(period):
    target = target_of(period, ratio=True, factor=1000, unit_of_measure="‰", at_least=None)
    report(period, target, "3", "400")

    assert line_of(period, target).accepted.value == Decimal("7.5")


def test_yes_and_no_are_counted_over_every_assigned_unit_when_the_measure_is_percent(period):
    target = target_of(period, yes_no=True, factor=100, unit_of_measure="%", at_least=Decimal(50))
    for amount in ("1", "1", "0"):
        report(period, target, amount)
    hold(target)  # silent

    line = line_of(period, target)

    assert line.accepted.value == Decimal(50)  # 2 of 4, not 2 of 3
    assert (line.accepted.k, line.accepted.m) == (3, 4)


def test_yes_is_counted_when_the_measure_is_units(period):
    target = target_of(period, yes_no=True, at_least=Decimal(2))
    for amount in ("1", "1", "0"):
        report(period, target, amount)

    assert line_of(period, target).accepted.value == Decimal(2)


def test_words_have_no_figure_and_are_judged_by_hand_only(period):
    target = target_of(period, text=True)
    hand_in(period, hold(target), {target: {}})

    line = line_of(period, target)
    assert (line.accepted.value, line.accepted.k, line.judged.verdict) == (None, 1, TRACKED)

    Adjustment.objects.create(
        period=period, target=target, verdict=Verdict.MET, reason="Đã họp", by=UserFactory(), at=ACCEPTED
    )
    assert line_of(period, target).judged.verdict == MET
    assert line_of(period, target).judged.by_hand


def test_a_part_is_never_added_to_its_whole(period):
    whole = target_of(period, at_least=Decimal(100))
    part = target_of(period, part_of=whole, at_least=None)
    unit = hold(whole)
    hold(part, unit)
    hand_in(period, unit, {whole: {"amount": Decimal(90)}, part: {"amount": Decimal(60)}})

    assert line_of(period, whole).accepted.value == Decimal(90)
    assert line_of(period, part).accepted.value == Decimal(60)


def test_sums_are_exact_to_four_decimals_where_floating_point_is_not(period):
    target = target_of(period, at_least=Decimal("0.3"))
    for amount in ("0.1", "0.2"):  # 0.30000000000000004 in floating point
        report(period, target, amount)
    many = target_of(period, at_least=Decimal("100"))
    for _ in range(30):
        report(period, many, "0.0003")

    assert line_of(period, target).accepted.value == Decimal("0.3")
    assert line_of(period, target).judged.verdict == MET
    assert line_of(period, many).accepted.value == Decimal("0.009")


def test_only_the_accepted_count_as_accepted_and_the_newest_of_each_unit_as_handed_in(period):
    target = target_of(period)
    unit = report(period, target, "10")
    hand_in(period, unit, {target: {"amount": Decimal(15)}}, arrived_at=ACCEPTED + SECOND, accepted=False)
    report(period, target, "7", accepted=False)

    line = line_of(period, target)

    assert (line.accepted.value, line.accepted.k) == (Decimal(10), 1)
    assert (line.handed_in.value, line.handed_in.k) == (Decimal(22), 2)


def test_figures_of_another_period_and_of_units_without_the_duty_stay_out(period, earlier):
    target = target_of(period)
    unit = report(period, target, "10")
    hand_in(earlier, unit, {target: {"amount": Decimal(4)}})
    hand_in(period, UnitFactory(organiser=period.campaign.organiser), {target: {"amount": Decimal(1000)}})

    assert line_of(period, target).accepted.value == Decimal(10)
    assert line_of(earlier, target).accepted.value == Decimal(4)


def test_lines_stand_in_the_plan_s_order_under_sectors_and_headings(period):
    campaign = period.campaign
    second, first = SectorFactory(campaign=campaign, order=2), SectorFactory(campaign=campaign, order=1)
    heading = HeadingFactory(sector=second)
    last = TargetFactory(campaign=campaign, sector=second, heading=heading, number=503)
    middle = TargetFactory(campaign=campaign, sector=second, number=502)
    top = TargetFactory(campaign=campaign, sector=first, number=504)
    TargetFactory(campaign=campaign, sector=first, number=501, retired=True)

    grouped = progress.compile_period(period, as_of=LATER).sectors

    assert [
        (sector, [(under, [line.target for line in lines]) for under, lines in headings])
        for sector, headings in grouped
    ] == [(first, [(None, [top])]), (second, [(None, [middle]), (heading, [last])])]


def test_the_headline_counts_met_and_exceeded_together_and_exceeded_apart(period):
    for amount, goal in (("101", "100"), ("100", "100"), ("99", "100")):
        report(period, target_of(period, at_least=Decimal(goal)), amount)
    report(period, target_of(period, at_least=None), "5")
    hold(target_of(period))

    table = progress.compile_period(period, as_of=LATER)

    assert (table.met, table.exceeded, table.missed) == (2, 1, 1)
    assert (table.tracked, table.not_computable, table.not_due, table.total) == (1, 1, 0, 5)


@pytest.mark.parametrize("units", [1, 3])
def test_the_table_takes_the_same_number_of_queries_however_many_units_there_are(
    period, units, django_assert_num_queries
):
    targets = [
        target_of(period),
        target_of(period, ratio=True),
        target_of(period, heading=HeadingFactory(sector__campaign=period.campaign)),
    ]
    for _ in range(units):
        unit = UnitFactory(organiser=period.campaign.organiser)
        for target in targets:
            hold(target, unit)
        hand_in(period, unit, {target: {} for target in targets})
    period.refresh_from_db()

    with django_assert_num_queries(7):
        table = progress.compile_period(period, as_of=LATER)
        assert len(table.sectors) == 3


# --- Verdicts: what the figures alone say ---------------------------------------------------------------------------


def figure(value, k=1, m=1, *, amount=None, base=None, estimate=None, est_amount=None):
    """A figure of `k` of `m` units; the amount is the value itself unless told otherwise."""
    value, estimate = number(value), number(estimate)
    return Figure(
        k=k,
        m=m,
        amount=value if amount is None else number(amount),
        base=number(base),
        est_amount=estimate if est_amount is None else number(est_amount),
        est_base=None,
        value=value,
        estimate=estimate,
    )


NUMBER = {"answer": Answer.NUMBER, "factor": 1}
COUNTED = NUMBER | {"accumulates": True}
SIGNED = NUMBER | {"may_be_negative": True}
RATIO = {"answer": Answer.RATIO, "factor": 100}
PART = RATIO | {"part_of_whole": True}
YES_NO = {"answer": Answer.YES_NO, "factor": 100}


@pytest.mark.parametrize(
    ("at_least", "at_most", "value", "verdict"),
    [
        ("95", None, "94.9999", MISSED),
        ("95", None, "95", MET),
        ("95", None, "95.0001", EXCEEDED),
        (None, "330681", "330680", MET),  # within budget: never "vượt"
        (None, "330681", "330681", MET),
        (None, "330681", "330681.01", MISSED),
        ("13", "14", "12.99", MISSED),
        ("13", "14", "13", MET),
        ("13", "14", "13.5", MET),
        ("13", "14", "14", MET),
        ("13", "14", "14.01", MISSED),
        ("12", "12", "11", MISSED),
        ("12", "12", "12", MET),
        ("12", "12", "13", MISSED),
        (None, "0", "0", MET),  # "không còn hộ nghèo"
        (None, "0", "1", MISSED),
        ("0", None, "0", MET),
        ("0", None, "1", EXCEEDED),
        (None, None, "5", TRACKED),
    ],
)
def test_the_goal_is_an_interval(at_least, at_most, value, verdict):
    judged = judge(Target(**NUMBER), Goal(number(at_least), number(at_most)), figure(value), is_final=True)

    assert judged.verdict == verdict
    assert judged.value == Decimal(value)


MISSING_CASES = [
    # kind, goal, value of k of m, verdict in the last period
    (NUMBER, ("100", None), "99", 1, 2, NOT_COMPUTABLE),  # the other unit may bring it
    (NUMBER, ("100", None), "100", 1, 2, MET),  # it can only grow
    (NUMBER, ("100", None), "101", 1, 2, EXCEEDED),
    (NUMBER, (None, "100"), "100", 1, 2, NOT_COMPUTABLE),  # the other unit may pass it
    (NUMBER, (None, "100"), "101", 1, 2, MISSED),  # passed for good
    (NUMBER, ("13", "14"), "13", 1, 2, NOT_COMPUTABLE),
    (NUMBER, ("13", "14"), "15", 1, 2, MISSED),
    (NUMBER, (None, "0"), "0", 1, 2, NOT_COMPUTABLE),
    (NUMBER, (None, "0"), "3", 1, 2, MISSED),
    (SIGNED, ("100", None), "101", 1, 2, NOT_COMPUTABLE),
    (SIGNED, (None, "100"), "101", 1, 2, NOT_COMPUTABLE),
    (NUMBER, (None, None), "5", 1, 2, TRACKED),
    (RATIO, ("95", None), "96", 1, 2, NOT_COMPUTABLE),
    (RATIO, (None, "0"), "1", 1, 2, MISSED),  # more units cannot bring a positive ratio back to 0
    (RATIO | {"may_be_negative": True}, (None, "0"), "1", 1, 2, NOT_COMPUTABLE),
    (PART, ("95", None), "96", 1, 2, NOT_COMPUTABLE),
    (PART, ("95", None), "94", 1, 2, NOT_COMPUTABLE),
    (PART, ("100", None), "100", 1, 2, NOT_COMPUTABLE),
    (PART, ("100", None), "99", 1, 2, MISSED),  # 100 % is out of reach for good
    (PART, (None, "0"), "0", 1, 2, NOT_COMPUTABLE),
    (PART, (None, "0"), "0.5", 1, 2, MISSED),
    (PART, ("0", None), "50", 1, 2, EXCEEDED),  # any answer is at least 0
]


@pytest.mark.parametrize(("kind", "goal", "value", "k", "m", "verdict"), MISSING_CASES)
def test_a_missing_unit_matters_while_it_could_turn_the_verdict(kind, goal, value, k, m, verdict):
    judged = judge(Target(**kind), Goal(*map(number, goal)), figure(value, k, m), is_final=True)

    assert judged.verdict == verdict
    assert (judged.value is None) == (verdict == NOT_COMPUTABLE)


@pytest.mark.parametrize(
    ("yes", "k", "m", "at_least", "verdict"),
    [
        (38, 40, 40, "95", MET),
        (39, 40, 40, "95", EXCEEDED),
        (37, 40, 40, "95", MISSED),
        (38, 38, 40, "95", MET),  # whatever the other two say
        (37, 38, 40, "95", NOT_COMPUTABLE),  # one more yes is possible
        (35, 38, 40, "95", MISSED),  # at best 37 of 40
        (36, 38, 40, "95", NOT_COMPUTABLE),  # at best 38 of 40: met
    ],
)
def test_missing_units_of_a_yes_and_no_target_are_counted_both_ways(yes, k, m, at_least, verdict):
    value = Decimal(100 * yes) / m
    counted = figure(str(value), k, m, amount=str(yes))

    assert judge(Target(**YES_NO), Goal(number(at_least), None), counted, is_final=True).verdict == verdict


@pytest.mark.parametrize(
    ("kind", "goal", "value", "estimate", "verdict", "by_estimate"),
    [
        (NUMBER, ("100", None), "60", "100", MET, True),
        (NUMBER, ("100", None), "60", "101", EXCEEDED, True),
        (NUMBER, ("100", None), "120", "99", MISSED, True),  # a stock may fall again
        (NUMBER, ("100", None), "120", None, NOT_DUE, False),  # a stock without an estimate says nothing yet
        (NUMBER, (None, "100"), "120", None, NOT_DUE, False),
        (COUNTED, ("100", None), "120", None, EXCEEDED, False),
        (COUNTED, ("100", None), "100", None, MET, False),
        (COUNTED, ("100", None), "99", None, NOT_DUE, False),
        (COUNTED, (None, "100"), "100", None, NOT_DUE, False),
        (COUNTED, (None, "100"), "101", None, MISSED, False),
        (COUNTED, ("90", "110"), "100", None, NOT_DUE, False),  # reached, but may still pass
        (COUNTED, ("90", "110"), "111", None, MISSED, False),
        (COUNTED, ("100", None), "60", "99", MISSED, True),
        (RATIO, ("95", None), "99", None, NOT_DUE, False),
        (RATIO, ("95", None), "90", "95", MET, True),
        (NUMBER, (None, None), "60", "100", TRACKED, False),
    ],
)
def test_before_the_last_period_the_estimate_is_judged(kind, goal, value, estimate, verdict, by_estimate):
    judged = judge(Target(**kind), Goal(*map(number, goal)), figure(value, estimate=estimate), is_final=False)

    assert (judged.verdict, judged.by_estimate) == (verdict, by_estimate)
    if by_estimate:
        assert judged.value == Decimal(estimate)


def test_the_last_period_judges_the_actual_even_where_there_is_an_estimate():
    judged = judge(Target(**NUMBER), Goal(Decimal(100), None), figure("99", estimate="101"), is_final=True)

    assert (judged.verdict, judged.by_estimate, judged.value) == (MISSED, False, Decimal(99))


def test_missing_units_come_before_the_time_of_the_year():
    goal = Goal(Decimal(100), None)

    assert judge(Target(**COUNTED), goal, figure("99", 1, 2), is_final=False).verdict == NOT_COMPUTABLE
    assert judge(Target(**COUNTED), goal, figure("100", 1, 2), is_final=False).verdict == MET
    assert judge(Target(**COUNTED), goal, figure("50", 1, 2, estimate="99"), is_final=False).verdict == NOT_COMPUTABLE
    assert judge(Target(**COUNTED), goal, figure("50", 1, 2, estimate="100"), is_final=False).verdict == MET


def test_nothing_reported_is_not_computable_and_not_zero():
    empty = Figure(0, 2, None, None, None, None, None, None)

    for goal in (Goal(Decimal(100), None), Goal(None, Decimal(0))):
        for is_final in (True, False):
            assert judge(Target(**NUMBER), goal, empty, is_final=is_final).verdict == NOT_COMPUTABLE


@pytest.mark.parametrize("verdict", [EXCEEDED, MET, MISSED])
def test_a_verdict_by_hand_comes_before_everything(verdict):
    by_hand = Adjustment(verdict=verdict)
    empty = Figure(0, 2, None, None, None, None, None, None)

    for goal in (Goal(None, None), Goal(Decimal(100), None)):
        judged = judge(Target(**NUMBER), goal, empty, is_final=False, adjustment=by_hand)
        assert (judged.verdict, judged.by_hand) == (verdict, True)


@pytest.mark.parametrize(
    ("at_least", "at_most", "amount", "percent"),
    [
        ("200", None, "1363.6", "681.8"),  # no ceiling
        (None, "200", "150", "75"),
        ("200", "200", "100", "50"),
        ("13", "14", "13", None),
        (None, "0", "3", None),
        ("0", None, "3", None),
        (None, None, "3", None),
    ],
)
def test_percent_of_goal_needs_one_bound_that_is_not_zero(period, at_least, at_most, amount, percent):
    target = target_of(period, at_least=number(at_least), at_most=number(at_most))
    report(period, target, amount)

    assert line_of(period, target).percent_of_goal == number(percent)


# --- Who is missing -------------------------------------------------------------------------------------------------


def test_silent_units_and_units_without_data_are_both_missing(period):
    target = target_of(period, at_least=Decimal(100))
    report(period, target, "99")
    no_data(period, target)
    hold(target)

    line = line_of(period, target)

    assert (line.accepted.k, line.accepted.m, line.accepted.missing) == (1, 3, 2)
    assert line.accepted.value == Decimal(99)
    assert line.judged.verdict == NOT_COMPUTABLE


def test_no_data_everywhere_is_no_figure(period):
    target = target_of(period, at_least=None, at_most=Decimal(0))
    no_data(period, target)

    line = line_of(period, target)

    assert (line.accepted.value, line.judged.verdict) == (None, NOT_COMPUTABLE)


def test_an_ended_duty_leaves_k_m_and_the_sum(period):
    target = target_of(period, at_least=Decimal(100))
    report(period, target, "60")
    leaving = report(period, target, "50")
    ended = LATER - timedelta(days=2)
    Allocation.objects.filter(target=target, unit=leaving).update(ended_at=ended)

    before, after = line_of(period, target, ended - SECOND), line_of(period, target, ended)

    assert (before.accepted.value, before.accepted.k, before.accepted.m) == (Decimal(110), 2, 2)
    assert (after.accepted.value, after.accepted.k, after.accepted.m) == (Decimal(60), 1, 1)
    assert (before.judged.verdict, after.judged.verdict) == (EXCEEDED, MISSED)
    assert [source.unit for source in progress.sources(period, target, as_of=LATER)].count(leaving) == 0


def test_a_duty_counts_from_the_moment_it_was_given(period):
    target = target_of(period)
    unit = hold(target, since=LATER - timedelta(days=1))
    report(period, target, "60", unit=unit)

    assert line_of(period, target, LATER - timedelta(days=1, seconds=1)).accepted.m == 0
    assert line_of(period, target).accepted.value == Decimal(60)


def test_a_duty_given_again_counts_once(period):
    target = target_of(period)
    unit = hold(target, ended_at=datetime(2025, 6, 1, tzinfo=WARD))
    hold(target, unit, since=datetime(2025, 6, 1, tzinfo=WARD))
    report(period, target, "60", unit=unit)

    line = line_of(period, target)

    assert (line.accepted.value, line.accepted.k, line.accepted.m) == (Decimal(60), 1, 1)


def test_an_estimate_is_judged_only_when_every_contributing_answer_has_one(earlier):
    target = target_of(earlier, at_least=Decimal(100))
    report(earlier, target, "30", est_amount=Decimal(60))
    other = report(earlier, target, "30", est_amount=None)

    line = line_of(earlier, target)
    assert (line.accepted.estimate, line.judged.verdict) == (None, NOT_DUE)

    Result.objects.filter(revision__submission__unit=other).update(est_amount=Decimal(45))
    line = line_of(earlier, target)
    assert (line.accepted.estimate, line.judged.verdict, line.judged.by_estimate) == (Decimal(105), EXCEEDED, True)


def test_a_ratio_s_estimate_is_the_ratio_of_summed_estimates(earlier):
    target = target_of(earlier, ratio=True, at_least=Decimal(95))
    report(earlier, target, "1", "10", est_amount=Decimal(10), est_base=Decimal(10))
    report(earlier, target, "1", "10", est_amount=Decimal(900), est_base=Decimal(1000))

    line = line_of(earlier, target)

    assert line.accepted.estimate == Decimal(100) * 910 / 1010
    assert (line.judged.verdict, line.judged.by_estimate) == (MISSED, True)


def test_an_earlier_period_stays_earlier_after_the_year(earlier):
    target = target_of(earlier, at_least=Decimal(100))
    report(earlier, target, "120")

    assert line_of(earlier, target, datetime(2026, 6, 1, tzinfo=WARD)).judged.verdict == NOT_DUE


@pytest.mark.parametrize(
    ("figures_as_of", "is_final"), [(date(2025, 12, 30), False), (date(2025, 12, 31), True), (date(2026, 1, 5), True)]
)
def test_a_period_is_final_when_its_figures_reach_the_campaign_s_end(period, figures_as_of, is_final):
    period.figures_as_of = figures_as_of

    assert period.is_final is is_final


# --- As of a moment -------------------------------------------------------------------------------------------------


def test_as_of_a_moment_the_acceptance_then_in_force_counts(period):
    target = target_of(period)
    unit = hold(target)
    first = hand_in(period, unit, {target: {"amount": Decimal(10)}})
    second = hand_in(
        period, unit, {target: {"amount": Decimal(20)}}, arrived_at=ACCEPTED + timedelta(days=1), accepted=False
    )
    changed = ACCEPTED + timedelta(days=2)
    first.acceptances.update(ended_at=changed)
    AcceptanceFactory(revision=second, accepted_at=changed)

    def seen(moment):
        line = line_of(period, target, moment)
        return line.accepted.value, line.handed_in.value

    assert seen(first.arrived_at - SECOND) == (None, None)
    assert seen(first.arrived_at) == (None, Decimal(10))
    assert seen(ACCEPTED - SECOND) == (None, Decimal(10))
    assert seen(ACCEPTED) == (Decimal(10), Decimal(10))
    assert seen(second.arrived_at) == (Decimal(10), Decimal(20))
    assert seen(changed - SECOND) == (Decimal(10), Decimal(20))
    assert seen(changed) == (Decimal(20), Decimal(20))


def test_the_same_revision_accepted_twice_counts_once(period):
    target = target_of(period)
    revision = hand_in(period, hold(target), {target: {"amount": Decimal(10)}})
    again = ACCEPTED + timedelta(days=1)
    Acceptance.objects.update(ended_at=again)
    AcceptanceFactory(revision=revision, accepted_at=again)

    for moment in (again - SECOND, again, LATER):
        line = line_of(period, target, moment)
        assert (line.accepted.value, line.accepted.k) == (Decimal(10), 1)


def test_a_reopened_result_keeps_counting_until_the_next_acceptance(period):
    target = target_of(period)
    unit = report(period, target, "10")
    unit.submissions.update(state=SubmissionState.RETURNED, current_revision=Revision.objects.get())

    assert line_of(period, target).accepted.value == Decimal(10)


def test_goals_are_read_as_of_the_moment(period):
    target = target_of(period, at_least=Decimal(120), at_most=None)
    report(period, target, "110")
    by = UserFactory()
    first, second = ACCEPTED + timedelta(days=1), ACCEPTED + timedelta(days=2)
    for at, old, new in ((first, "100", "105"), (second, "105", "120")):
        GoalChange.objects.create(
            target=target, old_at_least=number(old), new_at_least=number(new), reason="Nghị quyết mới", by=by, at=at
        )

    def seen(moment):
        line = line_of(period, target, moment)
        return line.goal.at_least, line.judged.verdict

    assert seen(first - SECOND) == (Decimal(100), EXCEEDED)
    assert seen(first) == (Decimal(105), EXCEEDED)
    assert seen(second - SECOND) == (Decimal(105), EXCEEDED)
    assert seen(second) == (Decimal(120), MISSED)


def test_an_adjustment_stands_beside_the_units_figure_while_it_is_in_force(period):
    target = target_of(period, at_least=Decimal(100))
    report(period, target, "90")
    hold(target)
    adjusted, ended = ACCEPTED + timedelta(days=1), ACCEPTED + timedelta(days=2)
    Adjustment.objects.create(
        period=period,
        target=target,
        amount=Decimal(100),
        reason="Theo Niên giám",
        by=UserFactory(),
        at=adjusted,
        ended_at=ended,
    )

    during = line_of(period, target, adjusted)
    assert (during.accepted.value, during.compiled.value) == (Decimal(100), Decimal(90))
    assert (during.compiled.k, during.compiled.m) == (1, 2)
    assert during.judged.verdict == MET  # the office's figure covers the missing unit too
    for moment in (adjusted - SECOND, ended):
        line = line_of(period, target, moment)
        assert (line.adjustment, line.accepted.value, line.judged.verdict) == (None, Decimal(90), NOT_COMPUTABLE)


def test_an_adjusted_ratio_is_computed_from_the_adjusted_amounts(period):
    target = target_of(period, ratio=True, at_least=Decimal(95))
    report(period, target, "90", "100")
    Adjustment.objects.create(
        period=period,
        target=target,
        amount=Decimal(96),
        base=Decimal(100),
        reason="Bổ sung",
        by=UserFactory(),
        at=ACCEPTED,
    )

    line = line_of(period, target)

    assert (line.accepted.value, line.judged.verdict) == (Decimal(96), EXCEEDED)


# --- Sources --------------------------------------------------------------------------------------------------------


def test_every_unit_that_holds_the_target_is_a_source(period):
    target = target_of(period)
    accepted = report(period, target, "10")
    waiting = report(period, target, "7", accepted=False)
    empty = no_data(period, target)
    silent = hold(target)

    found = {source.unit: source for source in progress.sources(period, target, as_of=LATER)}

    assert set(found) == {accepted, waiting, empty, silent}
    assert found[accepted].accepted.amount == Decimal(10)
    assert (found[waiting].accepted, found[waiting].handed_in.amount) == (None, Decimal(7))
    assert found[empty].accepted.no_data
    assert (found[silent].accepted, found[silent].handed_in) == (None, None)


# --- Against an independent reckoning -------------------------------------------------------------------------------

amounts = st.integers(0, 10**9).map(lambda n: Decimal(n).scaleb(-4))
answers = st.one_of(st.none(), st.just("no data"), st.tuples(amounts, amounts.filter(bool), st.booleans()))


@pytest.mark.django_db
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(reported=st.lists(answers, min_size=1, max_size=6), at_least=amounts, is_ratio=st.booleans())
def test_any_set_of_units_gives_what_an_independent_sum_gives(reported, at_least, is_ratio):
    period = PeriodFactory(campaign=CampaignFactory())
    target = target_of(period, ratio=is_ratio, at_least=at_least)
    for answer in reported:
        if answer is None:
            hold(target)
        elif answer == "no data":
            no_data(period, target)
        else:
            amount, base, accepted = answer
            report(period, target, str(amount), str(base) if is_ratio else None, accepted=accepted)

    line = line_of(period, target)

    figures = [answer for answer in reported if isinstance(answer, tuple)]
    for shown, counted in ((line.accepted, [f for f in figures if f[2]]), (line.handed_in, figures)):
        assert (shown.k, shown.m) == (len(counted), len(reported))
        total, whole = sum(f[0] for f in counted), sum(f[1] for f in counted)
        expected = None if not counted else total * target.factor / whole if is_ratio else total
        assert shown.value == expected
    counted = [f for f in figures if f[2]]
    if len(counted) == len(reported):
        value = line.accepted.value
        assert line.judged.verdict == (EXCEEDED if value > at_least else MET if value == at_least else MISSED)
    assert Revision.objects.filter(submission__period=period).count() == len(reported) - reported.count(None)
