"""Ward staff set up a campaign by themselves: its plan, movements, questions and who takes part."""

import json
import re
from datetime import date, datetime

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from pytest_django.asserts import assertRedirects

from campaigns.models import Campaign, CampaignState, Event, GivenBy, Movement, Participation, PromptKind
from campaigns.tests.factories import (
    WARD,
    CampaignFactory,
    MovementFactory,
    ParticipationFactory,
    PeriodFactory,
    PromptFactory,
)
from targets import editing
from targets.campaign_forms import PlanText
from targets.editing import fingerprint, fingerprint_of
from targets.models import GoalChange, Narrative, Submission
from targets.tests.factories import AllocationFactory, SubmissionFactory
from targets.tests.racing import together
from units.models import Message, MessageKind, MessageState, UnitKind
from units.tests.factories import ClusterFactory, MembershipFactory, OrganiserFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db

NEW = {
    "title": "Phát động đợt thi đua thực hiện thắng lợi nhiệm vụ năm 2026",
    "short_name": "Đợt thi đua năm 2026",
    "slug": "",
    "starts_on": "01/01/2026",
    "ends_on": "31/12/2026",
}


@pytest.fixture
def campaign():
    return CampaignFactory(draft=True)


@pytest.fixture
def staff(campaign):
    return UserFactory(staff_of=campaign.organiser, full_name="Phạm Thị Thảo")


@pytest.fixture
def as_staff(client, staff):
    client.force_login(staff)
    return client


def url(name, thing):
    return reverse(f"targets:{name}", args=[getattr(thing, "slug", thing.pk)])


def typed_on(page):
    """{name: value} of the page's form as a browser would send it."""
    fields = {}
    for field in BeautifulSoup(page.content, "html.parser").select("main form [name]"):
        if field.find_parent("template") or field.has_attr("disabled") or field["name"] == "csrfmiddlewaretoken":
            continue
        if field.name == "textarea":
            fields[field["name"]] = field.text.removeprefix("\n")
        elif field.name == "select":
            chosen = field.select_one("option[selected]") or field.select_one("option")
            fields[field["name"]] = chosen["value"]
        elif field.get("type") == "checkbox":
            if field.has_attr("checked"):
                fields.setdefault(field["name"], []).append(field.get("value", "on"))
        else:
            fields[field["name"]] = field.get("value", "")
    return fields


# --- A new campaign ---------------------------------------------------------------------------------------------------


def test_a_new_campaign_is_a_draft_with_an_address_and_the_usual_questions(as_staff, campaign, staff):
    response = as_staff.post(reverse("targets:add_campaign"), NEW)

    made = Campaign.objects.get(slug="dot-thi-dua-nam-2026")
    assertRedirects(response, url("edit_campaign", made))
    assert (made.state, made.organiser) == (CampaignState.DRAFT, campaign.organiser)
    kinds = list(made.prompts.values_list("kind", flat=True))
    assert kinds == ["launching", "theme", "task", "example", "difficulty", "proposal"]
    assert Event.objects.about(made).values_list("verb", "by").get() == ("Lập đợt thi đua", staff.pk)


def test_a_second_campaign_of_the_same_name_gets_an_address_of_its_own(as_staff):
    for _ in range(2):
        as_staff.post(reverse("targets:add_campaign"), NEW)

    assert Campaign.objects.filter(slug__in=["dot-thi-dua-nam-2026", "dot-thi-dua-nam-2026-2"]).count() == 2


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"slug": "them"}, "slug", "là một trang của cổng"),
        ({"slug": "THEM"}, "slug", "là một trang của cổng"),
        ({"slug": "đợt 1"}, "slug", ""),
        ({"slug": "x" * 61}, "slug", ""),
        ({"title": " \n "}, "title", ""),
        ({"title": "a" * 601}, "title", ""),
        ({"short_name": ""}, "short_name", ""),
        ({"starts_on": "30/02/2026"}, "starts_on", "31/12/2026"),
        ({"starts_on": "01/01/26"}, "starts_on", "31/12/2026"),
        ({"starts_on": "01/01/0226"}, "starts_on", "xem lại năm"),
        ({"ends_on": ""}, "ends_on", ""),
        ({"ends_on": "31/12/2025"}, "ends_on", "phải sau ngày bắt đầu"),
    ],
)
def test_a_slip_in_a_new_campaign_is_told_and_everything_typed_is_kept(as_staff, changes, field, sentence):
    response = as_staff.post(reverse("targets:add_campaign"), NEW | changes)

    form = response.context["form"]
    assert any(sentence in error for error in form.errors[field])
    assert {name: form[name].value() for name in NEW} == NEW | changes
    assert Campaign.objects.count() == 1


def test_the_name_of_a_page_makes_no_address(as_staff):
    as_staff.post(reverse("targets:add_campaign"), NEW | {"short_name": "Thêm"})

    assert Campaign.objects.exclude(state="open").latest("pk").slug == "them-2"


