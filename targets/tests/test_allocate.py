"""Giving a target to units, changing goals and ending duties: the verbs, and the page that staff do it on."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from pytest_django.asserts import assertRedirects

from campaigns.models import CampaignState, Event
from campaigns.tests.factories import WARD, CampaignFactory, ParticipationFactory
from targets import allocating
from targets.models import Allocation, Answer, GoalChange, Target
from targets.tests.factories import AllocationFactory, TargetFactory
from targets.tests.racing import together
from units.models import SchoolLevel, UnitKind
from units.refusals import Refused
from units.tests.factories import UnitFactory, UserFactory

pytestmark = pytest.mark.django_db

AT = datetime(2025, 10, 1, 9, tzinfo=WARD)
NONE = (None, None)
DECIDED = {"reason": "Giao theo nghị quyết", "decision_number": "15/QĐ-UBND"}


@pytest.fixture
def campaign():
    return CampaignFactory()


@pytest.fixture
def staff(campaign):
    return UserFactory(staff_of=campaign.organiser)


@pytest.fixture
def target(campaign):
    return TargetFactory(campaign=campaign)


def reporting(campaign, reports=True, **fields):
    unit = UnitFactory(organiser=campaign.organiser, **fields)
    ParticipationFactory(campaign=campaign, unit=unit, reports=reports)
    return unit


def put_back(campaign):
    """Make it a draft again."""
    campaign.state = CampaignState.DRAFT
    campaign.save()


def held(target):
    """{unit: (at_least, at_most)} of the open duties."""
    return {a.unit: (a.at_least, a.at_most) for a in target.allocations.open()}


# --- The verbs ------------------------------------------------------------------------------------------------------


def test_units_get_the_target_from_this_moment_on(campaign, target, staff):
    first, second = reporting(campaign), reporting(campaign)

    allocating.allocate(target, {first: (Decimal(60), None), second: NONE}, **DECIDED, by=staff, at=AT)

    assert held(target) == {first: (Decimal(60), None), second: NONE}
    assert set(target.allocations.values_list("since", "ended_at")) == {(AT, None)}
    assert [change.gives_duty for change in GoalChange.objects.all()] == [True, True]
    assert Event.objects.about(target).count() == 2


def test_the_same_shares_again_change_nothing(campaign, target, staff):
    shares = {reporting(campaign): (Decimal(60), None)}
    allocating.allocate(target, shares, **DECIDED, by=staff, at=AT)
    before = list(target.allocations.values())

    allocating.allocate(target, shares, by=staff, at=AT + timedelta(days=1))

    assert list(target.allocations.values()) == before
    assert GoalChange.objects.count() == 1


def test_in_an_open_campaign_a_changed_share_and_an_ended_duty_keep_their_reason(campaign, target, staff):
    changed, leaving, same = (reporting(campaign) for _ in range(3))
    for unit in (changed, leaving, same):
        AllocationFactory(target=target, unit=unit, at_least=Decimal(30))

    allocating.allocate(
        target,
        {changed: (Decimal(40), None), same: (Decimal(30), None)},
        reason=" Sáp nhập tổ ",
        decision_number="12/QĐ-UBND",
        by=staff,
        at=AT,
    )

    assert held(target) == {changed: (Decimal(40), None), same: (Decimal(30), None)}
    assert Allocation.objects.get(unit=leaving).ended_at == AT
    change, end = GoalChange.objects.order_by("ends_duty")
    assert (change.allocation.unit, change.old_at_least, change.new_at_least) == (changed, Decimal(30), Decimal(40))
    assert (end.allocation.unit, end.old_at_least, end.new_at_least) == (leaving, Decimal(30), None)
    assert {(c.reason, c.decision_number, c.by, c.at) for c in (change, end)} == {
        ("Sáp nhập tổ", "12/QĐ-UBND", staff, AT)
    }


@pytest.mark.parametrize("new", [(Decimal(40), None), (None, Decimal(30)), NONE, None], ids=str)
@pytest.mark.parametrize(
    ("why", "words"),
    [
        ({"reason": "  ", "decision_number": "15/QĐ-UBND"}, "ghi lý do điều chỉnh"),
        ({"reason": "Sáp nhập", "decision_number": " "}, "ghi số quyết định điều chỉnh"),
        ({}, "ghi lý do và số quyết định"),
    ],
)
def test_in_an_open_campaign_nothing_changes_without_a_reason_and_a_decision(campaign, target, staff, new, why, words):
    unit, joining = reporting(campaign), reporting(campaign)
    AllocationFactory(target=target, unit=unit, at_least=Decimal(30))

    with pytest.raises(Refused, match=words):
        allocating.allocate(target, {joining: NONE} | ({unit: new} if new else {}), **why, by=staff, at=AT)

    assert held(target) == {unit: (Decimal(30), None)}  # nor was anything half written
    assert not GoalChange.objects.exists()


def test_in_a_draft_a_share_is_simply_deleted_or_changed(campaign, target, staff):
    put_back(campaign)
    changed, leaving = reporting(campaign), reporting(campaign)
    for unit in (changed, leaving):
        AllocationFactory(target=target, unit=unit, at_least=Decimal(30))

    allocating.allocate(target, {changed: (Decimal(40), None)}, by=staff, at=AT)

    assert held(target) == {changed: (Decimal(40), None)}
    assert not Allocation.objects.filter(unit=leaving).exists()
    assert not GoalChange.objects.exists()


def test_a_duty_that_ended_is_given_again_as_a_new_one(campaign, target, staff):
    unit, other = reporting(campaign), reporting(campaign)
    allocating.allocate(target, {unit: NONE, other: NONE}, **DECIDED, by=staff, at=AT)
    allocating.allocate(target, {other: NONE}, **DECIDED, by=staff, at=AT + timedelta(days=1))
    allocating.allocate(target, {unit: NONE, other: NONE}, **DECIDED, by=staff, at=AT + timedelta(days=2))

    assert [(a.since, a.ended_at) for a in Allocation.objects.filter(unit=unit).order_by("since")] == [
        (AT, AT + timedelta(days=1)),
        (AT + timedelta(days=2), None),
    ]


@pytest.mark.parametrize("state", [CampaignState.DRAFT, CampaignState.OPEN])
def test_units_without_the_duty_to_report_are_refused_by_name(campaign, target, staff, state):
    campaign.state = state
    campaign.save()
    onlooker, stranger = reporting(campaign, reports=False), UnitFactory(organiser=campaign.organiser)

    for unit in (onlooker, stranger):
        with pytest.raises(Refused, match=f"Không thuộc diện phải báo cáo.*{unit.name}"):
            allocating.allocate(target, {reporting(campaign): NONE, unit: NONE}, by=staff, at=AT)
    assert held(target) == {}


def test_single_source_means_exactly_one(campaign, staff):
    target = TargetFactory(campaign=campaign, single_source=True)
    first, second = reporting(campaign), reporting(campaign)

    with pytest.raises(Refused, match="một đơn vị"):
        allocating.allocate(target, {first: NONE, second: NONE}, by=staff, at=AT)
    allocating.allocate(target, {first: NONE}, **DECIDED, by=staff, at=AT)
    with pytest.raises(Refused, match="đúng một đơn vị"):
        allocating.allocate(target, {}, **DECIDED, by=staff, at=AT)
    allocating.allocate(target, {second: NONE}, **DECIDED, by=staff, at=AT)

    assert held(target) == {second: NONE}


def test_in_a_draft_a_single_source_may_still_be_empty(campaign, staff):
    put_back(campaign)
    share = AllocationFactory(target__campaign=campaign, target__single_source=True)

    allocating.allocate(share.target, {}, by=staff, at=AT)

    assert held(share.target) == {}


@pytest.mark.parametrize("kind", ["yes_no", "text"])
def test_a_unit_s_yes_or_words_have_no_goal_of_their_own(campaign, staff, kind):
    target = TargetFactory(campaign=campaign, **{kind: True})

    with pytest.raises(Refused, match="không giao mức riêng"):
        allocating.allocate(target, {reporting(campaign): (Decimal(1), None)}, by=staff, at=AT)


def test_a_finished_campaign_refuses_every_change(campaign, target, staff):
    share = AllocationFactory(target=target)
    campaign.state = CampaignState.CLOSED
    campaign.save()
    why = {"reason": "Muộn", "by": staff, "at": AT}

    for verb in (
        lambda: allocating.change_goal(target, at_least=Decimal(1), at_most=None, **why),
        lambda: allocating.change_goal(share, at_least=Decimal(1), at_most=None, **why),
        lambda: allocating.allocate(target, {}, **why),
        lambda: allocating.end_duties_on(target, **why),
        lambda: allocating.save_target(target, **why),
    ):
        with pytest.raises(Refused, match="đã kết thúc"):
            verb()
    assert held(target) == {share.unit: NONE}


def test_a_changed_goal_of_the_ward_keeps_old_and_new(target, staff):
    allocating.change_goal(
        target, at_least=None, at_most=Decimal(90), reason="Nghị quyết 20", decision_number="20/NQ", by=staff, at=AT
    )

    target.refresh_from_db()
    change = GoalChange.objects.get()
    assert (target.at_least, target.at_most) == (None, Decimal(90))
    assert (change.target, change.allocation, change.ends_duty) == (target, None, False)
    assert (change.old_at_least, change.old_at_most) == (Decimal(100), None)
    assert (change.new_at_least, change.new_at_most) == (None, Decimal(90))
    assert "≥ 100 → ≤ 90" in Event.objects.about(target).get().detail


def test_the_same_goal_again_needs_no_reason_and_leaves_no_trace(target, staff):
    allocating.change_goal(target, at_least=Decimal("100.0"), at_most=None, by=staff, at=AT)

    assert not GoalChange.objects.exists()


def test_a_duty_ends_once(campaign, target, staff):
    share = AllocationFactory(target=target)
    allocating.end_duties_on(target, **DECIDED, by=staff, at=AT)

    assert allocating.end_duties_on(target, **DECIDED, by=staff, at=AT + timedelta(days=1)) == 0

    share.refresh_from_db()
    assert share.ended_at == AT
    assert GoalChange.objects.count() == 1


# --- The page -------------------------------------------------------------------------------------------------------


@pytest.fixture
def url(target):
    return reverse("targets:allocate", args=[target.pk])


@pytest.fixture
def as_staff(client, staff):
    client.force_login(staff)
    return client


def typed(client, url, **changes):
    """What the browser sends: everything as the page showed it, with some changes."""
    form = client.get(url).context["form"]
    fields = {}
    for _, rows in form.rows():
        for row in rows:
            if row.given.value():
                fields[row.given.html_name] = "on"
            for bound in filter(None, (row.at_least, row.at_most)):
                fields[bound.html_name] = bound.value() or ""
    fields |= {"seen": form.version, "reason": "", "decision_number": ""} | changes
    return {name: value for name, value in fields.items() if value is not None}


def test_the_page_lists_reporting_units_by_kind_with_what_they_hold(as_staff, campaign, target, url):
    residential = reporting(campaign)
    school = reporting(campaign, kind=UnitKind.SCHOOL, school_level=SchoolLevel.NURSERY)
    reporting(campaign, reports=False)
    AllocationFactory(target=target, unit=residential, at_least=Decimal("1234.5"))

    response = as_staff.get(url)

    form = response.context["form"]
    assert [(kind, [row.unit for row in rows]) for kind, rows in form.rows()] == [
        ("Trường học: mầm non", [school]),
        ("Tổ dân phố", [residential]),
    ]
    page = response.content.decode()
    assert 'value="1.234,5"' in page
    assert page.count(" checked>") == 1


def test_saving_the_page_as_it_was_shown_changes_nothing(as_staff, campaign):
    target = TargetFactory(campaign=campaign, decimals=1)
    url = reverse("targets:allocate", args=[target.pk])
    unit = reporting(campaign)
    AllocationFactory(target=target, unit=unit, at_least=Decimal("1234.5"), at_most=Decimal(2000))

    assertRedirects(as_staff.post(url, typed(as_staff, url)), target.get_absolute_url())

    assert held(target) == {unit: (Decimal("1234.5"), Decimal(2000))}
    assert not GoalChange.objects.exists()


def test_units_are_ticked_unticked_and_given_goals(as_staff, campaign, target, url):
    joining, changed, leaving = (reporting(campaign) for _ in range(3))
    for unit in (changed, leaving):
        AllocationFactory(target=target, unit=unit, at_least=Decimal(30))
    changes = {
        f"given_{joining.pk}": "on",
        f"at_least_{joining.pk}": "1.250",
        f"at_least_{changed.pk}": "",
        f"at_most_{changed.pk}": "50",
        f"given_{leaving.pk}": None,
    } | DECIDED

    response = as_staff.post(url, typed(as_staff, url, **changes), follow=True)

    assert held(target) == {joining: (Decimal(1250), None), changed: (None, Decimal(50))}
    page = response.content.decode()
    assert "thôi giao" in page
    assert "≥ 30 → ≤ 50" in page
    assert "giao mới: ≥ 1.250" in page


def test_slips_are_told_beside_the_row_and_everything_typed_is_kept(as_staff, campaign, target, url):
    units = [reporting(campaign) for _ in range(5)]
    bad, crossed, unticked, negative, fine = (unit.pk for unit in units)
    changes = {f"given_{pk}": "on" for pk in (bad, crossed, negative, fine)} | {
        f"at_least_{bad}": "537,487.84",
        f"at_least_{crossed}": "14",
        f"at_most_{crossed}": "13",
        f"at_least_{unticked}": "5",
        f"at_least_{negative}": "-5",
        f"at_least_{fine}": "7",
    }

    response = as_staff.post(url, typed(as_staff, url, **changes))

    errors = response.context["form"].errors
    assert {name: bool(text) for name, text in errors.items()} == {
        f"at_least_{bad}": True,
        f"at_most_{crossed}": True,
        f"given_{unticked}": True,
        f"at_least_{negative}": True,
    }
    page = response.content.decode()
    for value in ("537,487.84", "14", "13", "5", "-5", "7"):
        assert f'value="{value}"' in page
    assert f'aria-describedby="id_at_least_{bad}_error"' in page
    assert held(target) == {}


def test_a_refusal_is_shown_and_the_ticks_are_kept(as_staff, campaign, target, url):
    unit, leaving = reporting(campaign), reporting(campaign)
    AllocationFactory(target=target, unit=leaving)
    changes = {f"given_{unit.pk}": "on", f"given_{leaving.pk}": None}

    response = as_staff.post(url, typed(as_staff, url, **changes))

    assert "đề nghị ghi lý do và số quyết định điều chỉnh" in response.content.decode()
    ticks = {row.unit: bool(row.given.value()) for _, rows in response.context["form"].rows() for row in rows}
    assert ticks == {unit: True, leaving: False}
    assert held(target) == {leaving: NONE}


def test_two_people_do_not_undo_each_other_unseen(as_staff, campaign, target, url, staff):
    mine, theirs = reporting(campaign), reporting(campaign)
    page_of_mine = typed(as_staff, url, **{f"given_{mine.pk}": "on"})
    allocating.allocate(target, {theirs: (Decimal(9), None)}, **DECIDED, by=staff, at=AT)

    response = as_staff.post(url, page_of_mine)

    assert "được người khác thay đổi" in response.content.decode()
    assert "đang lưu: ≥ 9" in response.content.decode()
    assert held(target) == {theirs: (Decimal(9), None)}
    again = page_of_mine | {"seen": response.context["form"].version, f"given_{theirs.pk}": "on"} | DECIDED
    as_staff.post(url, again | {f"at_least_{theirs.pk}": "9"})
    assert held(target) == {mine: NONE, theirs: (Decimal(9), None)}


def test_a_single_source_takes_one_tick(as_staff, campaign):
    target = TargetFactory(campaign=campaign, single_source=True)
    url = reverse("targets:allocate", args=[target.pk])
    units = [reporting(campaign) for _ in range(2)]
    changes = {f"given_{unit.pk}": "on" for unit in units}

    response = as_staff.post(url, typed(as_staff, url, **changes))

    assert "chỉ được giao cho một đơn vị" in response.content.decode()
    assert held(target) == {}


def test_a_unit_that_no_longer_reports_is_shown_so_that_its_duty_can_be_ended(as_staff, campaign, target, url):
    left = reporting(campaign, reports=False)
    AllocationFactory(target=target, unit=left)
    page = as_staff.get(url).content.decode()
    assert "không còn thuộc diện phải báo cáo" in page

    as_staff.post(url, typed(as_staff, url, **{f"given_{left.pk}": None}, **DECIDED))

    assert held(target) == {}


@pytest.mark.parametrize("kind", ["yes_no", "text"])
def test_targets_without_a_unit_s_own_goal_have_ticks_only(as_staff, campaign, kind):
    target = TargetFactory(campaign=campaign, **{kind: True})
    unit = reporting(campaign)
    url = reverse("targets:allocate", args=[target.pk])
    assert "at_least_" not in as_staff.get(url).content.decode()

    as_staff.post(url, typed(as_staff, url, **{f"given_{unit.pk}": "on", f"at_least_{unit.pk}": "5"}, **DECIDED))

    assert held(target) == {unit: NONE}


@pytest.mark.parametrize("units", [1, 3])
def test_the_page_takes_a_constant_number_of_queries(as_staff, campaign, target, url, units, django_assert_num_queries):
    for _ in range(units):
        AllocationFactory(target=target, unit=reporting(campaign))

    with django_assert_num_queries(6):
        as_staff.get(url)


# --- At the same moment ---------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_single_source_given_to_several_at_once_ends_with_one():
    target = TargetFactory(single_source=True)
    staff = UserFactory(staff_of=target.campaign.organiser)
    units = [reporting(target.campaign) for _ in range(4)]

    def deed(unit):
        return lambda: allocating.allocate(target, {unit: NONE}, **DECIDED, by=staff, at=AT)

    assert sorted(together(*(deed(unit) for unit in units))) == [1, 2, 2, 2]
    assert target.allocations.count() == 4
    assert target.allocations.open().count() == 1
    assert GoalChange.objects.filter(ends_duty=True).count() == 3


@pytest.mark.django_db(transaction=True)
def test_targets_added_at_once_get_numbers_of_their_own():
    campaign = CampaignFactory()
    staff = UserFactory(staff_of=campaign.organiser)

    def deed(name):
        fresh = Target(campaign=campaign, name=name, wording=name, answer=Answer.TEXT)
        return lambda: allocating.save_target(fresh, new_sector="Giáo dục", by=staff, at=AT)

    together(*(deed(f"Chỉ tiêu {letter}") for letter in "abcd"))

    assert sorted(campaign.targets.values_list("number", flat=True)) == [1, 2, 3, 4]
    assert campaign.sectors.count() == 1
