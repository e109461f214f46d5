"""Campaigns on the calendar of the 2025 plan for tests."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import factory
from factory.django import DjangoModelFactory

from campaigns.models import (
    Campaign,
    CampaignState,
    Extension,
    GivenBy,
    Movement,
    Participation,
    Prompt,
    PromptKind,
    ReportingPeriod,
)
from units.tests.factories import OrganiserFactory, UnitFactory, UserFactory

WARD = ZoneInfo("Asia/Ho_Chi_Minh")


class CampaignFactory(DjangoModelFactory):
    """An open campaign; `draft=True` and `closed=True` are the other states."""

    class Meta:
        model = Campaign

    class Params:
        draft = factory.Trait(state=CampaignState.DRAFT)
        open = factory.Trait(state=CampaignState.OPEN)
        closed = factory.Trait(state=CampaignState.CLOSED)

    organiser = factory.SubFactory(OrganiserFactory)
    title = factory.Sequence(lambda n: f"Kế hoạch tổ chức đợt thi đua mẫu {n + 1}")
    short_name = factory.Sequence(lambda n: f"Đợt thi đua mẫu {n + 1}")
    slug = factory.Sequence(lambda n: f"dot-mau-{n + 1}")
    starts_on = date(2025, 1, 1)
    ends_on = date(2025, 12, 31)
    signer_block = "TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH"
    signer_name = "Trần Thị Mẫu"
    recipients = "Lưu: VT, VHXH"
    report_addressee = "Ban Thi đua - Khen thưởng thành phố"
    report_recipients = "Như trên\nLưu: VT, VHXH"
    state = CampaignState.OPEN


class PeriodFactory(DjangoModelFactory):
    class Meta:
        model = ReportingPeriod

    campaign = factory.SubFactory(CampaignFactory)
    name = factory.Sequence(lambda n: f"Kỳ báo cáo {n + 1}")
    figures_as_of = date(2025, 12, 31)
    units_due = datetime(2025, 12, 10, tzinfo=WARD)
    units_due_words = "trước ngày 10/12/2025"
    report_due = datetime(2025, 12, 15, tzinfo=WARD)
    report_due_words = "trước ngày 15/12/2025"


class ExtensionFactory(DjangoModelFactory):
    """A request that waits; `decided=True` is one the office granted (with `granted=False`: refused)."""

    class Meta:
        model = Extension

    class Params:
        decided = factory.Trait(
            granted=True,
            decided_by=factory.SubFactory(UserFactory),
            decided_at=datetime(2025, 12, 8, 9, tzinfo=WARD),
        )

    period = factory.SubFactory(PeriodFactory)
    unit = factory.SubFactory(UnitFactory, organiser=factory.SelfAttribute("..period.campaign.organiser"))
    asked_by = factory.SubFactory(UserFactory)
    asked_at = datetime(2025, 12, 8, 8, tzinfo=WARD)
    reason = "Chờ số liệu của cấp trên."
    until = datetime(2025, 12, 12, tzinfo=WARD)


class ParticipationFactory(DjangoModelFactory):
    class Meta:
        model = Participation

    campaign = factory.SubFactory(CampaignFactory)
    unit = factory.SubFactory(UnitFactory, organiser=factory.SelfAttribute("..campaign.organiser"))


class MovementFactory(DjangoModelFactory):
    class Meta:
        model = Movement

    campaign = factory.SubFactory(CampaignFactory)
    name = factory.Sequence(lambda n: f"Phong trào mẫu {n + 1}")
    launched_by = GivenBy.WARD


class PromptFactory(DjangoModelFactory):
    class Meta:
        model = Prompt

    class Params:
        about_a_movement = factory.Trait(
            kind=PromptKind.MOVEMENT,
            movement=factory.SubFactory(MovementFactory, campaign=factory.SelfAttribute("..campaign")),
        )

    campaign = factory.SubFactory(CampaignFactory)
    code = factory.Sequence(lambda n: f"cau-hoi-{n + 1}")
    heading = factory.Sequence(lambda n: f"Nhiệm vụ mẫu {n + 1}")
    kind = PromptKind.TASK
