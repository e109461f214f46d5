"""The allocation sheet: what its page holds, how cells are read and kept, and what must be explained before opening."""

import json
import re
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from pytest_django.asserts import assertRedirects

from campaigns.models import CampaignState, Event
from campaigns.tests.factories import WARD, CampaignFactory, ParticipationFactory, PeriodFactory
from targets import allocating, periods, sums
from targets.models import Allocation, DifferenceNote, GoalChange
from targets.share_cells import NotAShare, as_state, of_state, read_share
from targets.tests.factories import AllocationFactory, SubmissionFactory, TargetFactory
from targets.tests.racing import together
from units.models import Message, MessageKind, MessageState, UnitKind
from units.refusals import Refused
from units.tests.factories import ClusterFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db

AT = datetime(2025, 10, 1, 9, tzinfo=WARD)
NO_GOAL = (None, None)
DECIDED = {"reason": "Sáp nhập tổ dân phố", "decision_number": "15/QĐ-UBND"}


@pytest.fixture
def campaign():
    return CampaignFactory(draft=True)


@pytest.fixture
def staff(campaign):
    return UserFactory(staff_of=campaign.organiser)


@pytest.fixture
def as_staff(client, staff):
    client.force_login(staff)
    return client


@pytest.fixture
def target(campaign):
    return TargetFactory(campaign=campaign)


def open_now(campaign):
    campaign.state = CampaignState.OPEN
    campaign.save()


def reporting(campaign, **fields):
    unit = UnitFactory(organiser=campaign.organiser, **fields)
    ParticipationFactory(campaign=campaign, unit=unit)
    return unit


def at_least(figure):
    return Decimal(figure), None


def held(target):
    """{unit: (at_least, at_most)} of the open duties."""
    return {a.unit: (a.at_least, a.at_most) for a in target.allocations.open().select_related("unit")}


def post(client, name, campaign, *cells, **fields):
    """Send cells as (target, unit, text, state it was typed over)."""
    rows = [[target.pk, unit.pk, *texts] for target, unit, *texts in cells]
    return client.post(reverse(f"targets:{name}", args=[campaign.slug]), {"cells": json.dumps(rows)} | fields)


# --- Cells ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("", ""), ("  ", ""), ("-", ""), ("Không giao", ""), ("x", ":"), ("X", ":"), ("có", ":"), ("mức phường", ":"),
        ("95", "95:"), ("≥ 95", "95:"), (">= 95", "95:"), ("≤ 5", ":5"), ("13 - 14", "13:14"), ("13 – 14", "13:14"),
        ("từ 13 đến 14", "13:14"), ("= 12", "12:12"), ("1.250", "1250:"), ("không quá 5", ":5"), ("95 cuộc", "95:"),
        ("\u00a095 ", "95:"),
    ],
)  # fmt: skip
def test_a_cell_is_read_as_people_write_shares(text, state):
    assert as_state(read_share(text, TargetFactory.build(sector=None, campaign=None))) == state


@pytest.mark.parametrize(
    ("goal", "state"),
    [({"at_least": 95}, "5:"), ({"at_least": None, "at_most": 9}, ":5"), ({"at_least": 9, "at_most": 9}, "5:5"),
     ({"at_least": None}, "5:")],
)  # fmt: skip
def test_a_bare_number_takes_the_side_of_the_wards_goal(goal, state):
    assert as_state(read_share("5", TargetFactory.build(sector=None, campaign=None, **goal))) == state


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("abc", "Chưa thấy con số"),
        ("12,5", "số nguyên"),
        ("1,250.5", "số nguyên|kiểu Anh"),
        ("95 triệu đồng", "Đơn vị tính đã gõ"),
        ("tăng 5%", "."),
        ("9" * 200, "quá dài"),
    ],
)
def test_what_is_no_share_is_refused_with_what_to_type(text, words):
    with pytest.raises(NotAShare, match=words):
        read_share(text, TargetFactory.build(sector=None, campaign=None))


@pytest.mark.parametrize("text", ["95", "≥ 95", "13 - 14"])
def test_a_yes_or_no_takes_no_goal_of_its_own(text):
    with pytest.raises(NotAShare, match="không giao mức riêng"):
        read_share(text, TargetFactory.build(sector=None, campaign=None, yes_no=True))


