"""How nominations move: every state tried with every verb."""

from datetime import datetime

import pytest

from campaigns.models import Event
from campaigns.tests.factories import WARD, CampaignFactory
from commendations import workflow
from commendations.models import Nomination, NominationState, RecipientKind
from commendations.tests.factories import AwardFormFactory, NominationFactory
from units.refusals import Refused
from units.tests.factories import UnitFactory, UserFactory

pytestmark = pytest.mark.django_db
AT = datetime(2025, 12, 20, 9, tzinfo=WARD)

VERBS = {
    "check": lambda nomination, by: workflow.check(nomination, by=by, at=AT),
    "agree": lambda nomination, by: workflow.agree(nomination, by=by, at=AT),
    "decline": lambda nomination, by: workflow.decline(nomination, reason="Chưa đủ thành tích.", by=by, at=AT),
}
ALLOWED = {
    ("proposed", "check"): NominationState.CHECKED,
    ("checked", "agree"): NominationState.DECIDED,
    ("checked", "decline"): NominationState.DECLINED,
}


@pytest.fixture
def leader():
    return UserFactory()


def unsaved(campaign, **fields):
    unit = UnitFactory(organiser=campaign.organiser)
    typed = {
        "award": AwardFormFactory(),
        "recipient_kind": RecipientKind.INDIVIDUAL,
        "recipient": "Trần Thị An",
    } | fields
    return Nomination(campaign=campaign, unit=unit, achievement="Vận động 120 hộ.", **typed)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("state", NominationState.values)
def test_every_state_takes_its_own_verbs_only(state, verb, leader):
    nomination = NominationFactory(**({state: True} if state != "proposed" else {}))
    before = Nomination.objects.values().get(pk=nomination.pk)

    if expected := ALLOWED.get((state, verb)):
        VERBS[verb](nomination, leader)
        nomination.refresh_from_db()
        assert nomination.state == expected
        assert Event.objects.about(nomination).get().by == leader
    else:
        with pytest.raises(Refused, match="Không thể chuyển từ"):
            VERBS[verb](nomination, leader)
        assert Nomination.objects.values().get(pk=nomination.pk) == before
        assert not Event.objects.about(nomination).exists()


def test_proposing_keeps_who_and_when_and_tells_it(leader):
    made = workflow.propose(unsaved(CampaignFactory()), by=leader, at=AT)

    made.refresh_from_db()
    assert (made.state, made.proposed_by, made.proposed_at) == (NominationState.PROPOSED, leader, AT)
    assert Event.objects.about(made).values_list("verb", "by", "at").get() == ("Đề nghị khen thưởng", leader.pk, AT)


def test_a_draft_campaign_takes_no_nominations(leader):
    with pytest.raises(Refused, match="chưa mở"):
        workflow.propose(unsaved(CampaignFactory(draft=True)), by=leader, at=AT)

    assert not Nomination.objects.exists()


def test_an_award_goes_only_to_whom_it_is_for(leader):
    household_only = AwardFormFactory(name="Gia đình văn hóa", for_individual=False, for_collective=False)

    with pytest.raises(Refused, match="“Gia đình văn hóa” không dành cho cá nhân"):
        workflow.propose(unsaved(CampaignFactory(), award=household_only), by=leader, at=AT)


def test_what_the_ward_does_not_sign_is_forwarded_not_decided(leader):
    nomination = NominationFactory(checked=True, award=AwardFormFactory(by_city=True))

    workflow.agree(nomination, by=leader, at=AT)

    nomination.refresh_from_db()
    assert nomination.state == NominationState.FORWARDED
    assert (nomination.decided_by, nomination.decided_at) == (leader, AT)


def test_declining_needs_a_reason_and_keeps_it(leader):
    nomination = NominationFactory(checked=True)

    with pytest.raises(Refused, match="lý do"):
        workflow.decline(nomination, reason="  ", by=leader, at=AT)
    workflow.decline(nomination, reason=" Đã khen thưởng năm trước. ", by=leader, at=AT)

    nomination.refresh_from_db()
    assert (nomination.state, nomination.reason) == (NominationState.DECLINED, "Đã khen thưởng năm trước.")
    assert Event.objects.about(nomination).get().detail == "Đã khen thưởng năm trước."
