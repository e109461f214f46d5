from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from campaigns.models import PromptKind
from campaigns.tests.factories import ExtensionFactory, PeriodFactory, PromptFactory
from targets import periods, workflow
from targets.models import Allocation, Answer, Evidence, Result, Revision, Submission, SubmissionState
from targets.standing import Standing, standing_of
from targets.tests.factories import AllocationFactory, ResultFactory, SubmissionFactory, TargetFactory
from targets.tests.hand_in import (
    A_WORKING_DAY,
    MIDYEAR,
    key_of,
    sign_in,
    submission_of,
    target_of,
    typed,
    url_of,
)
from units.models import Message, MessageKind
from units.tests.factories import UnitFactory, UserFactory

RATIO = {"ratio": True, "part_of_whole": True}


@pytest.fixture(autouse=True)
def _a_working_day(db, time_machine):
    time_machine.move_to(A_WORKING_DAY, tick=False)


def midyear_submission(*targets):
    return submission_of(*targets, period=PeriodFactory(figures_as_of=MIDYEAR))


def errors_of(response):
    """{id of the box: sentence} as the page shows them beside the boxes."""
    page = BeautifulSoup(response.content, "html.parser")
    return {
        box["id"].removesuffix(".e"): box.get_text(" ", strip=True)
        for box in page.select(".invalid-feedback[id$='.e']")
    }


def late_notices(response):
    """What the page says about the deadline being past, as far as it can be seen."""
    page = BeautifulSoup(response.content, "html.parser")
    return [" ".join(notice.text.split()) for notice in page.select("[data-late]:not([hidden])")]


def value_of_box(response, key):
    return BeautifulSoup(response.content, "html.parser").find(id=key)["value"]


# --- Who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("reporter_of", 200),
        ("head_of", 200),
        ("staff_of", 403),
        ("office_of", 403),
        ("leader_of", 403),
        ("admin_of", 403),
    ],
)
def test_only_the_units_people_open_its_form(client, role, status):
    submission = submission_of({})
    own = role in ("reporter_of", "head_of")
    sign_in(client, submission, **{role: submission.unit if own else submission.unit.organiser})

    assert client.get(url_of(submission)).status_code == status


def test_a_stranger_is_sent_to_sign_in(client):
    submission = submission_of({})

    assertRedirects(
        client.get(url_of(submission)),
        f"{reverse('units:sign_in')}?next={url_of(submission)}",
        fetch_redirect_response=False,
    )


@pytest.mark.parametrize("role", ["reporter_of", "head_of"])
def test_another_units_form_does_not_exist(client, role):
    submission = submission_of({})
    neighbour = UnitFactory(organiser=submission.unit.organiser)
    sign_in(client, submission, **{role: neighbour})

    assert client.get(url_of(submission)).status_code == 404
    assert client.post(url_of(submission), typed(submission)).status_code == 404
    assert not Revision.objects.exists()


def test_another_organisers_office_does_not_see_the_form(client):
    submission = submission_of({})
    client.force_login(UserFactory(office_of=SubmissionFactory().unit.organiser))

    assert client.get(url_of(submission)).status_code == 404


def test_where_only_heads_sign_the_reporter_saves_and_the_head_submits(client):
    submission = submission_of({}, period=PeriodFactory(campaign__head_signs=True))
    sign_in(client, submission)

    page = client.get(url_of(submission))
    refused = client.post(url_of(submission), typed(submission))

    assertContains(page, "Trình thủ trưởng")
    assertNotContains(page, "Xem lại và nộp")
    assert refused.status_code == 403
    sign_in(client, submission, head_of=submission.unit)
    assert client.post(url_of(submission), typed(submission)).status_code == 302


# --- Handing in -------------------------------------------------------------------------------------------------------


def test_a_hand_in_is_frozen_and_answered_with_a_receipt(client):
    submission = midyear_submission({"decimals": 2}, RATIO, {"yes_no": True}, {"text": True})
    PromptFactory(campaign=submission.period.campaign, code="phat-dong", kind=PromptKind.LAUNCHING)
    user = sign_in(client, submission)
    fields = typed(submission, amount="537,25", note="Theo báo cáo tháng")

    response = client.post(url_of(submission), fields)

    revision = Revision.objects.get()
    assertRedirects(response, reverse("targets:receipt", args=[revision.pk]))
    number, ratio, yes_no, text = revision.results.order_by("target__number")
    assert (number.amount, number.est_amount, number.note) == (Decimal("537.25"), 121, "Theo báo cáo tháng")
    assert (ratio.amount, ratio.base, ratio.est_amount, ratio.est_base) == (120, 125, 121, 126)
    assert (yes_no.amount, yes_no.est_amount) == (1, 1)
    assert (text.text, text.amount) == ("Đã hoàn thành.", None)
    assert revision.narratives.get().text == "Đã triển khai."
    assert (revision.submitted_by, revision.submit_key) == (user, UUID(fields["submit_key"]))
    submission.refresh_from_db()
    assert (submission.state, submission.current_revision) == (SubmissionState.SUBMITTED, revision)
    assert Message.objects.get(user=user).kind == MessageKind.RECEIPT


