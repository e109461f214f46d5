"""The pages of commendations: who may open them, what they list, and what they do."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from campaigns.tests.factories import WARD, CampaignFactory, ParticipationFactory
from commendations.models import AwardKind, Nomination, NominationState, RecipientKind
from commendations.tests.factories import AwardFormFactory, BonusRateFactory, NominationFactory
from units.tests.factories import OrganiserFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 12, 20, 9, tzinfo=WARD)
LISTED = reverse("commendations:nominations")


@pytest.fixture(autouse=True)
def _at_the_twentieth(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def campaign():
    return CampaignFactory()


@pytest.fixture
def unit(campaign):
    return ParticipationFactory(campaign=campaign).unit


@pytest.fixture
def nomination(campaign, unit):
    return NominationFactory(campaign=campaign, unit=unit)


def url_of(name, nomination):
    return reverse(f"commendations:{name}", args=[nomination.pk])


def nominating(campaign, kind=RecipientKind.INDIVIDUAL):
    return reverse("commendations:nominate", args=[campaign.slug]) + f"?kind={kind}"


def typed(unit, award, **more):
    return {"unit": unit.pk, "award": award.pk, "recipient": "Trần Thị An", "achievement": "Vận động 120 hộ."} | more


# --- Who may ----------------------------------------------------------------------------------------------------------

LOOK = {"nominations": 200, "nomination": 200}
MAY = {
    "office_of": LOOK | {"nominate": 200, "check": 302, "agree": 403, "decline": 403},
    "leader_of": LOOK | {"nominate": 403, "check": 403, "agree": 302, "decline": 200},
    "staff_of": LOOK | {"nominate": 403, "check": 403, "agree": 403, "decline": 403},
    "admin_of": LOOK | {"nominate": 403, "check": 403, "agree": 403, "decline": 403},
    "head_of": LOOK | {"nominate": 200, "check": 403, "agree": 403, "decline": 403},
    "reporter_of": LOOK | {"nominate": 200, "check": 403, "agree": 403, "decline": 403},
}
FOREIGN = {"nominations": 200, "nominate": 404, "nomination": 404, "check": 404, "agree": 404, "decline": 404}


def ask(client, name, nomination):
    if name == "nominations":
        return client.get(LISTED)
    if name == "nominate":
        return client.get(nominating(nomination.campaign))
    return (client.post if name in ("check", "agree") else client.get)(url_of(name, nomination))


@pytest.mark.parametrize("role", MAY)
def test_each_role_may_do_its_own_part(client, nomination, role):
    place = nomination.unit if role in ("head_of", "reporter_of") else nomination.campaign.organiser
    client.force_login(UserFactory(**{role: place}))

    assert {name: ask(client, name, nomination).status_code for name in MAY[role]} == MAY[role]


@pytest.mark.parametrize("who", ["office_of", "leader_of", "head_of"])
def test_people_of_another_organiser_find_nothing(client, nomination, who):
    elsewhere = ParticipationFactory()
    place = elsewhere.unit if who == "head_of" else elsewhere.campaign.organiser
    client.force_login(UserFactory(**{who: place}))

    assert {name: ask(client, name, nomination).status_code for name in FOREIGN} == FOREIGN
    assertNotContains(client.get(LISTED), nomination.recipient)


def test_another_unit_of_the_same_campaign_sees_only_its_own(client, nomination, campaign):
    client.force_login(UserFactory(reporter_of=ParticipationFactory(campaign=campaign).unit))

    assertNotContains(client.get(LISTED), nomination.recipient)
    assert client.get(url_of("nomination", nomination)).status_code == 404


def test_nobody_in_particular_is_sent_to_sign_in(client, nomination):
    for name in FOREIGN:
        response = ask(client, name, nomination)
        assert response.status_code == 302, name
        assert response.url.startswith(reverse("units:sign_in")), name


# --- The list ---------------------------------------------------------------------------------------------------------


def listed(response):
    return [nomination.recipient for nomination in response.context["page"]]


@pytest.fixture
def office(client, campaign):
    person = UserFactory(office_of=campaign.organiser)
    client.force_login(person)
    return person


def test_collectives_come_first_then_households_then_people_and_titles_before_rewards(client, office, campaign, unit):
    title, reward = AwardFormFactory(kind=AwardKind.TITLE), AwardFormFactory(kind=AwardKind.REWARD)
    for recipient, kind, award in [
        ("Tổ 10", "collective", reward),
        ("Tổ 2", "collective", reward),
        ("Bà An", "individual", title),
        ("Hộ ông Bình", "household", reward),
        ("Tổ 7", "collective", title),
        ("Anh Ánh", "individual", reward),
    ]:
        NominationFactory(campaign=campaign, unit=unit, recipient=recipient, recipient_kind=kind, award=award)

    assert listed(client.get(LISTED)) == ["Tổ 7", "Tổ 2", "Tổ 10", "Hộ ông Bình", "Bà An", "Anh Ánh"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"Nguyễn Thị Hoà", "Đặng Văn Ổn"}),
        ({"q": "hòa"}, {"Nguyễn Thị Hoà"}),
        ({"q": "dang van on"}, {"Đặng Văn Ổn"}),
        ({"state": "checked"}, {"Đặng Văn Ổn"}),
        ({"state": "checked", "q": "hoa"}, set()),
        ({"state": "nonsense"}, {"Nguyễn Thị Hoà", "Đặng Văn Ổn"}),
        ({"campaign": "khong-co"}, {"Nguyễn Thị Hoà", "Đặng Văn Ổn"}),
    ],
)
def test_the_list_narrows_by_state_and_by_name_without_accents(client, office, campaign, unit, query, found):
    NominationFactory(campaign=campaign, unit=unit, recipient="Nguyễn Thị Hoà")
    NominationFactory(campaign=campaign, unit=unit, recipient="Đặng Văn Ổn", checked=True)

    assert set(listed(client.get(LISTED, query))) == found


def test_the_list_narrows_by_campaign_and_counts_what_it_found(client, office, campaign, unit):
    other = CampaignFactory(organiser=campaign.organiser)
    NominationFactory(campaign=campaign, unit=unit, recipient="Năm nay", leads=True)
    NominationFactory(campaign=campaign, unit=unit, recipient="Năm nay nữa", checked=True)
    NominationFactory(campaign=other, unit=unit, recipient="Năm khác")

    response = client.get(LISTED, {"campaign": campaign.slug})

    assert set(listed(response)) == {"Năm nay", "Năm nay nữa"}
    counts = {state: count for state, _, count in response.context["states"]}
    assert counts == {"proposed": 1, "checked": 1, "decided": 0, "forwarded": 0, "declined": 0}
    assertContains(response, "Trong 2 cá nhân được đề nghị có 1 người là lãnh đạo, quản lý")


def test_the_list_asks_the_database_the_same_for_one_row_and_for_three(client, office, campaign):
    counts = []
    for more in (1, 2):
        for _ in range(more):
            NominationFactory(campaign=campaign)
        client.get(LISTED)
        with CaptureQueriesContext(connection) as queries:
            response = client.get(LISTED)
        counts.append((len(listed(response)), len(queries)))

    assert [rows for rows, _ in counts] == [1, 3]
    assert counts[0][1] == counts[1][1] == 9


def test_a_long_list_goes_on_over_pages(client, office, campaign, unit):
    award = AwardFormFactory()
    for number in range(101):
        NominationFactory(campaign=campaign, unit=unit, award=award, recipient=f"Người {number:03}")

    first, second = client.get(LISTED), client.get(LISTED, {"page": 2, "q": "nguoi"})

    assert (len(listed(first)), listed(second)) == (100, ["Người 100"])
    assertContains(second, "?page=1&amp;q=nguoi")


# --- Nominating -------------------------------------------------------------------------------------------------------


def test_a_unit_nominates_its_own(client, campaign, unit):
    head, award = UserFactory(head_of=unit), AwardFormFactory()
    client.force_login(head)

    response = client.post(nominating(campaign), typed(unit, award, position="Tổ trưởng", leads="on"))

    made = Nomination.objects.get()
    assertRedirects(response, made.get_absolute_url())
    assert (made.unit, made.award, made.recipient, made.position, made.leads) == (
        unit, award, "Trần Thị An", "Tổ trưởng", True
    )  # fmt: skip
    assert (made.state, made.proposed_by, made.proposed_at) == (NominationState.PROPOSED, head, NOW)
    assertContains(client.get(made.get_absolute_url()), "Đề nghị khen thưởng")


def test_a_unit_nominates_for_no_other_unit(client, campaign, unit):
    client.force_login(UserFactory(head_of=unit))
    other = ParticipationFactory(campaign=campaign).unit

    response = client.post(nominating(campaign), typed(other, AwardFormFactory()))

    assert list(response.context["form"].errors) == ["unit"]
    assert not Nomination.objects.exists()


def test_the_office_nominates_for_any_unit_that_takes_part(client, office, campaign, unit):
    outside = NominationFactory(campaign__organiser=campaign.organiser).unit
    offered = client.get(nominating(campaign)).context["form"].fields["unit"].queryset

    assert list(offered) == [unit]
    assert outside not in offered
    client.post(nominating(campaign), typed(unit, AwardFormFactory()))
    assert Nomination.objects.filter(campaign=campaign).get().proposed_by == office


@pytest.mark.parametrize("kind", RecipientKind.values)
def test_only_awards_that_fit_the_recipient_are_offered(client, office, campaign, unit, kind):
    fitting = AwardFormFactory(**{f"for_{other}": other == kind for other in RecipientKind.values})
    unfit = AwardFormFactory(**{f"for_{other}": other != kind for other in RecipientKind.values})
    retired = AwardFormFactory(active=False)

    page = client.get(nominating(campaign, kind))
    assertContains(page, fitting.name)
    assertNotContains(page, unfit.name)
    assertNotContains(page, retired.name)
    for award in (unfit, retired):
        refused = client.post(nominating(campaign, kind), typed(unit, award))
        assert list(refused.context["form"].errors) == ["award"]

    client.post(nominating(campaign, kind), typed(unit, fitting))
    assert Nomination.objects.get().recipient_kind == kind


def test_titles_and_forms_of_reward_stand_apart(client, office, campaign, unit):
    AwardFormFactory(kind=AwardKind.TITLE, name="Lao động tiên tiến")
    AwardFormFactory(kind=AwardKind.REWARD, name="Giấy khen")

    groups = client.get(nominating(campaign)).context["form"].fields["award"].choices[1:]

    assert [(label, [name for _, name in options]) for label, options in groups] == [
        ("Danh hiệu thi đua", ["Lao động tiên tiến"]),
        ("Hình thức khen thưởng", ["Giấy khen"]),
    ]


def test_only_a_person_leads_and_a_household_has_a_place(client, office, campaign, unit):
    fields = {kind: client.get(nominating(campaign, kind)).context["form"].fields for kind in RecipientKind.values}

    about = {kind: {"position", "leads"} & fields[kind].keys() for kind in fields}
    assert about == {"individual": {"position", "leads"}, "household": {"position"}, "collective": set()}
    assert fields["household"]["position"].label == "Nơi ở (tổ dân phố)"


@pytest.mark.parametrize("missing", ["unit", "award", "recipient", "achievement"])
def test_what_is_missing_is_told_beside_its_field_and_the_rest_kept(client, office, campaign, unit, missing):
    posted = typed(unit, AwardFormFactory(), recipient="Lê Văn Giữ")
    del posted[missing]

    response = client.post(nominating(campaign), posted)

    assert list(response.context["form"].errors) == [missing]
    if missing != "recipient":
        assertContains(response, "Lê Văn Giữ")
    assert not Nomination.objects.exists()


def test_a_campaign_not_open_yet_refuses_in_the_form(client):
    campaign = CampaignFactory(draft=True)
    unit = ParticipationFactory(campaign=campaign).unit
    client.force_login(UserFactory(office_of=campaign.organiser))

    response = client.post(nominating(campaign), typed(unit, AwardFormFactory()))

    assertContains(response, "Đợt thi đua chưa mở")
    assertContains(response, "Trần Thị An")


# --- Cautions: shown, to be confirmed, never a silent block -----------------------------------------------------------


def cautioned(client, campaign, posted, kind=RecipientKind.INDIVIDUAL):
    """What is said of a nomination; it must be held back at first and go through once confirmed."""
    before = Nomination.objects.count()
    held = client.post(nominating(campaign, kind), posted)
    assert list(held.context["form"].errors) == ["confirmed"]
    assert Nomination.objects.count() == before
    cautions = held.context["form"].cautions
    for caution in cautions:
        assertContains(held, caution)
    client.post(nominating(campaign, kind), posted | {"confirmed": "on"})
    assert Nomination.objects.count() == before + 1
    return cautions


def test_somebody_nominated_already_in_the_campaign_is_named(client, office, campaign, unit):
    NominationFactory(campaign=campaign, unit=unit, recipient="TRẦN THỊ  AN", award__name="Giấy khen cũ")

    (caution,) = cautioned(client, campaign, typed(unit, AwardFormFactory()))

    assert "đã được đề nghị “Giấy khen cũ” trong đợt này" in caution


@pytest.mark.parametrize("other", ["declined", "another_campaign", "another_kind"])
def test_a_namesake_elsewhere_is_no_reason_to_ask(client, office, campaign, unit, other):
    facts = {
        "declined": {"campaign": campaign, "declined": True},
        "another_campaign": {},
        "another_kind": {"campaign": campaign, "recipient_kind": RecipientKind.HOUSEHOLD},
    }
    NominationFactory(recipient="Trần Thị An", **facts[other])

    client.post(nominating(campaign), typed(unit, AwardFormFactory()))

    assert Nomination.objects.filter(campaign=campaign, unit=unit).count() == 1


def test_what_the_city_signs_is_only_forwarded(client, office, campaign, unit):
    award = AwardFormFactory(by_city=True, name="Bằng khen", caution="đối chiếu quy định của thành phố.")

    assert cautioned(client, campaign, typed(unit, award)) == [
        "“Bằng khen” thuộc thẩm quyền cấp trên (Thành phố); phường chỉ xét và trình.",
        "Cần phường xác nhận: đối chiếu quy định của thành phố.",
    ]


def test_too_many_leaders_among_a_units_people_are_told(client, office, campaign, unit):
    NominationFactory(campaign=campaign, unit=unit, leads=True)
    NominationFactory(campaign=campaign, unit=unit)

    (caution,) = cautioned(client, campaign, typed(unit, AwardFormFactory(), leads="on"))

    assert caution.startswith("2/3 cá nhân đơn vị đề nghị là lãnh đạo, quản lý")


def test_a_single_leader_is_no_majority(client, office, campaign, unit):
    client.post(nominating(campaign), typed(unit, AwardFormFactory(), leads="on"))

    assert Nomination.objects.get().leads is True


def test_cautions_wait_until_the_rest_is_right(client, office, campaign, unit):
    response = client.post(nominating(campaign), typed(unit, AwardFormFactory(by_city=True), achievement=""))

    assert list(response.context["form"].errors) == ["achievement"]
    assert response.context["form"].cautions == []


# --- One nomination ---------------------------------------------------------------------------------------------------


def test_the_page_tells_achievement_bonus_and_story(client, office, nomination):
    nomination.achievement = "Hiến 20 m² đất <làm đường>."
    nomination.save()
    BonusRateFactory(award=nomination.award, coefficient=Decimal("0.3"), source="Điều 54")
    BonusRateFactory(
        award=nomination.award, coefficient=Decimal("0.15"), starts_on=date(2024, 1, 1), ends_on=date(2025, 6, 30)
    )
    BonusRateFactory(award=nomination.award, coefficient=Decimal("0.9"), recipient_kind=RecipientKind.COLLECTIVE)
    client.post(url_of("check", nomination))

    page = client.get(url_of("nomination", nomination))

    assertContains(page, "Hiến 20 m² đất &lt;làm đường&gt;.")
    assertContains(page, "0,3 lần lương cơ sở")
    assertNotContains(page, "0,15 lần")
    assertNotContains(page, "0,9 lần")
    assertContains(page, "Thẩm tra")


def test_the_office_checks_and_the_leader_agrees(client, office, nomination):
    assertContains(client.get(url_of("nomination", nomination)), url_of("check", nomination))
    assertRedirects(client.post(url_of("check", nomination)), url_of("nomination", nomination))

    leader = UserFactory(leader_of=nomination.campaign.organiser)
    client.force_login(leader)
    page = client.get(url_of("nomination", nomination))
    assertContains(page, url_of("agree", nomination))
    assertContains(page, url_of("decline", nomination))
    client.post(url_of("agree", nomination))

    nomination.refresh_from_db()
    assert (nomination.state, nomination.decided_by, nomination.decided_at) == (NominationState.DECIDED, leader, NOW)
    assertNotContains(client.get(url_of("nomination", nomination)), url_of("agree", nomination))


def test_the_leader_declines_with_a_reason_that_the_unit_reads(client, campaign, unit):
    nomination = NominationFactory(campaign=campaign, unit=unit, checked=True)
    client.force_login(UserFactory(leader_of=campaign.organiser))
    assert list(client.post(url_of("decline", nomination), {"reason": " "}).context["form"].errors) == ["reason"]

    response = client.post(url_of("decline", nomination), {"reason": "Đã khen thưởng năm trước."})

    assertRedirects(response, url_of("nomination", nomination))
    client.force_login(UserFactory(reporter_of=unit))
    assertContains(client.get(url_of("nomination", nomination)), "Đã khen thưởng năm trước.")


def test_the_leader_is_offered_nothing_before_the_check_and_a_hasty_yes_is_refused(client, nomination):
    client.force_login(UserFactory(leader_of=nomination.campaign.organiser))
    assertNotContains(client.get(url_of("nomination", nomination)), url_of("agree", nomination))

    response = client.post(url_of("agree", nomination), follow=True)

    assertContains(response, "Không thể chuyển từ “Mới đề nghị” sang “Được khen thưởng”.")
    nomination.refresh_from_db()
    assert nomination.state == NominationState.PROPOSED


def test_deciding_twice_is_refused_and_the_first_word_stands(client, campaign, unit):
    nomination = NominationFactory(campaign=campaign, unit=unit, checked=True)
    client.force_login(UserFactory(leader_of=campaign.organiser))
    client.post(url_of("agree", nomination))

    response = client.post(url_of("decline", nomination), {"reason": "Đổi ý."})

    assertContains(response, "Không thể chuyển")
    assertContains(response, "Đổi ý.")
    nomination.refresh_from_db()
    assert nomination.state == NominationState.DECIDED


def test_a_deputy_whose_term_ended_decides_no_more(client, campaign, unit):
    nomination = NominationFactory(campaign=campaign, unit=unit, checked=True)
    yesterday = NOW.date() - timedelta(days=1)
    client.force_login(UserFactory(leader_of=campaign.organiser, leader_of__ends_on=yesterday))

    assert client.post(url_of("agree", nomination)).status_code == 404


def test_one_portal_two_organisers_each_lists_its_own(client, nomination):
    theirs = NominationFactory(campaign__organiser=OrganiserFactory())
    client.force_login(UserFactory(office_of=theirs.campaign.organiser))

    response = client.get(LISTED)

    assert listed(response) == [theirs.recipient]
    assert nomination.campaign not in response.context["form"].fields["campaign"].queryset
