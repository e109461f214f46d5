"""Campaigns and who takes part, edited in the admin: hand-ins stay complete and what is handed in stays untouched."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from campaigns.models import Campaign, CampaignState, Participation
from campaigns.tests.factories import (
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


def test_a_campaign_begins_as_a_draft(admin_client, campaign):
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
        "state": "open",
    }

    assert admin_client.post(url, typed).status_code == SAVED

    assert Campaign.objects.get(slug="thi-dua-2026").state == CampaignState.DRAFT


def test_deadlines_movements_and_prompts_are_read_here_and_changed_by_the_editor(admin_client, campaign):
    """Moving a deadline takes a reason, writes letters and plans the reminders anew; the admin does none of it."""
    period = PeriodFactory(campaign=campaign)
    movement, prompt = MovementFactory(campaign=campaign), PromptFactory(campaign=campaign, asked_of=["school"])
    forged = {
        f"{prefix}-{name}": value
        for prefix in ("periods", "movements", "prompts")
        for name, value in {"TOTAL_FORMS": "2", "INITIAL_FORMS": "1", "0-DELETE": "on", "1-name": "Mới"}.items()
    }
    forged |= {"periods-0-id": period.pk, "periods-0-units_due_0": "01/12/2025", "periods-0-units_due_1": "00:00"}

    page = admin_client.get(change_url(campaign))
    assert admin_client.post(change_url(campaign), typed_in(page) | forged).status_code == SAVED

    due = period.units_due
    period.refresh_from_db()
    assert period.units_due == due
    assert (list(campaign.periods.all()), list(campaign.movements.all())) == ([period], [movement])
    assert list(campaign.prompts.all()) == [prompt]
    shown = BeautifulSoup(page.content, "html.parser")
    assert shown.select('[name^="periods-0-units"], [name^="movements-0-name"], [name^="prompts-0-code"]') == []
    assert "Trường học" in words(page)


@pytest.mark.parametrize("role", ["office_of", "admin_of"])
def test_who_edits_the_plan_is_led_to_its_editor(client, campaign, role):
    period = PeriodFactory(campaign=campaign)
    client.force_login(UserFactory(**{role: campaign.organiser}))

    page = BeautifulSoup(client.get(change_url(campaign)).content, "html.parser")

    names = ("edit_campaign", "add_period", "movements", "prompts")
    own = {reverse(f"targets:{name}", args=[campaign.slug]) for name in names}
    own.add(reverse("targets:edit_period", args=[period.pk]))
    links = {link["href"] for link in page.select("#content a[href]")}
    assert links & own == (own if role == "office_of" else set())


def test_saving_an_open_campaign_changes_neither_its_state_nor_its_prompts(admin_client, campaign):
    PeriodFactory(campaign=campaign)
    prompt = PromptFactory(campaign=campaign, asked_of=["school", "residential"])
    typed = typed_in(admin_client.get(change_url(campaign)))

    assert admin_client.post(change_url(campaign), typed | {"state": "closed", "slug": "khac"}).status_code == SAVED

    prompt.refresh_from_db()
    assert prompt.asked_of == ["school", "residential"]
    after = Campaign.objects.get()
    assert (after.state, after.slug) == (CampaignState.OPEN, campaign.slug)


def test_a_closed_campaign_is_only_read(admin_client, campaign):
    closed = CampaignFactory(organiser=campaign.organiser, closed=True)

    assert admin_client.get(change_url(closed)).status_code == 200
    assert admin_client.post(change_url(closed), {}).status_code == 403


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