@pytest.mark.parametrize("state", ["", ":", "95:", ":5", "13:14.5", "-3:", "1000:"])
def test_a_state_reads_back_as_it_was_written(state):
    assert as_state(of_state(state)) == state


@pytest.mark.parametrize("state", ["95", "a:b", "1e5:", "::", "1:2:3", "1" * 16 + ":", "NaN:"])
def test_a_state_is_nothing_else(state):
    with pytest.raises(ValueError, match=re.escape(state)):
        of_state(state)


def test_figures_of_the_database_are_plain_text():
    assert as_state((Decimal("95.0000"), Decimal("1000.5000"))) == "95:1000.5"


# --- The page -------------------------------------------------------------------------------------------------------


def page_of(client, campaign):
    return client.get(reverse("targets:sheet", args=[campaign.slug]))


def test_the_page_holds_every_share_beside_its_target_and_unit(as_staff, campaign, target):
    rate = TargetFactory(campaign=campaign, ratio=True)
    cluster = ClusterFactory(organiser=campaign.organiser, name="Cụm II")
    group = reporting(campaign)
    campaign.participations.update(cluster=cluster)
    school = reporting(campaign, kind=UnitKind.SCHOOL, school_level="primary")
    AllocationFactory(target=target, unit=group, at_least=Decimal("40.0000"), baseline=Decimal(38))
    AllocationFactory(target=rate, unit=school)

    data = page_of(as_staff, campaign).context["data"]

    assert [(unit[2], unit[3], unit[4]) for unit in data["units"]] == [
        (school.name, "Trường học: tiểu học", ""),
        (group.name, "Tổ dân phố", "Cụm II"),
    ]
    assert data["cells"] == [["", "40:"], [":", ""]]
    assert data["baselines"] == [{1: "38:"}, {}]
    assert [(line["goal"], line["adds"], line["without"]) for line in data["targets"]] == [
        ("100:", True, "theo dõi"),
        ("95:", False, "mức phường"),
    ]


def test_without_a_script_the_page_leads_to_every_targets_own_page(as_staff, campaign, target):
    unit = reporting(campaign)
    AllocationFactory(target=target, unit=unit, at_least=Decimal(80))

    page = page_of(as_staff, campaign).content.decode()

    assert reverse("targets:allocate", args=[target.pk]) in page
    assert "Tổng mức giao là ≥ 80, mức của phường là ≥ 100: còn 20 cuộc chưa giao" in page
    assert reverse("targets:explain_difference", args=[target.pk]) in page


def test_a_unit_that_no_longer_reports_stays_as_long_as_it_holds_a_target(as_staff, campaign, target):
    leaving = UnitFactory(organiser=campaign.organiser)
    AllocationFactory(target=target, unit=leaving)
    reporting(campaign)

    data = page_of(as_staff, campaign).context["data"]

    assert {unit[2]: unit[5] for unit in data["units"]}[leaving.name] is False


def test_a_leader_reads_the_sheet_and_nobody_else_writes_it(client, campaign, target):
    reporting(campaign)
    client.force_login(UserFactory(leader_of=campaign.organiser))

    response = page_of(client, campaign)

    assert response.context["data"]["mayEdit"] is False
    assert "Giao, chia chỉ tiêu này" not in response.content.decode()


def test_a_sheet_without_units_leads_who_may_edit_to_choosing_them(as_staff, campaign):
    participants = reverse("targets:participants", args=[campaign.slug])
    assert f'href="{participants}"' in page_of(as_staff, campaign).text

    as_staff.force_login(UserFactory(leader_of=campaign.organiser))
    page = page_of(as_staff, campaign).text
    assert "Đề nghị chọn các đơn vị tham gia trước khi giao." in page
    assert participants not in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_a_constant_number_of_queries(as_staff, campaign, count, django_assert_num_queries):
    targets = [TargetFactory(campaign=campaign) for _ in range(count)]
    for _ in range(count):
        unit = reporting(campaign)
        for target in targets:
            AllocationFactory(target=target, unit=unit, at_least=Decimal(5))

    with django_assert_num_queries(8):
        page_of(as_staff, campaign)


# --- Keeping cells in a draft ---------------------------------------------------------------------------------------


