"""The office enters nominations and decisions in the admin; states move only by the workflow's verbs."""

from datetime import date

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.urls import reverse

from campaigns.models import Event
from campaigns.tests.factories import CampaignFactory, ParticipationFactory
from commendations.models import AwardForm, Decision, Nomination, NominationState
from commendations.tests.factories import AwardFormFactory, DecisionFactory, NominationFactory
from units.tests.factories import UnitFactory, UserFactory

pytestmark = pytest.mark.django_db

SAVED = 302
ADD = "admin:commendations_nomination_add"


@pytest.fixture
def campaign():
    return CampaignFactory()


@pytest.fixture
def unit(campaign):
    return ParticipationFactory(campaign=campaign).unit


@pytest.fixture
def officer(campaign):
    return UserFactory(office_of=campaign.organiser)


@pytest.fixture
def office(client, officer):
    client.force_login(officer)
    return client


def words(response):
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


def fields(campaign, unit, award, **changes):
    return {
        "campaign": campaign.pk,
        "unit": unit.pk,
        "award": award.pk,
        "recipient_kind": "individual",
        "recipient": "Đàm Thị Luyến",
        "achievement": "Vận động 120 hộ tham gia.",
    } | changes


@time_machine.travel("2025-12-03 02:00:00+00:00", tick=False)
def test_the_office_nominates_for_a_unit_and_the_moment_is_kept(office, officer, campaign, unit):
    award = AwardFormFactory()

    response = office.post(reverse(ADD), fields(campaign, unit, award, state="decided"))

    assert response.status_code == SAVED
    nomination = Nomination.objects.get()
    assert (nomination.state, nomination.proposed_by) == (NominationState.PROPOSED, officer)
    assert nomination.proposed_at.isoformat() == "2025-12-03T02:00:00+00:00"
    assert [event.by for event in Event.objects.about(nomination)] == [officer]


def test_a_nomination_that_will_not_do_is_refused_with_a_sentence(office, campaign, unit):
    people_only = AwardFormFactory(name="Lao động tiên tiến", for_collective=False)
    outside = UnitFactory(organiser=campaign.organiser)
    draft = CampaignFactory(organiser=campaign.organiser, draft=True)
    foreign = ParticipationFactory()
    award = AwardFormFactory()
    refusals = {
        "“Lao động tiên tiến” không dành cho tập thể.": fields(
            campaign, unit, people_only, recipient_kind="collective"
        ),
        "Đơn vị không tham gia đợt thi đua này.": fields(campaign, outside, award),
        "Đề nghị điền mục này.": fields(campaign, unit, award, achievement=""),
    }

    for sentence, typed in refusals.items():
        assert sentence in words(office.post(reverse(ADD), typed))
    for other_campaign, other_unit in ((draft, unit), (foreign.campaign, foreign.unit), (campaign, foreign.unit)):
        response = office.post(reverse(ADD), fields(other_campaign, other_unit, award))
        assert set(response.context["adminform"].form.errors) & {"campaign", "unit"}
    assert not Nomination.objects.exists()


@pytest.mark.parametrize("query", ["dam thi luyen", "LUYẾN", "giấy khen đặc biệt"])
def test_nominations_are_found_without_accents(office, campaign, unit, query):
    award = AwardFormFactory(name="Giấy khen đặc biệt")
    sought = NominationFactory(campaign=campaign, unit=unit, recipient="Đàm Thị Luyến", award=award)
    NominationFactory(campaign=campaign, unit=unit, recipient="Bùi Văn Sơn")

    response = office.get(reverse("admin:commendations_nomination_changelist"), {"q": query})

    assert list(response.context["cl"].queryset) == [sought]


def test_a_settled_nomination_is_only_read_and_tells_its_story(office, campaign, unit):
    nomination = NominationFactory(campaign=campaign, unit=unit, declined=True)
    url = reverse("admin:commendations_nomination_change", args=[nomination.pk])

    assert "Chưa đủ thành tích." in words(office.get(url))
    assert office.post(url, fields(campaign, unit, nomination.award)).status_code == 403


def test_correcting_a_nomination_leaves_its_state_and_stamps(office, campaign, unit):
    nomination = NominationFactory(campaign=campaign, unit=unit, checked=True)
    url = reverse("admin:commendations_nomination_change", args=[nomination.pk])

    assert office.post(url, fields(campaign, unit, nomination.award, state="decided")).status_code == SAVED

    after = Nomination.objects.get()
    assert (after.recipient, after.state) == ("Đàm Thị Luyến", NominationState.CHECKED)
    assert (after.proposed_by, after.proposed_at) == (nomination.proposed_by, nomination.proposed_at)