@pytest.mark.parametrize(
    ("moment", "standing"),
    [("2025-12-09 16:59:59.999999+00:00", Standing.ON_TIME), ("2025-12-09 17:00:00+00:00", Standing.LATE)],
)
def test_a_hand_in_is_on_time_until_the_tenth_begins_in_the_ward(client, moment, standing, time_machine):
    submission = submission_of({})
    time_machine.move_to(moment, tick=False)
    sign_in(client, submission)

    client.post(url_of(submission), typed(submission))

    assert Revision.objects.get().is_late is (standing is Standing.LATE)
    assert standing_of(submission) is standing


@pytest.mark.parametrize(
    ("moment", "is_late"),
    [("2025-12-11 16:59:59.999999+00:00", False), ("2025-12-11 17:00:00+00:00", True)],
)
def test_an_extension_moves_the_last_moment(client, moment, is_late, time_machine):
    submission = submission_of({})
    ExtensionFactory(period=submission.period, unit=submission.unit, decided=True)
    time_machine.move_to(moment, tick=False)
    sign_in(client, submission)

    client.post(url_of(submission), typed(submission))

    assert Revision.objects.get().is_late is is_late


def test_after_the_deadline_the_form_says_that_a_hand_in_is_marked_late(client, time_machine):
    submission = submission_of({})
    sign_in(client, submission)
    before = client.get(url_of(submission))
    time_machine.move_to(submission.period.units_due, tick=False)
    sign_in(client, submission)

    assert late_notices(before) == []
    assert "bản nộp từ lúc này được ghi là nộp muộn" in late_notices(client.get(url_of(submission)))[0]


def test_the_same_press_twice_gives_one_revision_and_the_same_receipt(client):
    submission = submission_of({})
    sign_in(client, submission)
    fields = typed(submission)

    first, second = client.post(url_of(submission), fields), client.post(url_of(submission), fields)

    assert first.url == second.url
    assert Revision.objects.count() == 1
    assert Message.objects.filter(kind=MessageKind.RECEIPT).count() == 1


def test_the_same_key_with_other_figures_comes_back_typed_with_a_fresh_key(client):
    submission = submission_of({})
    sign_in(client, submission)
    fields = typed(submission, amount="120")
    client.post(url_of(submission), fields)

    corrected = fields | {key_of(submission, "amount"): "130"}
    response = client.post(url_of(submission), corrected)

    assertContains(response, "Nội dung khác bản đã nộp lúc 09:30:00 ngày 05/12/2025", status_code=409)
    assert value_of_box(response, key_of(submission, "amount")) == "130"
    page = BeautifulSoup(response.content, "html.parser")
    again = corrected | {name: page.find("input", {"name": name})["value"] for name in ("submit_key", "versions")}
    assert again["submit_key"] != fields["submit_key"]
    assert client.post(url_of(submission), again).status_code == 302
    assert [row.amount for row in Result.objects.order_by("revision__number")] == [120, 130]


def test_a_replacement_leaves_the_first_standing(client, time_machine):
    submission = submission_of({})
    sign_in(client, submission)
    client.post(url_of(submission), typed(submission))
    time_machine.move_to(submission.period.units_due, tick=False)
    sign_in(client, submission)

    page = client.get(url_of(submission))
    client.post(url_of(submission), typed(submission, amount="125"))

    assertContains(page, "Nộp lại")
    assertContains(page, "tính theo lần nộp đầu")
    assert standing_of(submission) is Standing.ON_TIME
    assert submission.revisions.count() == 2


def test_an_unknown_key_is_refused_with_everything_typed(client):
    submission = submission_of({})
    sign_in(client, submission)

    response = client.post(url_of(submission), typed(submission) | {"submit_key": "x"})

    assertContains(response, "đề nghị bấm nộp lần nữa")
    assert value_of_box(response, key_of(submission, "amount")) == "120"
    assert not Revision.objects.exists()


