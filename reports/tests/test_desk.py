import json

import pytest
from django.urls import reverse
from pytest_django.asserts import assertRedirects

from campaigns.models import GivenBy, PromptKind
from campaigns.tests.factories import MovementFactory, PromptFactory
from reports import building, writing
from reports.models import Report, ReportComment, ReportKind, ReportState, ReportText
from reports.tests.desk_world import told_ward, unreviewed
from reports.tests.factories import MORNING, ReportFactory, ReportTextFactory
from targets.models import Narrative
from units.models import Message, MessageKind, Role
from units.tests.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(MORNING, tick=False)


@pytest.fixture
def period():
    return told_ward()


def person(period, role, **fields):
    return MembershipFactory(unit=period.campaign.organiser, role=role, user=UserFactory(**fields)).user


@pytest.fixture
def office(client, period):
    user = person(period, Role.OFFICE)
    client.force_login(user)
    return user


def url(name, thing):
    return reverse(f"reports:{name}", args=[thing.pk])


def told(client, period):
    """{section: [(unit, words), …]} as the desk shows it."""
    desk = client.get(url("write_texts", period)).context["desk"]
    return {place.code: [(each.unit, each.text) for each in place.told] for place in desk.places if place.told}


# --- What units told --------------------------------------------------------------------------------------------------


def test_units_words_stand_under_the_sections_that_they_feed(client, office, period):
    found = told(client, period)
    assert set(found) == {"leadership", "hoi-task", "weaknesses"}
    assert [unit for unit, _ in found["leadership"]] == ["Tổ 1", "Tổ 2"]
    assert found["weaknesses"][0] == ("Tổ 1", "Thiếu kinh phí, nộp chậm do mưa bão. (1)")


def test_words_that_are_not_accepted_do_not_reach_the_desk(client, office, period):
    unreviewed(period, "Chưa duyệt")
    assert "Chưa duyệt" not in client.get(url("write_texts", period)).text


@pytest.mark.parametrize(
    ("launched_by", "section"),
    [
        (GivenBy.CENTRE, "movements"),
        (GivenBy.CITY, "movements"),
        (GivenBy.WARD, "strengths"),
        (GivenBy.UNIT, "strengths"),
    ],
)
def test_only_movements_of_centre_and_city_feed_their_section(client, office, period, launched_by, section):
    movement = MovementFactory(campaign=period.campaign, launched_by=launched_by)
    prompt = PromptFactory(campaign=period.campaign, kind=PromptKind.MOVEMENT, movement=movement)
    revision = period.submissions.first().current_revision
    Narrative.objects.create(revision=revision, prompt=prompt, text="Đã hưởng ứng.")
    assert told(client, period)[section] == [("Tổ 1", "Đã hưởng ứng.")]


def test_units_words_are_shown_as_text(client, office, period):
    Narrative.objects.update(text="<b>đậm</b>")
    assert "&lt;b&gt;đậm&lt;/b&gt;" in client.get(url("write_texts", period)).text


@pytest.mark.parametrize("units", [1, 3])
def test_the_desk_costs_the_same_number_of_queries(client, units, django_assert_num_queries):
    period = told_ward(units)
    client.force_login(person(period, Role.OFFICE))
    report = ReportFactory(period=period, ready=True)
    for _ in range(units):
        ReportTextFactory(period=period, section=f"muc-{ReportText.objects.count()}")
        ReportComment.objects.create(report=report, text="Góp ý", by=UserFactory(), at=MORNING)
    client.get(url("write_texts", period))
    with django_assert_num_queries(27):
        client.get(url("write_texts", period))


# --- Saved by itself --------------------------------------------------------------------------------------------------


def autosave(client, period, versions=None, **texts):
    data = {f"text.{code}": text for code, text in texts.items()}
    read = {f"text.{code}": version for code, version in (versions or {}).items()}
    return client.post(url("autosave_texts", period), data | {"versions": json.dumps(read)})