def test_the_office_marks_files_as_checked_and_hears_which_could_not_be(office, campaign, unit):
    fresh = NominationFactory(campaign=campaign, unit=unit)
    done = NominationFactory(campaign=campaign, unit=unit, decided=True)
    url = reverse("admin:commendations_nomination_changelist")

    response = office.post(url, {"action": "check_chosen", "_selected_action": [fresh.pk, done.pk]}, follow=True)

    fresh.refresh_from_db()
    done.refresh_from_db()
    assert (fresh.state, done.state) == (NominationState.CHECKED, NominationState.DECIDED)
    assert f"{fresh}: đã thẩm tra." in words(response)
    assert "Không thể chuyển từ “Được khen thưởng” sang “Đã thẩm tra”." in words(response)


def test_an_admin_who_is_not_the_office_checks_nothing(client, campaign, unit):
    client.force_login(UserFactory(admin_of=campaign.organiser))
    nomination = NominationFactory(campaign=campaign, unit=unit)
    url = reverse("admin:commendations_nomination_changelist")

    response = client.post(url, {"action": "check_chosen", "_selected_action": [nomination.pk]}, follow=True)

    nomination.refresh_from_db()
    assert nomination.state == NominationState.PROPOSED
    assert "do phòng Văn hoá - Xã hội thực hiện" in words(response)


def decision_fields(campaign, *nominations, **changes):
    chosen = [nomination.pk for nomination in nominations]
    return {"campaign": campaign.pk, "title": "Về việc tặng Giấy khen", "nominations": chosen} | changes


def test_a_decision_takes_in_what_was_agreed_and_lets_it_go_again(office, campaign, unit):
    first, second = (NominationFactory(campaign=campaign, unit=unit, decided=True) for _ in range(2))

    office.post(reverse("admin:commendations_decision_add"), decision_fields(campaign, first))
    decision = Decision.objects.get()
    assert list(decision.nominations.all()) == [first]

    url = reverse("admin:commendations_decision_change", args=[decision.pk])
    assert office.get(url).context["adminform"].form["nominations"].initial.get() == first
    numbered = decision_fields(campaign, second, number="115/QĐ-UBND", issued_on="26/12/2025")
    assert office.post(url, numbered).status_code == SAVED
    decision.refresh_from_db()
    assert (decision.number, decision.issued_on) == ("115/QĐ-UBND", date(2025, 12, 26))
    assert list(decision.nominations.all()) == [second]


def test_a_decision_takes_only_agreed_nominations_of_its_own_campaign(office, campaign, unit):
    other = ParticipationFactory(unit=unit, campaign__organiser=campaign.organiser)
    taken = NominationFactory(
        campaign=campaign, unit=unit, decided=True, decision=DecisionFactory(campaign=campaign, issued=True)
    )
    wrong = [
        NominationFactory(campaign=campaign, unit=unit, checked=True),
        NominationFactory(campaign=other.campaign, unit=unit, decided=True),
        NominationFactory(decided=True),
        taken,
    ]

    for nomination in wrong:
        response = office.post(reverse("admin:commendations_decision_add"), decision_fields(campaign, nomination))
        assert response.context["adminform"].form.errors["nominations"]
    taken.refresh_from_db()
    assert taken.decision.number
    assert Decision.objects.count() == 1


def test_number_and_date_of_a_decision_come_together(office, campaign):
    typed = decision_fields(campaign, number="115/QĐ-UBND")

    response = office.post(reverse("admin:commendations_decision_add"), typed)

    assert "Số và ngày ban hành phải được ghi cùng nhau." in words(response)


def test_the_admin_keeps_the_catalogue_with_dated_rates_and_the_office_reads_it(client, office, campaign):
    award = {
        "name": "Giấy khen phường",
        "kind": "reward",
        "signed_by": "ward",
        "for_individual": "on",
        "order": "1",
        "active": "on",
        "bonus_rates-TOTAL_FORMS": "1",
        "bonus_rates-INITIAL_FORMS": "0",
        "bonus_rates-0-recipient_kind": "individual",
        "bonus_rates-0-coefficient": "0,3",
        "bonus_rates-0-starts_on": "01/07/2025",
        "bonus_rates-0-source": "Nghị định số 152/2025/NĐ-CP",
    }
    url = reverse("admin:commendations_awardform_add")
    assert office.post(url, award).status_code == 403

    client.force_login(UserFactory(admin_of=campaign.organiser))
    assert client.post(url, award).status_code == SAVED

    rate = AwardForm.objects.get().bonus_rates.get()
    assert (str(rate.coefficient), rate.starts_on) == ("0.300", date(2025, 7, 1))