def test_an_address_that_is_taken_is_refused(as_staff, campaign):
    response = as_staff.post(reverse("targets:add_campaign"), NEW | {"slug": campaign.slug})

    assert "đã dùng" in response.context["form"].errors["slug"][0]


def test_who_serves_one_organiser_is_not_asked_for_it_and_who_serves_two_is(as_staff, campaign, staff):
    assert 'name="organiser"' not in as_staff.get(reverse("targets:add_campaign")).content.decode()

    second, stranger = OrganiserFactory(), OrganiserFactory()
    MembershipFactory(user=staff, unit=second, role="staff")
    assert 'name="organiser"' in as_staff.get(reverse("targets:add_campaign")).content.decode()
    assert "organiser" in as_staff.post(reverse("targets:add_campaign"), NEW).context["form"].errors
    foreign = as_staff.post(reverse("targets:add_campaign"), NEW | {"organiser": stranger.pk})
    assert "organiser" in foreign.context["form"].errors
    as_staff.post(reverse("targets:add_campaign"), NEW | {"organiser": second.pk})
    assert Campaign.objects.get(slug="dot-thi-dua-nam-2026").organiser == second


def test_two_organisers_with_campaigns_over_their_own_units_see_only_their_own(client):
    first, second = OrganiserFactory(), OrganiserFactory()
    unit = UnitFactory(organiser=first)
    own = [CampaignFactory(organiser=first) for _ in range(2)]
    for each in own:
        ParticipationFactory(campaign=each, unit=unit)
        PeriodFactory(campaign=each)
    foreign = CampaignFactory(organiser=second)
    client.force_login(UserFactory(staff_of=first))

    listed = client.get(reverse("targets:campaigns")).content.decode()
    assert all(each.get_absolute_url() in listed for each in own)
    assert foreign.get_absolute_url() not in listed
    for name in ("campaign", "edit_campaign", "movements", "prompts", "participants", "add_period", "close_campaign"):
        assert client.get(url(name, foreign)).status_code == 404
    assert client.get(reverse("targets:edit_period", args=[PeriodFactory(campaign=foreign).pk])).status_code == 404
    part = ParticipationFactory(campaign=foreign)
    assert client.get(reverse("targets:take_out", args=[part.pk])).status_code == 404


def test_the_list_offers_a_new_campaign_to_whoever_makes_plans(client, campaign):
    for role, offered in (("staff_of", True), ("office_of", True), ("leader_of", False), ("admin_of", False)):
        client.force_login(UserFactory(**{role: campaign.organiser}))
        page = client.get(reverse("targets:campaigns")).content.decode()
        assert (reverse("targets:add_campaign") in page) is offered


# --- The parts of a plan ----------------------------------------------------------------------------------------------


def test_every_part_of_a_plan_is_written_and_the_number_and_date_may_stay_blank(as_staff, campaign, staff):
    page = as_staff.get(url("edit_campaign", campaign))
    names = page.context["form"].Meta.fields
    texts = {
        name: f"Nội dung {name}\n- ý thứ hai"
        for name in names
        if isinstance(page.context["form"].fields[name], PlanText)
    }
    changes = texts | {"title": "Trích yếu mới", "number": "", "issued_on": "", "ends_on": "30/11/2025"}

    response = as_staff.post(url("edit_campaign", campaign), typed_on(page) | changes)

    assertRedirects(response, campaign.get_absolute_url())
    campaign.refresh_from_db()
    assert {name: getattr(campaign, name) for name in texts} == texts | {"title": "Trích yếu mới"}
    assert (campaign.number, campaign.issued_on, campaign.ends_on) == ("", None, date(2025, 11, 30))
    event = Event.objects.about(campaign).get()
    assert (event.verb, event.by) == ("Sửa kế hoạch", staff)
    assert "mục đích" in event.detail


def test_a_title_changed_is_found_by_its_new_words(as_staff, campaign):
    page = as_staff.get(url("edit_campaign", campaign))
    as_staff.post(url("edit_campaign", campaign), typed_on(page) | {"title": "Chào mừng\n Đại hội Đảng"})

    campaign.refresh_from_db()
    assert campaign.title == "Chào mừng Đại hội Đảng"
    assert campaign.get_absolute_url() in as_staff.get(reverse("targets:campaigns"), {"q": "dai hoi"}).content.decode()