def test_cells_of_a_draft_are_kept_at_once(as_staff, campaign, target):
    given, changed, leaving = (reporting(campaign) for _ in range(3))
    for unit in (changed, leaving):
        AllocationFactory(target=target, unit=unit, at_least=Decimal(30))
    cells = [(target, given, "x", ""), (target, changed, "≥ 45", "30:"), (target, leaving, "", "30:")]

    answer = post(as_staff, "save_shares", campaign, *cells).json()

    assert held(target) == {given: NO_GOAL, changed: at_least(45)}
    assert answer["cells"] == [
        [target.pk, given.pk, ":"],
        [target.pk, changed.pk, "45:"],
        [target.pk, leaving.pk, ""],
    ]
    assert answer["saved_at"]


def test_good_cells_are_kept_beside_bad_ones_which_get_their_sentence(as_staff, campaign, target):
    single = TargetFactory(campaign=campaign, single_source=True)
    fine, wrong = reporting(campaign), reporting(campaign)
    AllocationFactory(target=single, unit=fine)
    cells = [(target, fine, "40", ""), (target, wrong, "4,5", ""), (single, wrong, "x", "")]

    answer = post(as_staff, "save_shares", campaign, *cells).json()

    assert held(target) == {fine: at_least(40)}
    assert held(single) == {fine: NO_GOAL}
    sentences = {(target_id, unit): words for target_id, unit, words in answer["faults"]}
    assert "số nguyên" in sentences[target.pk, wrong.pk]
    assert "chỉ được giao cho một đơn vị" in sentences[single.pk, wrong.pk]


def test_a_cell_that_somebody_else_changed_is_not_overwritten(as_staff, campaign, target, staff):
    mine, theirs = reporting(campaign), reporting(campaign)
    allocating.set_shares(campaign, {(target.pk, theirs.pk): at_least(9)}, by=staff, at=AT)
    cells = [(target, mine, "10", ""), (target, theirs, "11", "")]

    response = post(as_staff, "save_shares", campaign, *cells)

    assert response.status_code == 409
    assert response.json()["conflicts"] == [[target.pk, theirs.pk, "9:"]]
    assert held(target) == {theirs: at_least(9)}


@pytest.mark.parametrize(
    "cells",
    ["", "[]", "{}", "[[1]]", '[["a", 1, "x", ""]]', "[[1, 1, 5, null]]", '[[1, 1, "x", "95"]]', "[[true, 1, 1, 1]]",
     '[[99999999999999999999, 1, "x", ""]]', "null", "[" * 50_000],
)  # fmt: skip
def test_cells_that_cannot_be_read_are_refused_in_words(as_staff, campaign, cells):
    for name in ("save_shares", "read_shares"):
        response = as_staff.post(reverse(f"targets:{name}", args=[campaign.slug]), {"cells": cells})
        assert "không đọc được" in response.json()["error"]


def test_foreign_targets_and_units_are_not_given(as_staff, campaign, target):
    theirs, stranger = TargetFactory(), UnitFactory()
    unit = reporting(campaign)
    cells = [(theirs, unit, "x", ""), (target, stranger, "x", "")]

    answer = post(as_staff, "save_shares", campaign, *cells).json()

    assert len(answer["faults"]) == 2
    assert stranger.name not in json.dumps(answer, ensure_ascii=False)
    assert not Allocation.objects.exists()


def test_reading_cells_keeps_nothing(as_staff, campaign, target):
    unit, other = reporting(campaign), reporting(campaign)

    answer = post(as_staff, "read_shares", campaign, (target, unit, "95", ""), (target, other, "?", "")).json()

    assert answer["cells"] == [[target.pk, unit.pk, "95:"]]
    assert [fault[:2] for fault in answer["faults"]] == [[target.pk, other.pk]]
    assert held(target) == {}


# --- In an open campaign --------------------------------------------------------------------------------------------


def test_an_open_campaign_asks_for_a_reason_and_a_decision(as_staff, campaign, target):
    open_now(campaign)
    unit = reporting(campaign)

    answer = post(as_staff, "save_shares", campaign, (target, unit, "40", ""), reason="", decision_number="").json()

    assert set(answer["errors"]) == {"reason", "decision_number"}
    assert held(target) == {}


