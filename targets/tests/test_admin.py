"""Campaigns and who takes part, edited in the admin: hand-ins stay complete and what is handed in stays untouched."""

from datetime import datetime

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from campaigns.models import Campaign, CampaignState, Participation
from campaigns.tests.factories import (
    WARD,
    CampaignFactory,
    MovementFactory,
    ParticipationFactory,
    PeriodFactory,
    PromptFactory,
)
from targets.models import Submission
from targets.tests.factories import AllocationFactory, SubmissionFactory
from units.tests.factories import UnitFactory, UserFactory

pytestmark = pytest.mark.django_db

SAVED = 302
INLINES = ("periods", "movements", "prompts")


@pytest.fixture
def campaign():
    return CampaignFactory()


@pytest.fixture
def admin_client(client, campaign):
    client.force_login(UserFactory(admin_of=campaign.organiser))
    return client


def words(response):
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


def change_url(campaign):
    return reverse("admin:campaigns_campaign_change", args=[campaign.pk])


def typed_in(response):
    """What the page would post as it stands."""
    fields = {}
    for box in BeautifulSoup(response.content, "html.parser").select("#content-main form [name]"):
        if "__prefix__" in box["name"] or box.get("type") == "submit":
            continue
        if box.name == "select":
            fields[box["name"]] = [option["value"] for option in box.select("option[selected]")]
        elif box.get("type") == "checkbox":
            fields.setdefault(box["name"], []).extend([box.get("value", "on")] if box.has_attr("checked") else [])
        else:
            fields[box["name"]] = box.text.lstrip("\n") if box.name == "textarea" else box.get("value", "")
    return fields


def period_fields(number, **changes):
    fields = {
        "name": "Kỳ cuối năm",
        "figures_as_of": "31/12/2025",
        "units_due_0": "10/12/2025",
        "units_due_1": "00:00",
        "units_due_words": "trước ngày 10/12/2025",
        "report_due_0": "15/12/2025",
        "report_due_1": "00:00",
        "report_due_words": "trước ngày 15/12/2025",
    }
    return {f"periods-{number}-{name}": value for name, value in (fields | changes).items()}


def test_a_campaign_is_drafted_with_its_periods_at_the_wards_midnight(admin_client, campaign):
    url = reverse("admin:campaigns_campaign_add")
    typed = typed_in(admin_client.get(url)) | {
        "organiser": campaign.organiser_id,
        "title": "Kế hoạch phát động đợt thi đua năm 2026",
        "short_name": "Thi đua 2026",
        "slug": "thi-dua-2026",
        "starts_on": "01/01/2026",
        "ends_on": "31/12/2026",
        "signer_block": "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH",
        "signer_name": "Trần Thị Mẫu",
        "report_addressee": "Ban Thi đua - Khen thưởng thành phố",
        "report_recipients": "Như trên",
        "periods-TOTAL_FORMS": "1",
        "state": "open",
    }

    assert admin_client.post(url, typed | period_fields(0)).status_code == SAVED

    drafted = Campaign.objects.get(slug="thi-dua-2026")
    assert drafted.state == CampaignState.DRAFT
    assert drafted.periods.get().units_due == datetime(2025, 12, 10, tzinfo=WARD)
    assert not Submission.objects.exists()


def test_a_period_added_to_an_open_campaign_opens_with_every_units_hand_in(admin_client, campaign):
    units = {ParticipationFactory(campaign=campaign).unit for _ in range(2)}
    ParticipationFactory(campaign=campaign, reports=False)
    typed = typed_in(admin_client.get(change_url(campaign))) | {"periods-TOTAL_FORMS": "1"}

    assert admin_client.post(change_url(campaign), typed | period_fields(0)).status_code == SAVED

    assert {submission.unit for submission in Submission.objects.filter(period__name="Kỳ cuối năm")} == units


def test_a_period_whose_deadlines_are_crossed_is_refused(admin_client, campaign):
    typed = typed_in(admin_client.get(change_url(campaign))) | {"periods-TOTAL_FORMS": "1"}

    response = admin_client.post(change_url(campaign), typed | period_fields(0, units_due_0="16/12/2025"))

    assert "Hạn của đơn vị phải trước hạn báo cáo thành phố." in words(response)