def test_saving_nothing_new_leaves_no_trace(as_staff, campaign):
    page = as_staff.get(url("edit_campaign", campaign))
    as_staff.post(url("edit_campaign", campaign), typed_on(page))

    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("title", "", ""),
        ("purpose", "a" * 20_001, "20000"),
        ("number", "12\n13", "một dòng"),
        ("issued_on", "31/02/2025", ""),
        ("ends_on", "31/12/2024", "phải sau ngày bắt đầu"),
        ("signer_name", "x" * 101, ""),
    ],
)
def test_a_slip_in_a_part_keeps_all_that_was_typed(as_staff, campaign, name, value, sentence):
    sent = typed_on(as_staff.get(url("edit_campaign", campaign))) | {"duties": "Vừa gõ xong", name: value}

    response = as_staff.post(url("edit_campaign", campaign), sent)

    form = response.context["form"]
    assert any(sentence in error for error in form.errors[name])
    assert (form[name].value(), form["duties"].value()) == (value, "Vừa gõ xong")
    campaign.refresh_from_db()
    assert campaign.duties == ""


def test_a_draft_may_lack_its_signer_and_an_open_campaign_may_not(as_staff, campaign):
    page = as_staff.get(url("edit_campaign", campaign))
    bare = typed_on(page) | {"signer_name": "", "report_recipients": ""}
    assertRedirects(as_staff.post(url("edit_campaign", campaign), bare), campaign.get_absolute_url())

    opened = CampaignFactory(organiser=campaign.organiser)
    page = as_staff.get(url("edit_campaign", opened))
    response = as_staff.post(url("edit_campaign", opened), typed_on(page) | {"signer_name": "", "recipients": " "})
    assert {"signer_name", "recipients"} <= response.context["form"].errors.keys()


def test_pasted_text_is_kept_composed_and_without_control_characters(as_staff, campaign):
    page = as_staff.get(url("edit_campaign", campaign))
    as_staff.post(url("edit_campaign", campaign), typed_on(page) | {"purpose": "Mu\u0323c đích\x0c\r\n- a\x00"})

    campaign.refresh_from_db()
    assert campaign.purpose == "Mục đích\n- a"


def test_two_people_in_different_parts_both_keep_their_work(as_staff, campaign, client):
    sent = typed_on(as_staff.get(url("edit_campaign", campaign)))
    Campaign.objects.filter(pk=campaign.pk).update(purpose="Của người kia")

    as_staff.post(url("edit_campaign", campaign), sent | {"duties": "Của tôi"})

    campaign.refresh_from_db()
    assert (campaign.purpose, campaign.duties) == ("Của người kia", "Của tôi")


def test_two_people_in_one_part_see_both_texts_and_nothing_is_written(as_staff, campaign):
    Campaign.objects.filter(pk=campaign.pk).update(purpose="Ban đầu")
    sent = typed_on(as_staff.get(url("edit_campaign", campaign))) | {"purpose": "Của tôi", "duties": "Cũng của tôi"}
    Campaign.objects.filter(pk=campaign.pk).update(purpose="Của người kia", closing="Người kia thêm")

    response = as_staff.post(url("edit_campaign", campaign), sent)

    page = response.content.decode()
    assert "Của người kia" in page
    assert response.context["form"]["purpose"].value() == "Của tôi"
    campaign.refresh_from_db()
    assert (campaign.purpose, campaign.duties) == ("Của người kia", "")

    as_staff.post(url("edit_campaign", campaign), typed_on(response))
    campaign.refresh_from_db()
    assert (campaign.purpose, campaign.duties, campaign.closing) == ("Của tôi", "Cũng của tôi", "Người kia thêm")


@pytest.mark.parametrize("seen", ["", "[]", "null", "{", '{"purpose": 5}', "x" * 5000, "[" * 9_000, "[" * 99_000])
def test_without_the_marks_of_what_was_read_nothing_is_overwritten(as_staff, campaign, seen):
    sent = typed_on(as_staff.get(url("edit_campaign", campaign))) | {"purpose": "Của tôi", "seen": seen}

    response = as_staff.post(url("edit_campaign", campaign), sent)

    assert "purpose" in response.context["form"].errors
    campaign.refresh_from_db()
    assert campaign.purpose == ""


def test_a_plan_that_is_over_changes_no_more(client):
    over = CampaignFactory(closed=True)
    client.force_login(UserFactory(staff_of=over.organiser))
    sent = typed_on(client.get(url("edit_campaign", over))) | {"purpose": "Sửa sau"}

    response = client.post(url("edit_campaign", over), sent)

    assert "đã kết thúc" in response.content.decode()
    over.refresh_from_db()
    assert over.purpose == ""
    assert url("edit_campaign", over) not in client.get(over.get_absolute_url()).content.decode()


def test_the_marks_name_every_part(as_staff, campaign):
    page = as_staff.get(url("edit_campaign", campaign))

    marks = json.loads(typed_on(page)["seen"])
    assert marks == {name: fingerprint(getattr(campaign, name)) for name in page.context["form"].Meta.fields}


# --- Movements --------------------------------------------------------------------------------------------------------