def test_a_key_of_another_unit_is_refused(client):
    other = submission_of({})
    sign_in(client, other)
    fields = typed(other)
    client.post(url_of(other), fields)
    submission = submission_of({})
    sign_in(client, submission)

    response = client.post(url_of(submission), typed(submission) | {"submit_key": fields["submit_key"]})

    assertContains(response, "thuộc lần nộp của đơn vị khác")
    assert not submission.revisions.exists()


def test_answers_to_targets_of_others_are_not_taken(client):
    submission = submission_of({})
    foreign = TargetFactory(campaign=submission.period.campaign)
    AllocationFactory(target=foreign, unit=UnitFactory(organiser=submission.unit.organiser))
    sign_in(client, submission)

    client.post(url_of(submission), typed(submission) | {f"target.{foreign.pk}.amount": "999"})

    assert [row.target for row in Result.objects.all()] == [target_of(submission)]
    assert f"target.{foreign.pk}.amount" not in Submission.objects.get(pk=submission.pk).draft


# --- What is typed ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("537,487.84", "Số viết theo kiểu Anh; đề nghị gõ 537.487,84."),
        ("0.67", "Phần thập phân gõ sau dấu phẩy, không phải dấu chấm; đề nghị gõ 0,67."),
        ("1.2.3", "Dấu chấm chỉ dùng để tách từng nhóm ba chữ số"),
        ("abc", "Chỉ gõ số, không gõ chữ"),
        ("", "Chưa gõ số; nếu không có, đánh dấu “Không có số liệu” và ghi lý do."),
        ("-5", "Ô này không ghi số âm."),
        ("1" * 40, "Số có quá 15 chữ số"),
        ("1234567890123456", "Số có quá 15 chữ số"),
        ("1" * 5000, "Số có quá 15 chữ số"),
        ("1,23456", "nhiều nhất 2 chữ số sau dấu phẩy"),
        ("٣٢", "đề nghị gõ 32"),
        ("<script>", "Chỉ gõ số, không gõ chữ"),
    ],
)
def test_a_wrong_number_is_told_beside_its_box_and_kept(client, text, sentence):
    submission = submission_of({"decimals": 2})
    sign_in(client, submission)
    key = key_of(submission, "amount")

    response = client.post(url_of(submission), typed(submission, amount=text))

    assert sentence in errors_of(response)[key]
    assert value_of_box(response, key) == text
    summary = BeautifulSoup(response.content, "html.parser").select_one("[role=alert]")
    assert summary.find("a", href=f"#{key}").text == f"Chỉ tiêu {target_of(submission).number} – Thực hiện"
    assert not Revision.objects.exists()
    assert Submission.objects.get(pk=submission.pk).draft.get(key, {"text": ""})["text"] == text


@pytest.mark.parametrize(
    ("target", "changes", "part", "sentence"),
    [
        (RATIO, {"amount": "126"}, "amount", "nên không được lớn hơn 125"),
        (RATIO, {"est_amount": "130"}, "est_amount", "nên không được lớn hơn 126"),
        (RATIO, {"base": "0", "amount": "0"}, "base", "Mẫu số phải lớn hơn 0"),
        (RATIO, {"base": "-1"}, "base", "không ghi số âm"),
        (RATIO, {"base": ""}, "base", "Chưa gõ số"),
        (RATIO, {"est_base": ""}, "est_base", "cần đủ hai ô"),
        (RATIO, {"est_amount": ""}, "est_amount", "cần đủ hai ô"),
        ({"may_be_negative": True, **RATIO, "part_of_whole": False}, {"base": "-5"}, "base", "không ghi số âm"),
        ({"yes_no": True}, {"amount": ""}, "amount", "Chưa chọn"),
        ({"yes_no": True}, {"amount": "2"}, "amount", "Chỉ chọn Đạt hoặc Chưa đạt"),
        ({"text": True}, {"text": " "}, "text", "Chưa có câu trả lời"),
        ({}, {"amount": "12,5"}, "amount", "Chỉ tiêu này là số nguyên"),
        ({}, {"no_data": "on"}, "note", "Đề nghị ghi lý do không có số liệu"),
    ],
)
def test_what_does_not_fit_a_target_is_refused(client, target, changes, part, sentence):
    submission = midyear_submission(target)
    sign_in(client, submission)

    response = client.post(url_of(submission), typed(submission, **changes))

    assert sentence in errors_of(response)[key_of(submission, part)]
    assert not Revision.objects.exists()