def test_one_bad_cell_keeps_a_whole_decision_back(as_staff, campaign, target):
    open_now(campaign)
    unit, other = reporting(campaign), reporting(campaign)
    cells = [(target, unit, "40", ""), (target, other, "4,5", "")]

    answer = post(as_staff, "save_shares", campaign, *cells, **DECIDED).json()

    assert [fault[:2] for fault in answer["faults"]] == [[target.pk, other.pk]]
    assert held(target) == {}


def test_a_decision_is_kept_and_each_person_gets_one_letter(as_staff, campaign, target, time_machine):
    time_machine.move_to(AT, tick=False)
    rate = TargetFactory(campaign=campaign, ratio=True)
    period = PeriodFactory(campaign=campaign)
    unit, other, untouched = (reporting(campaign) for _ in range(3))
    people = [UserFactory(reporter_of=each) for each in (unit, unit, other, untouched)]
    for each in (unit, other, untouched):
        SubmissionFactory(period=period, unit=each)
        AllocationFactory(target=target, unit=each, at_least=Decimal(30))
    open_now(campaign)
    cells = [(target, unit, "45", "30:"), (rate, unit, "x", ""), (target, other, "", "30:")]

    post(as_staff, "save_shares", campaign, *cells, **DECIDED)

    letters = Message.objects.filter(kind=MessageKind.ALLOCATION)
    assert {letter.user for letter in letters} == set(people[:3])
    assert letters.count() == 3
    body = letters.filter(unit=unit).first().body
    assert "Theo Quyết định số 15/QĐ-UBND" in body
    assert f"- Chỉ tiêu {target}: ≥ 30 → ≥ 45 cuộc\n" in body
    assert f"- Chỉ tiêu {rate}: giao mới, theo dõi\n" in body
    assert "Lý do: Sáp nhập tổ dân phố." in body
    assert "thôi giao (trước đây ≥ 30)" in letters.get(unit=other).body
    assert GoalChange.objects.filter(**DECIDED).count() == 3
    assert "Quyết định số 15/QĐ-UBND" in Event.objects.about(rate).get().detail


def test_a_second_change_by_the_same_decision_replaces_the_letter_that_has_not_left(campaign, target, staff):
    open_now(campaign)
    unit = reporting(campaign)
    UserFactory(reporter_of=unit)
    SubmissionFactory(period=PeriodFactory(campaign=campaign), unit=unit)
    second = TargetFactory(campaign=campaign)
    why = DECIDED | {"by": staff}
    later = AT + timedelta(minutes=1)
    unit.memberships.update(starts_on=AT.date())

    allocating.set_shares(campaign, {(target.pk, unit.pk): at_least(5)}, **why, at=AT)
    allocating.set_shares(campaign, {(second.pk, unit.pk): at_least(6)}, **why, at=later)
    allocating.set_shares(campaign, {(second.pk, unit.pk): at_least(7)}, **why | {"decision_number": "16"}, at=later)

    first, full, other = Message.objects.order_by("pk")
    assert [first.state, full.state, other.state] == [
        MessageState.CANCELLED,
        MessageState.WAITING,
        MessageState.WAITING,
    ]
    assert "≥ 5" in full.body
    assert "≥ 6" in full.body
    assert "≥ 5" not in other.body


def test_two_changes_of_one_moment_leave_one_letter_that_tells_both(campaign, target, staff):
    open_now(campaign)
    unit = reporting(campaign)
    UserFactory(reporter_of=unit)
    unit.memberships.update(starts_on=AT.date())
    SubmissionFactory(period=PeriodFactory(campaign=campaign), unit=unit)
    second = TargetFactory(campaign=campaign)

    for each, figure in ((target, 5), (second, 6)):
        allocating.set_shares(campaign, {(each.pk, unit.pk): at_least(figure)}, **DECIDED, by=staff, at=AT)

    letter = Message.objects.get(state=MessageState.WAITING)
    assert "≥ 5" in letter.body
    assert "≥ 6" in letter.body