def with_row(sent, **values):
    """The form with its first spare row filled in, as the "add" button or a spare row does it."""
    spare = next(n for n in range(110) if f"form-{n}-pk" in sent and not sent[f"form-{n}-pk"])
    while sent.get(f"form-{spare}-name") or sent.get(f"form-{spare}-heading"):
        spare += 1
    return sent | {f"form-{spare}-{name}": value for name, value in values.items()}


def movements_of(campaign):
    return list(campaign.movements.values_list("name", "launched_by", "asked"))


def test_movements_are_added_changed_and_put_in_order(as_staff, campaign, staff):
    first = MovementFactory(campaign=campaign, name="Vì người nghèo", launched_by=GivenBy.CENTRE, order=1)
    second = MovementFactory(campaign=campaign, name="Bình dân học vụ số", order=2)
    sent = typed_on(as_staff.get(url("movements", campaign)))
    sent |= {"form-0-ORDER": "2", "form-1-ORDER": "1", "form-0-caution": "Cấp phát động?"}
    sent = with_row(sent, name="Học tập suốt đời", launched_by="city", asked="on")

    assertRedirects(as_staff.post(url("movements", campaign), sent), campaign.get_absolute_url())

    assert movements_of(campaign) == [
        ("Bình dân học vụ số", "ward", False),
        ("Vì người nghèo", "centre", False),
        ("Học tập suốt đời", "city", True),
    ]
    first.refresh_from_db()
    assert (first.caution, campaign.movements.first()) == ("Cấp phát động?", second)
    assert not campaign.prompts.exists()  # asked when the campaign opens
    assert Event.objects.about(campaign).get().by == staff


def test_two_names_may_change_places(as_staff, campaign):
    for order, name in enumerate(("A", "B"), start=1):
        MovementFactory(campaign=campaign, name=name, order=order)
    sent = typed_on(as_staff.get(url("movements", campaign)))

    as_staff.post(url("movements", campaign), sent | {"form-0-name": "B", "form-1-name": "A"})

    assert [name for name, *_ in movements_of(campaign)] == ["B", "A"]


def test_a_movement_is_taken_away(as_staff, campaign):
    MovementFactory(campaign=campaign)
    sent = typed_on(as_staff.get(url("movements", campaign)))

    as_staff.post(url("movements", campaign), sent | {"form-0-DELETE": "on"})

    assert movements_of(campaign) == []


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"name": "x" * 301}, ""),
        ({"name": "Có sẵn"}, "ghi hai lần"),
        ({"name": "Co\u0301 sẵn"}, "ghi hai lần"),
        ({"name": "Mới", "launched_by": "xã"}, ""),
        ({"name": "", "caution": "Chỉ ghi chú"}, ""),
    ],
)
def test_a_slip_in_a_movement_is_told_and_all_rows_are_kept(as_staff, campaign, values, sentence):
    MovementFactory(campaign=campaign, name="Có sẵn")
    sent = with_row(typed_on(as_staff.get(url("movements", campaign))), **values)

    response = as_staff.post(url("movements", campaign), sent)

    page = response.content.decode()
    assert "Chưa lưu: cần xem lại" in page
    assert sentence in page
    assert movements_of(campaign) == [("Có sẵn", "ward", False)]


def test_in_an_open_campaign_a_new_movement_is_asked_about_at_once(as_staff, campaign):
    opened = CampaignFactory(organiser=campaign.organiser)
    PromptFactory(campaign=opened, kind=PromptKind.PROPOSAL, order=1)
    sent = typed_on(as_staff.get(url("movements", opened)))
    sent = with_row(with_row(sent, name="Của phường", launched_by="ward"), name="Chỉ nêu tên", launched_by="city")

    as_staff.post(url("movements", opened), sent)

    assert list(opened.prompts.values_list("movement__name", flat=True)) == ["Của phường", None]


def test_a_renamed_movement_renames_its_own_question_but_not_a_reworded_one(as_staff, campaign):
    opened = CampaignFactory(organiser=campaign.organiser)
    plain, own = MovementFactory(campaign=opened, name="Cũ"), MovementFactory(campaign=opened, name="Khác")
    PromptFactory(campaign=opened, kind="movement", movement=plain, heading="Phong trào thi đua “Cũ”")
    PromptFactory(campaign=opened, kind="movement", movement=own, heading="Lời của phường")
    sent = typed_on(as_staff.get(url("movements", opened)))

    as_staff.post(url("movements", opened), sent | {"form-0-name": "Mới", "form-1-name": "Khác nữa"})

    assert set(opened.prompts.values_list("heading", flat=True)) == {"Phong trào thi đua “Mới”", "Lời của phường"}


