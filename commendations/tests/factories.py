"""Awards, nominations and decisions for tests."""

from datetime import date, datetime
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from campaigns.tests.factories import WARD, CampaignFactory
from commendations.models import (
    AwardForm,
    AwardKind,
    BonusRate,
    Decision,
    Nomination,
    NominationState,
    RecipientKind,
    SignedBy,
)
from units.tests.factories import UnitFactory, UserFactory


class AwardFormFactory(DjangoModelFactory):
    """A reward for anybody that the ward's chairman signs; `by_city=True` is one the ward only nominates for."""

    class Meta:
        model = AwardForm

    class Params:
        by_city = factory.Trait(signed_by=SignedBy.CITY)

    name = factory.Sequence(lambda n: f"Giấy khen mẫu {n + 1}")
    kind = AwardKind.REWARD
    signed_by = SignedBy.WARD
    for_collective = for_household = for_individual = True


class BonusRateFactory(DjangoModelFactory):
    class Meta:
        model = BonusRate

    award = factory.SubFactory(AwardFormFactory)
    recipient_kind = RecipientKind.INDIVIDUAL
    coefficient = Decimal("0.3")
    starts_on = date(2025, 7, 1)
    source = "Nghị định số 152/2025/NĐ-CP"


class DecisionFactory(DjangoModelFactory):
    """A decision without a number yet; `issued=True` has number and date."""

    class Meta:
        model = Decision

    class Params:
        issued = factory.Trait(number=factory.Sequence(lambda n: f"{n + 100}/QĐ-UBND"), issued_on=date(2025, 12, 26))

    campaign = factory.SubFactory(CampaignFactory)
    title = "Về việc tặng Giấy khen của Chủ tịch Ủy ban nhân dân phường"


def _settled(state, **fields):
    return factory.Trait(
        state=state,
        decided_by=factory.SubFactory(UserFactory),
        decided_at=datetime(2025, 12, 20, 9, tzinfo=WARD),
        **fields,
    )


class NominationFactory(DjangoModelFactory):
    """One individual, proposed; the other states are traits of the same name."""

    class Meta:
        model = Nomination

    class Params:
        checked = factory.Trait(state=NominationState.CHECKED)
        decided = _settled(NominationState.DECIDED)
        forwarded = _settled(NominationState.FORWARDED)
        declined = _settled(NominationState.DECLINED, reason="Chưa đủ thành tích.")

    campaign = factory.SubFactory(CampaignFactory)
    unit = factory.SubFactory(UnitFactory, organiser=factory.SelfAttribute("..campaign.organiser"))
    award = factory.SubFactory(AwardFormFactory)
    recipient_kind = RecipientKind.INDIVIDUAL
    recipient = factory.Sequence(lambda n: f"Trần Thị Mẫu {n + 1}")
    achievement = "Có nhiều thành tích trong đợt thi đua."
    proposed_by = factory.SubFactory(UserFactory)
    proposed_at = datetime(2025, 12, 1, 9, tzinfo=WARD)