def test_a_changed_goal_of_the_ward_is_told_to_the_units_it_counts_for(campaign, staff):
    open_now(campaign)
    rate = TargetFactory(campaign=campaign, ratio=True)
    period = PeriodFactory(campaign=campaign)
    with_own, without = reporting(campaign), reporting(campaign)
    for unit, own in ((with_own, Decimal(90)), (without, None)):
        UserFactory(reporter_of=unit)
        unit.memberships.update(starts_on=AT.date())
        SubmissionFactory(period=period, unit=unit)
        AllocationFactory(target=rate, unit=unit, at_least=own)

    allocating.change_goal(rate, at_least=Decimal(97), at_most=None, **DECIDED, by=staff, at=AT)

    letter = Message.objects.get()
    assert letter.unit == without
    assert "mức của phường ≥ 95 → ≥ 97 %" in letter.body


# --- The verb -------------------------------------------------------------------------------------------------------


def test_shares_are_set_whole_or_not_at_all(campaign, target, staff):
    unit, stranger = reporting(campaign), UnitFactory(organiser=campaign.organiser)
    changes = {(target.pk, unit.pk): at_least(5), (target.pk, stranger.pk): NO_GOAL}

    with pytest.raises(allocating.WrongShares) as wrong:
        allocating.set_shares(campaign, changes, by=staff, at=AT)

    assert set(wrong.value.faults) == {(target.pk, stranger.pk)}
    assert stranger.name in str(wrong.value)
    assert held(target) == {}


@pytest.mark.parametrize(
    ("share", "words"),
    [((5, 4), "lớn hơn hoặc bằng"), ((-5, None), "không được âm"), ((Decimal("0.5"), None), "số nguyên")],
)
def test_a_share_that_cannot_be_is_refused(campaign, target, staff, share, words):
    share = tuple(None if end is None else Decimal(end) for end in share)

    with pytest.raises(Refused, match=words):
        allocating.set_shares(campaign, {(target.pk, reporting(campaign).pk): share}, by=staff, at=AT)


def test_a_single_source_moves_in_one_step(campaign, staff):
    single = TargetFactory(campaign=campaign, single_source=True)
    old, new = reporting(campaign), reporting(campaign)
    AllocationFactory(target=single, unit=old)
    open_now(campaign)

    allocating.set_shares(
        campaign, {(single.pk, old.pk): None, (single.pk, new.pk): NO_GOAL}, **DECIDED, by=staff, at=AT
    )

    assert held(single) == {new: NO_GOAL}


@pytest.mark.parametrize("count", [2, 30])
@pytest.mark.parametrize("state", [CampaignState.DRAFT, CampaignState.OPEN])
def test_any_number_of_shares_takes_the_same_queries(
    campaign, target, staff, state, count, django_assert_max_num_queries
):
    campaign.state = state
    campaign.save()
    units = [reporting(campaign) for _ in range(count)]
    for unit in units[::2]:
        AllocationFactory(target=target, unit=unit)

    with django_assert_max_num_queries(22):
        allocating.set_shares(
            campaign, {(target.pk, unit.pk): at_least(n) for n, unit in enumerate(units)}, **DECIDED, by=staff, at=AT
        )

    assert target.allocations.open().count() == count


def test_a_units_duties_end_and_pass_to_another(campaign, target, staff):
    open_now(campaign)
    rate, single = TargetFactory(campaign=campaign, ratio=True), TargetFactory(campaign=campaign, single_source=True)
    closing, taking = reporting(campaign), reporting(campaign)
    next_year = AllocationFactory(target__campaign__draft=True, unit=closing).target
    ParticipationFactory(campaign=next_year.campaign, unit=taking)
    for each, own in ((target, 30), (rate, 80), (single, None)):
        AllocationFactory(target=each, unit=closing, at_least=own and Decimal(own))
    AllocationFactory(target=target, unit=taking, at_least=Decimal(12))
    AllocationFactory(target=rate, unit=taking, at_least=Decimal(90))

    ended = allocating.end_duties_of(closing, to=taking, **DECIDED, by=staff, at=AT)

    assert ended == 4
    assert held(target) == {taking: at_least(42)}  # Σ stays
    assert held(rate) == {taking: at_least(90)}
    assert held(single) == {taking: NO_GOAL}
    assert held(next_year) == {taking: NO_GOAL}