@pytest.mark.parametrize("answered", ["handed in", "in a draft", "not at all"])
@pytest.mark.parametrize("change", [{"form-0-DELETE": "on"}, {"form-0-launched_by": "city"}])
def test_a_movement_that_units_answered_for_stays(as_staff, campaign, answered, change):
    opened = CampaignFactory(organiser=campaign.organiser)
    prompt = PromptFactory(campaign=opened, about_a_movement=True)
    submission = SubmissionFactory(period__campaign=opened, submitted=answered == "handed in")
    if answered == "handed in":
        Narrative.objects.create(revision=submission.current_revision, prompt=prompt, text="Đã làm.")
    else:
        text = "Đang viết" if answered == "in a draft" else ""
        submission.draft = {f"prompt.{prompt.code}": {"text": text, "version": 1, "by": "", "at": ""}}
        submission.save()
    sent = typed_on(as_staff.get(url("movements", opened)))

    response = as_staff.post(url("movements", opened), sent | change)

    assert ("Đã có đơn vị trả lời" in response.content.decode()) is (answered != "not at all")
    assert opened.prompts.exists() is (answered != "not at all")
    movement = Movement.objects.filter(campaign=opened, launched_by="ward")
    assert movement.exists() is (answered != "not at all")


def test_two_people_editing_the_movements_lose_nothing(as_staff, campaign):
    kept, changed, gone = (
        MovementFactory(campaign=campaign, name=name, order=n) for n, name in enumerate("ABC", start=1)
    )
    sent = typed_on(as_staff.get(url("movements", campaign)))
    Movement.objects.filter(pk=changed.pk).update(name="B của người kia")
    gone.delete()
    MovementFactory(campaign=campaign, name="D của người kia", order=9)

    as_staff.post(url("movements", campaign), sent | {"form-0-name": "A của tôi"})
    assert [name for name, *_ in movements_of(campaign)] == ["A của tôi", "B của người kia", "D của người kia"]

    response = as_staff.post(
        url("movements", campaign), sent | {"form-1-name": "B của tôi", "form-2-name": "C của tôi"}
    )
    page = response.content.decode()
    assert "B của người kia" in page
    assert "vừa được người khác sửa" in page
    assert [name for name, *_ in movements_of(campaign)] == ["A của tôi", "B của người kia", "D của người kia"]

    as_staff.post(url("movements", campaign), typed_on(response))
    names = [name for name, *_ in movements_of(campaign)]
    assert names == ["A của tôi", "B của tôi", "C của tôi", "D của người kia"]


@pytest.mark.parametrize(
    "broken",
    [{"form-TOTAL_FORMS": "9" * 40}, {"form-TOTAL_FORMS": ""}, {"form-0-pk": "9" * 40}, {"form-0-ORDER": "abc"}],
)
def test_a_broken_list_is_answered_and_loses_no_movement(as_staff, campaign, broken):
    MovementFactory(campaign=campaign, name="Có sẵn")
    sent = typed_on(as_staff.get(url("movements", campaign)))

    response = as_staff.post(url("movements", campaign), sent | broken)

    assert response.status_code in (200, 302)
    assert movements_of(campaign) == [("Có sẵn", "ward", False)]


# --- Questions --------------------------------------------------------------------------------------------------------


def test_questions_are_reworded_asked_of_some_kinds_and_added(as_staff, campaign):
    PromptFactory(campaign=campaign, heading="Cũ", code="task-1")
    page = as_staff.get(url("prompts", campaign))
    sent = typed_on(page) | {
        "form-0-heading": "Mới",
        "form-0-asked_of": ["school", "office"],
        "form-0-hint": "Có số liệu.",
    }
    sent = with_row(sent, heading="Chuyển đổi số", kind="task")

    assertRedirects(as_staff.post(url("prompts", campaign), sent), campaign.get_absolute_url())

    first, second = campaign.prompts.all()
    assert (first.heading, first.hint, sorted(first.asked_of)) == ("Mới", "Có số liệu.", ["office", "school"])
    assert (second.heading, second.code, second.asked_of) == ("Chuyển đổi số", "task-2", [])


def test_a_question_about_a_movement_stays_one_and_no_other_becomes_one(as_staff, campaign):
    about = PromptFactory(campaign=campaign, about_a_movement=True, order=1)
    plain = PromptFactory(campaign=campaign, order=2)
    sent = typed_on(as_staff.get(url("prompts", campaign)))

    for values in ({"form-0-kind": "task"}, {"form-1-kind": "movement"}):
        assert as_staff.post(url("prompts", campaign), sent | values).status_code == 200
    about.refresh_from_db()
    plain.refresh_from_db()
    assert (about.kind, plain.kind) == (PromptKind.MOVEMENT, PromptKind.TASK)


