"""A unit that is taken out of an open campaign: what ends, and what its people are told."""

import pytest
from django.urls import reverse

from campaigns.models import Participation
from campaigns.tests.factories import ParticipationFactory
from targets.tests.factories import AllocationFactory, SubmissionFactory, TargetFactory
from units.models import Message, MessageKind, MessageState
from units.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

WHY = {"reason": "Sáp nhập vào tổ khác.", "decision_number": "12/QĐ-UBND"}


@pytest.fixture
def reporting():
    """A unit of an open campaign with a share and a row to hand in."""
    part = ParticipationFactory()
    AllocationFactory(target__campaign=part.campaign, unit=part.unit)
    SubmissionFactory(period__campaign=part.campaign, unit=part.unit)
    return part


def test_a_unit_that_leaves_with_several_duties_is_told_all_of_them_in_one_letter(client, reporting):
    campaign = reporting.campaign
    further = [AllocationFactory(target__campaign=campaign, unit=reporting.unit).target for _ in range(3)]
    UserFactory(reporter_of=reporting.unit)
    client.force_login(UserFactory(staff_of=campaign.organiser))

    client.post(reverse("targets:take_out", args=[reporting.pk]), WHY)

    letter = Message.objects.get(kind=MessageKind.ALLOCATION)
    assert letter.state == MessageState.WAITING
    assert all(target.name in letter.body for target in further)
    assert letter.body.count("thôi giao") == 4


def test_a_unit_does_not_leave_a_target_without_its_only_source(client, reporting):
    single = TargetFactory(campaign=reporting.campaign, single_source=True)
    AllocationFactory(target=single, unit=reporting.unit)
    client.force_login(UserFactory(staff_of=reporting.campaign.organiser))

    response = client.post(reverse("targets:take_out", args=[reporting.pk]), WHY)

    assert f"Chỉ tiêu {single.number} phải giao cho đúng một đơn vị" in response.content.decode()
    assert Participation.objects.get().reports
    assert reporting.unit.allocations.open().count() == 2