def test_a_units_duties_end_with_nobody_to_take_them(campaign, target, staff):
    open_now(campaign)
    closing = reporting(campaign)
    AllocationFactory(target=target, unit=closing, at_least=Decimal(30))

    assert allocating.end_duties_of(closing, **DECIDED, by=staff, at=AT) == 1

    assert held(target) == {}
    assert GoalChange.objects.get().ends_duty


def test_the_only_source_and_a_stranger_keep_a_unit_from_handing_over(campaign, staff):
    open_now(campaign)
    closing, stranger = reporting(campaign), UnitFactory(organiser=campaign.organiser)
    single = AllocationFactory(target__campaign=campaign, target__single_source=True, unit=closing).target

    with pytest.raises(Refused, match="phải giao cho đúng một đơn vị"):
        allocating.end_duties_of(closing, **DECIDED, by=staff, at=AT)
    with pytest.raises(Refused, match=f"Không thuộc diện phải báo cáo.*{stranger.name}"):
        allocating.end_duties_of(closing, to=stranger, **DECIDED, by=staff, at=AT)
    assert held(single) == {closing: NO_GOAL}


# --- Sharing out ----------------------------------------------------------------------------------------------------


def preview(client, target, units, way, **fields):
    posted = {"target": target.pk, "units": [unit.pk for unit in units], "way": way} | fields
    return client.post(reverse("targets:preview_shares", args=[target.campaign.slug]), posted).json()


def test_a_goal_is_shared_out_by_households_without_keeping_anything(as_staff, campaign, target):
    units = [reporting(campaign, households=count) for count in (100, 200, 300)]

    answer = preview(as_staff, target, units, "households")

    assert answer["cells"] == [[units[0].pk, "17:"], [units[1].pk, "33:"], [units[2].pk, "50:"]]
    assert held(target) == {}


def test_a_pasted_column_goes_by_the_order_of_the_units(as_staff, campaign, target):
    first, second = reporting(campaign), reporting(campaign)

    answer = preview(as_staff, target, [second, first], "column", column="30\r\n10\r\n")

    assert answer["cells"] == [[second.pk, "75:"], [first.pk, "25:"]]


def test_last_year_weighs_what_each_unit_reached(as_staff, campaign, target):
    units = [reporting(campaign) for _ in range(2)]
    for unit, baseline in zip(units, (60, 20), strict=True):
        AllocationFactory(target=target, unit=unit, baseline=Decimal(baseline))

    assert preview(as_staff, target, units, "last_year")["cells"] == [[units[0].pk, "75:"], [units[1].pk, "25:"]]


@pytest.mark.parametrize(
    ("way", "fields", "state"),
    [("even", {"kept": "40:"}, "60:"), ("same", {"level": "≤ 5"}, ":5"), ("give", {}, ":"), ("take", {}, "")],
)
def test_other_ways_of_giving(as_staff, campaign, target, way, fields, state):
    unit = reporting(campaign)

    assert preview(as_staff, target, [unit], way, **fields)["cells"] == [[unit.pk, state]]


@pytest.mark.parametrize(
    ("way", "fields", "words"),
    [
        ("households", {}, "Chưa có số hộ của"),
        ("column", {"column": "1\n2\n3"}, "có 3 dòng, đang chọn 1 đơn vị"),
        ("column", {"column": "mười"}, "Dòng 1"),
        ("same", {"level": "?"}, "Chưa thấy con số"),
        ("same", {"level": ""}, "Đề nghị ghi mức riêng"),
        ("even", {"kept": "150:"}, "quá mức 100"),
        ("even", {"kept": "rubbish"}, "tải lại trang"),
        ("nothing", {}, "."),
        ("", {}, "Đề nghị chọn cách giao"),
    ],
)
def test_what_cannot_be_shared_out_is_told_in_words(as_staff, campaign, target, way, fields, words):
    answer = preview(as_staff, target, [reporting(campaign)], way, **fields)

    assert "cells" not in answer
    assert words == "." or words in answer["error"]


def test_only_this_campaigns_targets_and_reporting_units_are_shared_out(as_staff, campaign, target):
    stranger = UnitFactory(organiser=campaign.organiser)

    assert "không còn thuộc diện" in preview(as_staff, target, [stranger], "even")["error"]
    assert "Đề nghị chọn ít nhất một đơn vị" in preview(as_staff, target, [], "even")["error"]