def test_an_estimate_may_be_left_out(client):
    submission = midyear_submission(RATIO)
    sign_in(client, submission)

    client.post(url_of(submission), typed(submission, est_amount="", est_base=""))

    assert Result.objects.get().est_amount is None


def test_a_final_period_asks_no_estimates(client):
    submission = submission_of({}, {"yes_no": True})
    sign_in(client, submission)

    response = client.get(url_of(submission))

    assertNotContains(response, "est_")
    assertNotContains(response, "Ước cả năm")


def test_no_data_with_a_reason_empties_the_figures(client):
    submission = submission_of(RATIO)
    sign_in(client, submission)

    client.post(url_of(submission), typed(submission, no_data="on", note="Chưa thống kê"))

    result = Result.objects.get()
    assert (result.no_data, result.amount, result.base, result.note) == (True, None, None, "Chưa thống kê")


def test_a_negative_figure_is_taken_where_the_target_allows_it(client):
    submission = submission_of({"ratio": True, "may_be_negative": True, "at_least": None, "at_most": Decimal("0.67")})
    sign_in(client, submission)

    client.post(url_of(submission), typed(submission, amount="-12", base="5.400"))

    assert (Result.objects.get().amount, Result.objects.get().base) == (-12, 5400)
    assert 'inputmode="text"' in client.get(url_of(submission)).content.decode()


@pytest.mark.parametrize(
    ("target", "changes"),
    [
        ({"at_least": Decimal("537487.84"), "decimals": 2}, {"amount": "537.487.840.000"}),
        ({"at_least": Decimal(1000)}, {"amount": "99"}),
        ({"ratio": True, "at_least": Decimal(95)}, {"amount": "5", "base": "125"}),
    ],
)
def test_a_figure_far_from_its_goal_needs_a_tick_and_a_reason(client, target, changes):
    submission = submission_of(target)
    Allocation.objects.update(at_least=target["at_least"])
    sign_in(client, submission)

    first = client.post(url_of(submission), typed(submission, **changes))
    ticked = client.post(url_of(submission), typed(submission, **changes, sure="on"))

    assert "khác xa mức" in errors_of(first)[key_of(submission, "sure")]
    assert "ghi lý do" in errors_of(ticked)[key_of(submission, "note")]
    assert not Revision.objects.exists()
    last = typed(submission, **changes, sure="on", note="Đã đối chiếu chứng từ")
    assert client.post(url_of(submission), last).status_code == 302
    assert Result.objects.get().note == "Đã đối chiếu chứng từ"


def test_a_tracked_share_needs_no_tick(client):
    submission = submission_of({"at_least": Decimal(1000)})
    sign_in(client, submission)

    assert client.post(url_of(submission), typed(submission, amount="1")).status_code == 302


def test_a_ratio_above_its_whole_is_taken_and_flagged(client):
    submission = submission_of({"ratio": True})
    sign_in(client, submission)

    response = client.post(url_of(submission), typed(submission, amount="130"), follow=True)

    assertContains(response, "Tỷ lệ vượt 100 %")


def test_text_is_kept_composed_and_without_control_marks(client):
    submission = submission_of({"text": True})
    sign_in(client, submission)

    client.post(url_of(submission), typed(submission, text="Hoa\u0300n tha\u0300nh\x00\x07\r\nđủ"))

    assert Result.objects.get().text == "Hoàn thành\nđủ"


def test_a_text_beyond_its_length_is_told(client):
    submission = submission_of({"text": True})
    sign_in(client, submission)

    response = client.post(url_of(submission), typed(submission, text="x" * 20_001))

    assert "dài quá 20.000 ký tự" in errors_of(response)[key_of(submission, "text")]


# --- When it cannot be handed in --------------------------------------------------------------------------------------


def test_a_closed_period_says_whom_to_ask_and_keeps_the_text(client):
    submission = submission_of({})
    sign_in(client, submission)
    fields = typed(submission, amount="777")
    periods.close_period(submission.period, reason="Đã hết hạn nộp.", by=UserFactory(), at=timezone.now())

    response = client.post(url_of(submission), fields)

    assertContains(response, "Kỳ báo cáo đã khoá sổ; đề nghị liên hệ phòng Văn hoá - Xã hội, điện thoại 0225 3000 000.")
    assert value_of_box(response, key_of(submission, "amount")) == "777"
    assert Submission.objects.get(pk=submission.pk).draft[key_of(submission, "amount")]["text"] == "777"
    assert not Revision.objects.exists()
    assertContains(client.get(url_of(submission)), "Kỳ báo cáo đã khoá sổ")


