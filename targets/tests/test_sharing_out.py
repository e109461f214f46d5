"""A ward's goal shared out: the parts always make it up, in whole steps, in the proportion of the weights."""

import random
from decimal import Decimal

import pytest

from targets.sharing_out import parts_of, shares_of, weights_of
from targets.tests.factories import TargetFactory
from units.refusals import Refused
from units.tests.factories import UnitFactory

EVEN = [Decimal(1)] * 3


def whole(*figures):
    return [Decimal(figure) for figure in figures]


def target(**fields):
    return TargetFactory.build(sector=None, campaign=None, **fields)


@pytest.mark.parametrize(
    ("total", "weights", "decimals", "parts"),
    [
        ("100", whole(1, 1, 1), 0, ["34", "33", "33"]),  # equal claims: the first
        ("100", whole(100, 200, 300), 0, ["17", "33", "50"]),  # 16,67 · 33,33 · 50
        ("10", whole(1, 1, 4), 0, ["2", "1", "7"]),  # 1,67 · 1,67 · 6,67: of equal claims the heaviest, then the first
        ("1", whole(5, 9, 3), 0, ["0", "1", "0"]),
        ("0", whole(5, 9), 0, ["0", "0"]),
        ("100", whole(0, 3), 0, ["0", "100"]),
        ("1", whole(1, 1, 1), 2, ["0.34", "0.33", "0.33"]),
        ("10.5", whole(1, 1), 0, ["5.3", "5.2"]),  # finer than the target's decimals: in its own steps
        ("-10", whole(1, 2), 0, ["-3", "-7"]),
        ("7", whole("0.5", "0.25", "0.25"), 0, ["3", "2", "2"]),
    ],
)
def test_a_total_is_shared_by_the_largest_remainders(total, weights, decimals, parts):
    assert parts_of(Decimal(total), weights, decimals=decimals) == whole(*parts)


def test_parts_always_make_up_the_total_and_are_within_a_step_of_their_claim():
    dice = random.Random(2025)
    for _ in range(500):
        decimals = dice.randint(0, 4)
        step = Decimal(1).scaleb(-decimals)
        total = dice.randint(0, 10**9) * step
        weights = [Decimal(dice.randint(0, 10**6)) for _ in range(dice.randint(1, 40))]
        weights[dice.randrange(len(weights))] += 1

        parts = parts_of(total, weights, decimals=decimals)

        assert sum(parts) == total
        assert all(part % step == 0 for part in parts)
        claims = [total * weight / sum(weights) for weight in weights]
        assert all(abs(part - claim) < step for part, claim in zip(parts, claims, strict=True))


@pytest.mark.parametrize(
    ("goal", "shares"),
    [
        (("100", None), [("34", None), ("33", None), ("33", None)]),
        ((None, "5"), [(None, "2"), (None, "2"), (None, "1")]),
        (("12", "12"), [("4", "4"), ("4", "4"), ("4", "4")]),
        (("13", "14"), [("5", "6"), ("4", "4"), ("4", "4")]),
    ],
)
def test_both_ends_of_a_goal_are_shared(goal, shares):
    at_least, at_most = (None if end is None else Decimal(end) for end in goal)

    found = shares_of(target(at_least=at_least, at_most=at_most), EVEN)

    assert found == [tuple(None if end is None else Decimal(end) for end in share) for share in shares]


def test_no_upper_end_falls_below_its_lower():
    dice = random.Random(7)
    for _ in range(300):
        least = dice.randint(0, 60)
        goal = target(at_least=Decimal(least), at_most=Decimal(least + dice.randint(0, 9)))

        shares = shares_of(goal, [Decimal(dice.randint(1, 50)) for _ in range(dice.randint(2, 9))])

        assert all(low <= high for low, high in shares)
        assert tuple(map(sum, zip(*shares, strict=True))) == (goal.at_least, goal.at_most)


def test_what_other_units_keep_is_left_to_them():
    found = shares_of(target(at_least=Decimal(100)), EVEN[:2], kept=(Decimal(41), None))

    assert found == [(Decimal(30), None), (Decimal(29), None)]


def test_others_that_keep_more_than_the_goal_leave_nothing_to_share():
    with pytest.raises(Refused, match="đang giữ 120, quá mức 100"):
        shares_of(target(at_least=Decimal(100)), EVEN, kept=(Decimal(120), None))


def test_a_target_that_is_only_followed_has_nothing_to_share():
    with pytest.raises(Refused, match="chỉ theo dõi"):
        shares_of(target(at_least=None), EVEN)


def test_units_without_a_weight_are_named():
    units = [UnitFactory.build(pk=n, name=f"Tổ {n}", short_name="") for n in range(7)]

    with pytest.raises(Refused, match="Chưa có số hộ của: Tổ 1, Tổ 2, Tổ 3, Tổ 4, Tổ 5 và 1 đơn vị khác"):
        weights_of(units, {0: 12}, "số hộ")
    with pytest.raises(Refused, match="bằng 0"):
        weights_of(units[:2], {0: 0, 1: 0}, "số hộ")
    with pytest.raises(Refused, match="âm"):
        weights_of(units[:2], {0: Decimal(-1), 1: 5}, "số trong cột")