def test_rates_and_single_sources_are_not_split(as_staff, campaign):
    rate = TargetFactory(campaign=campaign, ratio=True)
    single = TargetFactory(campaign=campaign, single_source=True)
    units = [reporting(campaign) for _ in range(2)]

    assert "mới chia được" in preview(as_staff, rate, units, "even")["error"]
    assert "một đơn vị" in preview(as_staff, single, units, "give")["error"]


# --- Differences ----------------------------------------------------------------------------------------------------


def shared(target, *figures):
    for figure in figures:
        unit = reporting(target.campaign)
        AllocationFactory(target=target, unit=unit, at_least=figure and Decimal(figure))


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ((60, 30), "tổng mức giao là ≥ 90, mức của phường là ≥ 100: còn 10 cuộc chưa giao"),
        ((60, 50), "tổng mức giao là ≥ 110, mức của phường là ≥ 100: giao vượt 10 cuộc"),
        ((60, None), "tổng mức giao là ≥ 60, mức của phường là ≥ 100: còn 40 cuộc chưa giao"),
    ],
)
def test_shares_that_do_not_make_up_the_goal_keep_a_campaign_from_opening(campaign, target, figures, words):
    shared(target, *figures)

    assert [found.words for found in sums.differences(campaign)] == [words]
    assert any(words in sentence for sentence in periods.missing_to_open(campaign))


@pytest.mark.parametrize("figures", [(60, 40), (None, None), ()])
def test_shares_that_make_it_up_or_are_not_given_need_no_explanation(campaign, target, figures):
    shared(target, *figures)

    assert sums.differences(campaign) == []


def test_rates_and_single_sources_have_no_difference(campaign):
    shared(TargetFactory(campaign=campaign, ratio=True), 60)
    shared(TargetFactory(campaign=campaign, single_source=True), 60)

    assert sums.differences(campaign) == []


def explain_url(target):
    return reverse("targets:explain_difference", args=[target.pk])


def test_a_difference_is_explained_until_a_figure_changes(as_staff, campaign, target, staff):
    shared(target, 60, 30)
    page = as_staff.get(explain_url(target))
    assert "còn 10 cuộc chưa giao" in page.content.decode()

    sent = {"seen": page.context["form"]["seen"].value(), "note": "Phường giữ 10 cuộc."}
    assertRedirects(as_staff.post(explain_url(target), sent), reverse("targets:sheet", args=[campaign.slug]))

    note = DifferenceNote.objects.get()
    assert (note.note, note.by, note.sum_at_least) == ("Phường giữ 10 cuộc.", staff, Decimal(90))
    assert sums.unexplained(campaign) == []
    share = target.allocations.first()
    allocating.change_goal(share, at_least=Decimal(61), at_most=None, by=staff, at=AT)
    assert len(sums.unexplained(campaign)) == 1


def test_a_difference_that_moved_meanwhile_is_not_acknowledged(as_staff, campaign, target):
    shared(target, 60, 30)

    response = as_staff.post(explain_url(target), {"seen": "100:/80:", "note": "Giữ lại 20."})

    page = response.content.decode()
    assert "chênh lệch đã khác" in page
    assert "Giữ lại 20." in page
    assert not DifferenceNote.objects.exists()


def test_where_there_is_no_difference_nothing_is_explained(as_staff, campaign, target):
    assert "Không có chênh lệch" in as_staff.get(explain_url(target)).content.decode()

    as_staff.post(explain_url(target), {"seen": "100:/90:", "note": "Giữ lại 10."})

    assert not DifferenceNote.objects.exists()


# --- At the same moment ---------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_two_people_in_the_same_cell_one_is_asked_to_look_again():
    target = TargetFactory(campaign__draft=True)
    campaign, unit = target.campaign, reporting(target.campaign)
    staff = UserFactory(staff_of=campaign.organiser)
    pair = (target.pk, unit.pk)

    def deed(figure):
        return lambda: allocating.set_shares(campaign, {pair: at_least(figure)}, seen={pair: None}, by=staff, at=AT)

    first, second = sorted(together(deed(5), deed(6)), key=str)

    assert first == 1
    assert isinstance(second, allocating.ChangedShares)
    assert second.now[pair] in (at_least(5), at_least(6))
    assert held(target) == {unit: second.now[pair]}