def test_a_question_that_was_answered_stays(as_staff, campaign):
    opened = CampaignFactory(organiser=campaign.organiser)
    prompt, free = PromptFactory(campaign=opened, order=1), PromptFactory(campaign=opened, order=2)
    submission = SubmissionFactory(period__campaign=opened, submitted=True)
    Narrative.objects.create(revision=submission.current_revision, prompt=prompt, text="Đã làm.")
    sent = typed_on(as_staff.get(url("prompts", opened)))

    response = as_staff.post(url("prompts", opened), sent | {"form-0-DELETE": "on", "form-1-DELETE": "on"})
    assert "Đã có đơn vị trả lời" in response.content.decode()
    assert opened.prompts.count() == 2

    as_staff.post(url("prompts", opened), sent | {"form-1-DELETE": "on"})
    assert list(opened.prompts.all()) == [prompt]
    assert not opened.prompts.filter(pk=free.pk).exists()


# --- Who takes part ---------------------------------------------------------------------------------------------------


def places(campaign):
    return {
        p.unit.name: (p.reports, p.cluster and p.cluster.name) for p in campaign.participations.select_related("unit")
    }


def test_units_are_chosen_with_their_duty_and_cluster(as_staff, campaign, staff):
    school = UnitFactory(organiser=campaign.organiser, kind=UnitKind.SCHOOL, school_level="primary")
    group, closed = UnitFactory(organiser=campaign.organiser), UnitFactory(organiser=campaign.organiser, active=False)
    foreign = UnitFactory()
    cluster = ClusterFactory(organiser=campaign.organiser)
    page = as_staff.get(url("participants", campaign))
    assert "Trường học: tiểu học" in page.content.decode()
    assert foreign.name not in page.content.decode().split("<main")[1] or foreign.name in (school.name, group.name)
    assert f"joins_{closed.pk}" not in page.content.decode()
    sent = typed_on(page)
    ticks = {f"reports_{school.pk}": "on", f"cluster_{school.pk}": cluster.pk, f"joins_{group.pk}": "on"}

    as_staff.post(url("participants", campaign), sent | ticks | {f"reports_{foreign.pk}": "on"})

    assert places(campaign) == {school.name: (True, cluster.name), group.name: (False, None)}
    event = Event.objects.about(campaign).get()
    assert event.by == staff
    assert event.detail == f"Phải báo cáo: {school.name}. Tham gia, không phải báo cáo: {group.name}"


def test_a_unit_s_usual_cluster_is_proposed_and_orders_the_table(as_staff, campaign):
    cluster = ClusterFactory(organiser=campaign.organiser, name="Cụm phía Nam")
    unit = ParticipationFactory(campaign__organiser=campaign.organiser, cluster=cluster).unit

    page = as_staff.get(url("participants", campaign), {"xep": "cum"})

    assert page.context["form"][f"cluster_{unit.pk}"].value() == str(cluster.pk)
    assert "Cụm phía Nam (1)" in page.content.decode()


def test_an_unticked_unit_leaves_a_draft_unless_it_holds_a_target(as_staff, campaign):
    free, holder = ParticipationFactory(campaign=campaign), ParticipationFactory(campaign=campaign)
    AllocationFactory(target__campaign=campaign, unit=holder.unit)
    page = as_staff.get(url("participants", campaign))
    sent = typed_on(page)
    assert reverse("targets:take_out", args=[holder.pk]) in page.content.decode()
    del sent[f"joins_{free.unit_id}"], sent[f"reports_{free.unit_id}"]

    as_staff.post(url("participants", campaign), sent)

    assert [part.unit for part in campaign.participations.all()] == [holder.unit]


def test_a_unit_added_to_an_open_campaign_can_hand_in_at_once(as_staff, campaign):
    opened = CampaignFactory(organiser=campaign.organiser)
    period, unit = PeriodFactory(campaign=opened), UnitFactory(organiser=campaign.organiser)
    sent = typed_on(as_staff.get(url("participants", opened)))

    as_staff.post(url("participants", opened), sent | {f"reports_{unit.pk}": "on"})

    assert Submission.objects.get().unit == unit
    assert Submission.objects.get().period == period


def test_two_people_ticking_units_lose_nothing(as_staff, campaign):
    mine, theirs, both = (UnitFactory(organiser=campaign.organiser) for _ in range(3))
    sent = typed_on(as_staff.get(url("participants", campaign)))
    ParticipationFactory(campaign=campaign, unit=theirs)
    ParticipationFactory(campaign=campaign, unit=both, reports=False)

    response = as_staff.post(url("participants", campaign), sent | {f"reports_{u.pk}": "on" for u in (mine, both)})
    assert "đang lưu: tham gia" in response.content.decode()
    assert set(places(campaign)) == {theirs.name, both.name}

    as_staff.post(url("participants", campaign), typed_on(response))
    assert places(campaign) == {unit.name: (True, None) for unit in (mine, theirs, both)}


@pytest.mark.parametrize("seen", ["x", "1:2:3", ":::;;;", "9" * 60 + ":1:", "1:1:" + "9" * 60])
def test_nonsense_about_what_was_read_is_no_fault(as_staff, campaign, seen):
    unit = UnitFactory(organiser=campaign.organiser)
    sent = typed_on(as_staff.get(url("participants", campaign)))

    as_staff.post(url("participants", campaign), sent | {"seen": seen, f"reports_{unit.pk}": "on"})

    assert places(campaign) == {unit.name: (True, None)}