def test_an_extension_lets_one_unit_in_after_closing(client):
    submission = submission_of({})
    sign_in(client, submission)
    periods.close_period(submission.period, reason="Đã hết hạn nộp.", by=UserFactory(), at=timezone.now())
    ExtensionFactory(period=submission.period, unit=submission.unit, decided=True)

    assert client.post(url_of(submission), typed(submission)).status_code == 302


def test_an_accepted_result_is_locked_and_what_was_typed_meanwhile_is_kept(client):
    submission = submission_of({})
    sign_in(client, submission)
    client.post(url_of(submission), typed(submission))
    office = UserFactory(office_of=submission.unit.organiser)
    workflow.accept(submission, revision_number=1, by=office, at=timezone.now())

    page = client.get(url_of(submission))
    late_press = client.post(url_of(submission), typed(submission, amount="150"))

    assertContains(page, "Kết quả đã được duyệt")
    assertNotContains(page, 'id="results"')
    assertContains(late_press, "Không thể chuyển từ “Đã duyệt”")
    assert value_of_box(late_press, key_of(submission, "amount")) == "150"
    assert Submission.objects.get(pk=submission.pk).draft[key_of(submission, "amount")]["text"] == "150"
    assert Revision.objects.count() == 1


def test_a_returned_result_shows_the_reason_and_is_handed_in_again(client):
    submission = submission_of({})
    sign_in(client, submission)
    client.post(url_of(submission), typed(submission))
    office = UserFactory(office_of=submission.unit.organiser)
    workflow.send_back(submission, revision_number=1, reason="Số liệu lệch sổ.", by=office, at=timezone.now())

    page = client.get(url_of(submission))
    client.post(url_of(submission), typed(submission, amount="110"))

    assertContains(page, "Số liệu lệch sổ.")
    submission.refresh_from_db()
    assert (submission.state, submission.current_revision.number) == (SubmissionState.SUBMITTED, 2)


def test_a_cell_changed_by_a_colleague_shows_both_and_the_next_press_wins(client):
    submission = submission_of({})
    fields = typed(submission, amount="120")
    colleague = UserFactory(reporter_of=submission.unit, full_name="Trần Thị Bình")
    key = key_of(submission, "amount")
    workflow.save_draft(submission, {key: "115"}, {}, by=colleague, at=timezone.now())
    sign_in(client, submission)

    response = client.post(url_of(submission), fields)

    page = BeautifulSoup(response.content, "html.parser")
    assert response.status_code == 409
    assert [box.text for box in page.select(".both .typed")] == ["120", "115"]
    assert "Trần Thị Bình đã ghi" in page.select_one(".both").text
    assert Submission.objects.get(pk=submission.pk).draft[key]["text"] == "115"
    assert not Revision.objects.exists()
    again = fields | {"versions": page.find("input", {"name": "versions"})["value"]}
    assert client.post(url_of(submission), again).status_code == 302
    assert Result.objects.get().amount == 120


@pytest.mark.parametrize("versions", ["", "[]", "{", "[" * 100_000, '{"x": {}}', '{"x": "1"}'])
def test_nonsense_versions_do_no_harm(client, versions):
    submission = submission_of({})
    sign_in(client, submission)

    assert client.post(url_of(submission), typed(submission) | {"versions": versions}).status_code == 302


# --- The page ---------------------------------------------------------------------------------------------------------


def test_the_form_shows_only_the_units_open_duties(client):
    submission = submission_of({"name": "Chỉ tiêu của đơn vị"}, {"name": "Chỉ tiêu đã thôi giao"})
    Allocation.objects.filter(target__name="Chỉ tiêu đã thôi giao").update(ended_at=A_WORKING_DAY)
    TargetFactory(campaign=submission.period.campaign, name="Chỉ tiêu của nơi khác")
    sign_in(client, submission)

    response = client.get(url_of(submission))

    assertContains(response, "Chỉ tiêu của đơn vị")
    assertNotContains(response, "Chỉ tiêu đã thôi giao")
    assertNotContains(response, "Chỉ tiêu của nơi khác")