def test_sections_are_saved_alone_and_the_page_learns_their_versions(client, office, period):
    response = autosave(client, period, strengths="Tốt", weaknesses="")
    assert response.json() == {
        "saved_at": "09:00",
        "versions": {"text.strengths": 1, "text.weaknesses": 0},
        "read": {"strengths": writing.fingerprint("Tốt"), "weaknesses": writing.fingerprint("")},
    }
    assert list(ReportText.objects.values_list("section", "text", "by")) == [("strengths", "Tốt", office.pk)]


def test_two_writers_of_one_section_hear_of_each_other(client, office, period):
    ReportTextFactory(period=period, section="strengths", text="Kia", version=2, by=UserFactory(full_name="Trần Mẫu"))

    response = autosave(client, period, {"strengths": 1}, strengths="Này", weaknesses="Khác")

    assert response.status_code == 409
    assert response.json() == {
        "conflicts": [{"key": "text.strengths", "theirs": "Kia", "by": "Trần Mẫu", "version": 2}]
    }
    assert ReportText.objects.get().text == "Kia"
    assert autosave(client, period, {"strengths": 2}, strengths="Này").json()["versions"] == {"text.strengths": 3}


@pytest.mark.parametrize("versions", ["", "[]", "{", '{"text.strengths": "1"}'])
def test_nonsense_about_versions_overwrites_nothing(client, office, period, versions):
    ReportTextFactory(period=period, section="strengths", text="Kia")
    data = {"text.strengths": "Này", "versions": versions}
    assert client.post(url("autosave_texts", period), data).status_code == 409


def test_what_is_no_section_is_not_saved(client, office, period):
    assert autosave(client, period, khong_co="Gì đó").json()["versions"] == {}
    assert not ReportText.objects.exists()


def test_a_section_too_long_is_refused_and_not_cut(client, office, period):
    assert autosave(client, period, strengths="a" * 20_001).status_code == 400
    assert not ReportText.objects.exists()


def test_the_list_of_faults_is_that_of_what_is_saved(client, office, period):
    assert "Tổ chức 777" not in client.get(url("check_texts", period)).text
    autosave(client, period, strengths="Tổ chức 777 hội nghị, {{khong-co}}")
    page = client.get(url("check_texts", period)).text
    assert "Số “777” không có trong bảng nào" in page
    assert "<strong>Phải sửa:</strong> “{{khong-co}}” không phải ký hiệu" in page


def test_a_figure_is_shown_as_it_would_be_printed(client, office, period):
    ReportTextFactory(period=period, section="strengths", text="Đạt {{chi-tieu-1.thuc-hien}} cuộc.")
    assert "Đạt 120 cuộc." in client.get(url("write_texts", period)).text


# --- Unknown placeholders stop a report -------------------------------------------------------------------------------


def test_a_report_is_not_asked_for_with_a_placeholder_that_is_none(client, office, period):
    ReportTextFactory(period=period, section="strengths", text="Có {{dat-ca}} và {{tong}} chỉ tiêu.")
    response = client.post(url("request_report", period), {"kind": ReportKind.CITY}, follow=True)
    assert "“{{dat-ca}}” ở mục III.1. Ưu điểm" in response.text
    assert not Report.objects.exists()


def test_a_scheduled_draft_is_built_and_cannot_be_approved(client, period):
    ReportTextFactory(period=period, section="strengths", text="Có {{dat-ca}} và {{tong}} chỉ tiêu.")
    report = building.request(period, ReportKind.CITY, by=None, at=MORNING, key="sáng nay")
    building.build_due(MORNING, clock=lambda: MORNING)
    report.refresh_from_db()
    assert report.texts["strengths"] == "Có {{dat-ca}} và 01 chỉ tiêu."
    assert report.texts["_written"] == {"strengths": "Có {{dat-ca}} và {{tong}} chỉ tiêu."}

    client.force_login(person(period, Role.LEADER))
    assert "“{{dat-ca}}” không phải ký hiệu" in client.post(url("approve", report), follow=True).text
    report.refresh_from_db()
    assert report.state == ReportState.READY