@pytest.fixture
def reporting():
    """A unit of an open campaign with a share, a row to hand in and a reminder that waits."""
    part = ParticipationFactory()
    AllocationFactory(target__campaign=part.campaign, unit=part.unit)
    submission = SubmissionFactory(period__campaign=part.campaign, unit=part.unit)
    Message.objects.create(
        key="r", kind=MessageKind.REMINDER, topic=f"submission:{submission.pk}", user=UserFactory(), unit=part.unit,
        subject="s", body="b", not_before=submission.period.units_due, created_at=submission.period.units_due,
    )  # fmt: skip
    return part


WHY = {"reason": "Sáp nhập vào tổ khác.", "decision_number": "12/QĐ-UBND"}


def test_a_unit_leaves_an_open_campaign_with_a_reason_and_its_duties_end(client, reporting):
    client.force_login(UserFactory(staff_of=reporting.campaign.organiser))
    address = reverse("targets:take_out", args=[reporting.pk])
    assert "Chỉ tiêu đơn vị đang nhận (1)" in client.get(address).content.decode()

    errors = client.post(address, {"reason": " "}).context["form"].errors
    assert "đề nghị ghi lý do" in errors["reason"][0]
    assert "đề nghị ghi số quyết định" in errors["decision_number"][0]
    assert Participation.objects.get().reports
    assertRedirects(client.post(address, WHY), url("participants", reporting.campaign))

    change = GoalChange.objects.get()
    assert (change.ends_duty, change.reason, change.decision_number) == (True, *WHY.values())
    assert not Participation.objects.get().reports
    assert Message.objects.get(key="r").state == MessageState.CANCELLED
    event = Event.objects.about(reporting.campaign).get(verb="Cho đơn vị thôi tham gia")
    assert event.detail == "Sáp nhập vào tổ khác. Quyết định số 12/QĐ-UBND."


def test_a_unit_that_left_is_no_longer_asked_on_its_start_page(client, reporting):
    head = UserFactory(head_of=reporting.unit)
    client.force_login(UserFactory(staff_of=reporting.campaign.organiser))
    client.post(reverse("targets:take_out", args=[reporting.pk]), WHY)

    client.force_login(head)
    page = client.get(reverse("reports:home"))

    assert "nộp kết quả</a>" not in page.content.decode()


def test_a_unit_that_handed_in_does_not_leave(client, reporting):
    Submission.objects.all().delete()
    SubmissionFactory(period__campaign=reporting.campaign, unit=reporting.unit, submitted=True)
    client.force_login(UserFactory(staff_of=reporting.campaign.organiser))
    address = reverse("targets:take_out", args=[reporting.pk])

    for response in (client.get(address), client.post(address, WHY)):
        assert "đã nộp kết quả" in response.content.decode()
    assert Participation.objects.get().reports
    assert not GoalChange.objects.exists()


def test_a_unit_leaves_a_draft_with_its_shares(as_staff, campaign):
    part = ParticipationFactory(campaign=campaign)
    AllocationFactory(target__campaign=campaign, unit=part.unit)

    as_staff.post(reverse("targets:take_out", args=[part.pk]), {})

    assert not campaign.participations.exists()
    assert not part.unit.allocations.exists()


def test_a_duty_to_report_does_not_end_by_an_untick(as_staff, campaign, reporting):
    MembershipFactory(user=campaign.organiser and UserFactory(), unit=reporting.campaign.organiser, role="staff")
    as_staff.force_login(UserFactory(staff_of=reporting.campaign.organiser))
    sent = typed_on(as_staff.get(url("participants", reporting.campaign)))

    as_staff.post(url("participants", reporting.campaign), sent)

    assert Participation.objects.get(pk=reporting.pk).reports


# --- The end ----------------------------------------------------------------------------------------------------------


def test_a_campaign_ends_after_its_periods_are_closed(client):
    period = PeriodFactory()
    client.force_login(UserFactory(office_of=period.campaign.organiser))
    address = url("close_campaign", period.campaign)
    assert reverse("targets:close_period", args=[period.pk]) in client.get(address).content.decode()
    assert "chưa khoá sổ" in client.post(address).content.decode()

    period.closed_at = period.units_due
    period.save()
    assert "không mở lại được" in client.get(address).content.decode()
    assertRedirects(client.post(address), period.campaign.get_absolute_url())

    period.campaign.refresh_from_db()
    assert period.campaign.state == CampaignState.CLOSED
    assert "không ở trạng thái đang mở" in client.get(address).content.decode()