def test_a_row_tells_the_goal_the_hint_and_the_labels(client):
    submission = submission_of({"ratio": True, "how_to_count": "Đếm hộ tại ngày chốt.", "base_label": "Tổng số hộ"})
    sign_in(client, submission)
    ward = client.get(url_of(submission))
    Allocation.objects.update(at_least=Decimal("96.5"))

    assertContains(ward, "Mức chung của phường: ≥\u00a095 %")
    assertContains(client.get(url_of(submission)), "Mức giao: ≥\u00a096,5 %")
    assertContains(ward, "Đếm hộ tại ngày chốt.")
    assertContains(ward, "Tổng số hộ")


def test_the_last_accepted_figure_of_an_earlier_period_is_shown(client):
    submission = submission_of({})
    campaign = submission.period.campaign
    early = PeriodFactory(campaign=campaign, name="Kỳ trước", units_due="2025-06-10 00:00+07:00")
    accepted = SubmissionFactory(period=early, unit=submission.unit, accepted=True)
    ResultFactory(revision=accepted.current_revision, target=target_of(submission), amount=64)
    sign_in(client, submission)

    assertContains(client.get(url_of(submission)), "Kỳ trước: 64 cuộc")


def test_the_draft_comes_back_as_it_was_typed(client):
    submission = submission_of({})
    user = sign_in(client, submission)
    key = key_of(submission, "amount")
    workflow.save_draft(submission, {key: '12.34"<b>'}, {}, by=user, at=timezone.now())

    response = client.get(url_of(submission))

    assert value_of_box(response, key) == '12.34"<b>'
    assertNotContains(response, "<b>12")


def test_enter_saves_rather_than_submits(client):
    submission = submission_of({})
    sign_in(client, submission)

    page = BeautifulSoup(client.get(url_of(submission)).content, "html.parser")

    first = page.select_one("#results button:not([type=button])")
    assert first["formaction"] == url_of(submission, "luu-nhap")
    assert page.select_one("#results")["action"] == url_of(submission, "xem-lai")


@pytest.mark.parametrize("targets", [1, 3, 22])
def test_the_form_takes_the_same_queries_for_any_number_of_targets(client, targets, django_assert_num_queries):
    submission = submission_of(*[{"ratio": True} if n < targets // 2 else {} for n in range(targets)])
    Evidence.objects.create(
        submission=submission,
        name="bien-ban.pdf",
        size=10,
        sha256="0" * 64,
        content_type="application/pdf",
        uploaded_by=sign_in(client, submission),
        uploaded_at=A_WORKING_DAY,
    )

    with django_assert_num_queries(10):
        client.get(url_of(submission))


def test_a_form_of_22_targets_is_light(client):
    ratio = {"ratio": True, "amount_label": "Số hộ được công nhận gia đình văn hóa", "base_label": "Tổng số hộ"}
    hint = "Giá trị cộng dồn từ ngày 01/01 đến ngày chốt số liệu, tính bằng triệu đồng."
    submission = midyear_submission(*[(ratio if n < 10 else {}) | {"how_to_count": hint} for n in range(22)])
    for _ in range(11):
        PromptFactory(campaign=submission.period.campaign, hint="Việc đã làm theo chức năng; kết quả cụ thể.")
    sign_in(client, submission)
    client.post(url_of(submission, "luu-nhap"), typed(submission))

    response = client.get(url_of(submission))

    assert len(response.content) <= 60_000
    assert len(BeautifulSoup(response.content, "html.parser").select("fieldset.answer")) == 22


def test_every_kind_of_answer_can_be_marked_without_data(client):
    kinds = [{}, {"ratio": True}, {"yes_no": True}, {"text": True}]
    submission = submission_of(*kinds)
    sign_in(client, submission)
    fields = {"submit_key": str(uuid4()), "versions": "{}"}
    for position in range(4):
        fields |= {key_of(submission, "no_data", position): "on", key_of(submission, "note", position): "Chưa có"}

    client.post(url_of(submission), fields)

    assert {row.answer for row in Result.objects.filter(no_data=True)} == set(Answer.values)


@pytest.mark.parametrize("targets", [1, 22])
def test_handing_in_again_takes_the_same_queries_for_any_number_of_targets(client, targets, django_assert_num_queries):
    submission = submission_of(*[{}] * targets)
    sign_in(client, submission)
    client.post(url_of(submission), typed(submission))
    fields = typed(submission, amount="130")

    with django_assert_num_queries(17):  # session, person; submission, duties, questions, files; 11 to write it
        assert client.post(url_of(submission), fields).status_code == 302