# --- Comments ---------------------------------------------------------------------------------------------------------


def test_a_leader_s_comment_stands_beside_the_section_and_the_office_hears(client, period):
    office, leader = person(period, Role.OFFICE), person(period, Role.LEADER, full_name="Lê Thị Lãnh Đạo")
    report = ReportFactory(period=period, ready=True)
    client.force_login(leader)

    response = client.post(url("comment", report), {"section": "strengths", "text": "Nêu rõ <b>hơn</b>."})

    assertRedirects(response, f"{report.get_absolute_url()}#gop-y", fetch_redirect_response=False)
    assert "Nêu rõ &lt;b&gt;hơn&lt;/b&gt;." in client.get(report.get_absolute_url()).text
    letter = Message.objects.get()
    assert (letter.user, letter.kind) == (office, MessageKind.REPORT)
    assert "Nêu rõ" in letter.body
    client.force_login(office)
    places = client.get(url("write_texts", period)).context["desk"].places
    assert [place.code for place in places if place.comments] == ["strengths"]


def test_the_office_answers_for_the_whole_and_does_not_write_to_itself(client, office, period):
    report = ReportFactory(period=period, ready=True)
    client.post(url("comment", report), {"section": "", "text": "Đã sửa."})
    assert [each.text for each in client.get(url("write_texts", period)).context["desk"].general_comments] == [
        "Đã sửa."
    ]
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("posted", "sentence"),
    [
        ({"section": "", "text": "  "}, "Đề nghị ghi ý kiến."),
        ({"section": "khong-co", "text": "Gì đó"}, "khong-co"),
        ({"section": "", "text": "a" * 2001}, "2000"),
    ],
)
def test_a_comment_without_words_or_place_is_refused(client, office, period, posted, sentence):
    report = ReportFactory(period=period, ready=True)
    assert sentence in client.post(url("comment", report), posted, follow=True).text
    assert not ReportComment.objects.exists()


def test_an_issued_report_takes_no_comments(client, office, period):
    report = ReportFactory(period=period, issued=True)
    response = client.post(url("comment", report), {"section": "", "text": "Muộn"}, follow=True)
    assert "Báo cáo đã ban hành" in response.text
    assert url("comment", report) not in response.text
    assert not ReportComment.objects.exists()


def test_comments_on_an_issued_report_leave_the_desk(client, office, period):
    report = ReportFactory(period=period, ready=True)
    ReportComment.objects.create(report=report, text="Cũ", by=office, at=MORNING)
    Report.objects.filter(pk=report.pk).update(
        state=ReportState.ISSUED, number="1", issued_on=MORNING.date(), issued_at=MORNING, issued_by=office,
        approved_at=MORNING, approved_by=office,
    )  # fmt: skip
    assert client.get(url("write_texts", period)).context["desk"].general_comments == []


# --- The leader's page ------------------------------------------------------------------------------------------------


def test_before_approving_a_leader_sees_figures_faults_and_comments(client, period):
    report = ReportFactory(period=period, ready=True)
    ReportComment.objects.create(report=report, section="strengths", text="Góp ý cũ", by=UserFactory(), at=MORNING)
    client.force_login(person(period, Role.LEADER))
    page = client.get(report.get_absolute_url())
    assert {label: count for _, label, count in page.context["reading"].counts}["Vượt"] == 9
    assert "3. Doanh thu dịch vụ lưu trú và ăn uống" in page.text
    assert "02 đơn vị chưa nộp, được nêu tên tại Phụ lục II" in page.text
    assert "Góp ý cũ" in page.text


@pytest.mark.parametrize("trait", ["failed", "building", "issued"])
def test_a_report_in_any_state_has_its_page(client, office, period, trait):
    report = ReportFactory(period=period, **{trait: True})
    assert client.get(report.get_absolute_url()).status_code == 200