def test_saving_an_open_campaign_changes_neither_its_state_nor_its_prompts(admin_client, campaign):
    PeriodFactory(campaign=campaign)
    prompt = PromptFactory(campaign=campaign, asked_of=["school", "residential"])
    typed = typed_in(admin_client.get(change_url(campaign)))

    assert admin_client.post(change_url(campaign), typed | {"state": "closed", "slug": "khac"}).status_code == SAVED

    prompt.refresh_from_db()
    assert prompt.asked_of == ["school", "residential"]
    after = Campaign.objects.get()
    assert (after.state, after.slug) == (CampaignState.OPEN, campaign.slug)


def test_parts_of_a_plan_are_taken_away_only_while_it_is_a_draft(admin_client, campaign):
    draft = CampaignFactory(organiser=campaign.organiser, draft=True)
    for plan, left in ((campaign, 1), (draft, 0)):
        PeriodFactory(campaign=plan)
        typed = typed_in(admin_client.get(change_url(plan))) | {"periods-0-DELETE": "on"}
        admin_client.post(change_url(plan), typed)
        assert plan.periods.count() == left


def test_a_closed_campaign_is_only_read(admin_client, campaign):
    closed = CampaignFactory(organiser=campaign.organiser, closed=True)

    assert admin_client.get(change_url(closed)).status_code == 200
    assert admin_client.post(change_url(closed), {}).status_code == 403


def test_a_prompt_asks_about_movements_of_its_own_campaign(admin_client, campaign):
    own, other = MovementFactory(campaign=campaign), MovementFactory(campaign__organiser=campaign.organiser)
    typed = typed_in(admin_client.get(change_url(campaign))) | {"prompts-TOTAL_FORMS": "1"}
    prompt = {"prompts-0-order": "1", "prompts-0-code": "phong-trao", "prompts-0-heading": "Kết quả phong trào"}
    prompt |= {"prompts-0-kind": "movement"}

    refused = admin_client.post(change_url(campaign), typed | prompt | {"prompts-0-movement": other.pk})
    assert refused.status_code == 200
    assert admin_client.post(change_url(campaign), typed | prompt | {"prompts-0-movement": own.pk}).status_code == SAVED
    assert campaign.prompts.get().movement == own


def part_fields(campaign, unit, **changes):
    return {"campaign": campaign.pk, "unit": unit.pk, "reports": "on"} | changes


def test_a_unit_that_joins_an_open_campaign_gets_its_hand_ins(admin_client, campaign):
    PeriodFactory(campaign=campaign)
    unit = UnitFactory(organiser=campaign.organiser)

    response = admin_client.post(reverse("admin:campaigns_participation_add"), part_fields(campaign, unit))

    assert response.status_code == SAVED
    assert Submission.objects.get().unit == unit


def test_a_unit_of_another_organiser_does_not_join(admin_client, campaign):
    client = admin_client
    response = client.post(reverse("admin:campaigns_participation_add"), part_fields(campaign, UnitFactory()))
    assert "unit" in response.context["adminform"].form.errors

    client.force_login(UserFactory(is_superuser=True))
    response = client.post(reverse("admin:campaigns_participation_add"), part_fields(campaign, UnitFactory()))
    assert "Các mục đã chọn phải thuộc cùng một Ủy ban nhân dân." in words(response)
    assert not Participation.objects.exists()


def test_a_unit_with_targets_cannot_stop_reporting(admin_client, campaign):
    part = ParticipationFactory(campaign=campaign)
    AllocationFactory(target__campaign=campaign, unit=part.unit)
    url = reverse("admin:campaigns_participation_change", args=[part.pk])

    response = admin_client.post(url, {"cluster": ""})

    assert "Đơn vị đang được giao chỉ tiêu nên phải báo cáo" in words(response)
    part.refresh_from_db()
    assert part.reports is True


def test_results_are_read_with_their_revisions_and_never_changed(admin_client, campaign):
    submission = SubmissionFactory(period__campaign=campaign, accepted=True)
    url = reverse("admin:targets_submission_change", args=[submission.pk])

    page = words(admin_client.get(url))
    assert "Đã duyệt" in page
    assert submission.current_revision.digest in page
    assert admin_client.post(url, {"state": "draft"}).status_code == 403