# --- At the same moment -----------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_people_saving_one_part_at_the_same_moment_leave_one_text_and_one_clash():
    campaign, by = CampaignFactory(draft=True), UserFactory()
    seen, at = {"purpose": fingerprint("")}, datetime(2025, 3, 1, 9, tzinfo=WARD)

    results = together(
        *[
            lambda text=text: editing.save_parts(campaign, {"purpose": text}, seen=seen, by=by, at=at)
            for text in ("Một", "Hai")
        ]
    )

    campaign.refresh_from_db()
    assert sum(isinstance(result, editing.Clashes) for result in results) == 1
    assert campaign.purpose in ("Một", "Hai")
    assert Event.objects.about(campaign).count() == 1


# --- How many queries -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("name", "queries"), [("movements", 5), ("prompts", 5), ("participants", 11)])
def test_a_list_takes_a_constant_number_of_queries(client, rows, name, queries, django_assert_num_queries):
    campaign = CampaignFactory(draft=True)
    for _ in range(rows):
        MovementFactory(campaign=campaign)
        PromptFactory(campaign=campaign, about_a_movement=True)
        ParticipationFactory(campaign=campaign, cluster=ClusterFactory(organiser=campaign.organiser))
    client.force_login(UserFactory(staff_of=campaign.organiser))

    with django_assert_num_queries(queries):
        page = client.get(url(name, campaign)).content.decode()
    assert len(re.findall(r"<li class=\"panel edit-row\"|data-joins", page)) >= rows


# --- The admin --------------------------------------------------------------------------------------------------------


def test_the_admin_gives_no_campaign_the_address_of_a_page(client, campaign):
    client.force_login(UserFactory(admin_of=campaign.organiser))
    address = reverse("admin:campaigns_campaign_add")

    response = client.post(address, NEW | {"slug": "them", "organiser": campaign.organiser_id})

    assert "là một trang của cổng" in response.content.decode()


# --- The days of an open campaign, and events that say what changed ---------------------------------------------------


@pytest.fixture
def opened(campaign):
    return CampaignFactory(organiser=campaign.organiser)


def parts_with(client, campaign, **changes):
    page = url("edit_campaign", campaign)
    return client.post(page, typed_on(client.get(page)) | changes)


def test_the_days_of_an_open_campaign_move_only_with_a_reason_that_is_kept(as_staff, opened):
    silent = parts_with(as_staff, opened, ends_on="30/11/2025")
    assert silent.context["form"].errors["reason"] == [
        "Đợt thi đua đang mở: đổi thời gian của đợt thì đề nghị ghi lý do."
    ]
    assert not Event.objects.exists()

    parts_with(as_staff, opened, ends_on="30/11/2025", reason="Công văn 12 của thành phố.")

    detail = Event.objects.about(opened).get().detail
    assert detail == "đến hết ngày: 31/12/2025 → 30/11/2025. Lý do: Công văn 12 của thành phố."


def test_the_days_of_an_open_campaign_do_not_leave_its_periods_behind(as_staff, opened):
    PeriodFactory(campaign=opened, name="Cuối năm")

    response = parts_with(as_staff, opened, starts_on="11/12/2025", reason="Phát động lại")

    assert "Kỳ “Cuối năm”: hạn của đơn vị trước ngày bắt đầu" in response.content.decode()
    opened.refresh_from_db()
    assert opened.starts_on == date(2025, 1, 1)


def test_other_parts_of_an_open_campaign_need_no_reason(as_staff, opened):
    assertRedirects(parts_with(as_staff, opened, purpose="Rõ hơn"), opened.get_absolute_url())


@pytest.mark.parametrize("name", ["movements", "prompts"])
def test_a_list_saved_as_it_was_leaves_no_trace(as_staff, campaign, name):
    MovementFactory(campaign=campaign, launched_by=GivenBy.CITY)
    PromptFactory(campaign=campaign)
    page = url(name if name == "prompts" else "movements", campaign)

    as_staff.post(page, typed_on(as_staff.get(page)))

    assert not Event.objects.exists()


def test_the_event_of_a_list_names_what_was_and_what_is(campaign, staff):
    first, second = MovementFactory(campaign=campaign, name="Cũ"), MovementFactory(campaign=campaign, name="Bỏ đi")
    rows = [
        {"pk": first.pk, "name": "Mới"},
        {"pk": second.pk, "name": "Bỏ đi", "drop": True},
        {"pk": None, "name": "Thêm"},
    ]
    rest = {"launched_by": GivenBy.WARD, "asked": False, "caution": ""}
    rows = [
        {"drop": False, "seen": fingerprint_of(held, editing.MOVEMENT_FIELDS) if held else ""} | rest | row
        for held, row in zip([first, second, None], rows, strict=True)
    ]

    editing.save_movements(campaign, rows, by=staff, at=datetime(2025, 3, 1, tzinfo=WARD))

    assert Event.objects.get().detail == "thêm “Thêm”; bỏ “Bỏ đi”; “Cũ” → “Mới”"
