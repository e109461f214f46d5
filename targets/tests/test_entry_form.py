"""What stands on the entry form beside the boxes, and which of them a marked return leaves open."""

from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from pytest_django.asserts import assertContains, assertNotContains

from campaigns.tests.factories import PeriodFactory, PromptFactory
from targets import workflow
from targets.models import Allocation, Evidence, Submission
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
    versions_of,
)
from units.models import UnitKind
from units.tests.factories import UserFactory

KINDS = [{}, {"ratio": True}, {"yes_no": True}, {"text": True}]


@pytest.fixture(autouse=True)
def _a_working_day(db, time_machine):
    time_machine.move_to(A_WORKING_DAY, tick=False)


def page_of(response):
    return BeautifulSoup(response.content, "html.parser")


def about(response, submission, position=0):
    row = page_of(response).find(id=f"target.{target_of(submission, position).pk}")
    return [" ".join(line.text.split()) for line in row.select(".about > p")]


# --- Beside the boxes -------------------------------------------------------------------------------------------------


def test_the_last_accepted_figure_stands_with_its_day(client):
    submission = submission_of({"ratio": True})
    early = PeriodFactory(
        campaign=submission.period.campaign,
        name="Kỳ 6 tháng",
        units_due="2025-06-10 00:00+07:00",
        figures_as_of=MIDYEAR,
    )
    accepted = SubmissionFactory(period=early, unit=submission.unit, accepted=True)
    ResultFactory(revision=accepted.current_revision, target=target_of(submission))
    sign_in(client, submission)

    assert (
        about(client.get(url_of(submission)), submission)[1] == "Kỳ 6 tháng: 80 % (40 / 50) (đến hết ngày 30/06/2025)"
    )


@pytest.mark.parametrize(
    ("target", "own", "ward", "words"),
    [
        ({}, "1234.5", None, "Năm 2024: 1.235 cuộc"),
        ({"decimals": 1}, "1234.5", "9", "Năm 2024: 1.234,5 cuộc"),
        ({"ratio": True, "baseline_note": "báo cáo năm"}, None, "96.2", "Năm 2024, toàn phường: 96,2 % (báo cáo năm)"),
        ({"yes_no": True}, "1", None, "Năm 2024: Đạt"),
        ({"yes_no": True}, "0", None, "Năm 2024: Chưa đạt"),
        ({"yes_no": True}, None, "45", "Năm 2024, toàn phường: 45 đơn vị"),
    ],
)
def test_last_year_is_the_units_own_result_or_else_the_wards(client, target, own, ward, words):
    submission = submission_of(target | {"baseline": ward and Decimal(ward)})
    Allocation.objects.update(baseline=own and Decimal(own))
    sign_in(client, submission)

    assert about(client.get(url_of(submission)), submission)[-1] == words


def test_a_text_has_no_last_figure(client):
    submission = submission_of({"text": True, "baseline": Decimal(1)})
    sign_in(client, submission)

    assert about(client.get(url_of(submission)), submission) == []


def test_the_servers_clock_and_the_last_second_on_time_stand_on_the_page(client):
    submission = submission_of({})
    sign_in(client, submission)

    clock = " ".join(page_of(client.get(url_of(submission))).select_one(".clock").text.split())

    assert clock == "Giờ máy chủ 09:30:00 ngày 05/12/2025. Nộp đúng hạn đến hết 23:59:59 ngày 09/12/2025."


@pytest.mark.parametrize(
    ("kind", "targets", "is_short"),
    [
        (UnitKind.RESIDENTIAL, 3, True),
        (UnitKind.FRONT, 1, True),
        (UnitKind.SCHOOL, 3, False),
        (UnitKind.FRONT, 9, False),
    ],
)
def test_units_with_few_targets_get_a_short_form(client, kind, targets, is_short):
    submission = submission_of(*[{"how_to_count": "Đếm hộ."}] * targets, unit__kind=kind)
    PromptFactory(campaign=submission.period.campaign, hint="Hình thức, thời gian.")
    sign_in(client, submission)

    page = page_of(client.get(url_of(submission)))

    assert bool(page.select(".rows.short")) is is_short
    assert bool(page.select(".rows h2")) is not is_short
    assert bool(page.select("details.how .form-text[id^=prompt]")) is is_short
    assert len(page.select(".answer details.how")) == targets


def test_the_page_counts_the_targets_that_are_answered(client):
    submission = submission_of(*KINDS, unit__kind=UnitKind.SCHOOL)
    sign_in(client, submission)
    fields = {key_of(submission, "amount"): "12", key_of(submission, "amount", 1): "5"}
    fields |= {key_of(submission, "no_data", 3): "on", "versions": "{}"}
    client.post(url_of(submission, "luu-nhap"), fields)

    page = page_of(client.get(url_of(submission)))

    assert page.select_one("[data-filled]").text == "2/4"
    assert [link["data-state"] for link in page.select(".filled a")] == ["filled", "empty", "empty", "filled"]


def test_a_wrong_row_is_marked_among_the_targets(client):
    submission = submission_of({}, {}, unit__kind=UnitKind.SCHOOL)
    sign_in(client, submission)

    page = page_of(client.post(url_of(submission, "xem-lai"), typed(submission, amount="0.67")))

    assert [link["data-state"] for link in page.select(".filled a")] == ["wrong", "filled"]


def test_what_a_figure_is_measured_by_goes_to_the_page(client):
    submission = submission_of({}, {"ratio": True}, {"yes_no": True})
    Allocation.objects.filter(target=target_of(submission)).update(at_least=Decimal("1.5"), at_most=Decimal(20))
    sign_in(client, submission)

    rows = page_of(client.get(url_of(submission))).select("fieldset.answer")

    assert [(row.get("data-least"), row.get("data-most")) for row in rows] == [
        ("1.5", "20"),
        ("95", None),
        (None, None),
    ]


# --- The page before handing in ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "seen"),
    [
        ("2025-12-09 16:59:59+00:00", "Nộp lúc này được ghi là đúng hạn."),
        ("2025-12-09 17:00:00+00:00", "bản nộp từ lúc này được ghi là nộp muộn"),
    ],
)
def test_on_time_or_late_is_said_before_the_press(client, moment, seen, time_machine):
    submission = submission_of({})
    time_machine.move_to(moment, tick=False)
    sign_in(client, submission)

    page = page_of(client.post(url_of(submission, "xem-lai"), typed(submission)))
    for unseen in page.select("[hidden]"):
        unseen.decompose()

    said = " ".join(page.select_one("main").text.split())
    assert seen in said
    assert ("đúng hạn." in said) is not ("nộp muộn" in said)


def test_a_replacement_is_promised_no_standing(client):
    submission = submission_of({})
    sign_in(client, submission)
    client.post(url_of(submission), typed(submission))

    assertNotContains(
        client.post(url_of(submission, "xem-lai"), typed(submission, amount="130")), "được ghi là đúng hạn"
    )


def test_a_confirmed_far_figure_is_read_back_with_its_reason(client):
    submission = submission_of({})
    Allocation.objects.update(at_least=Decimal(100))
    sign_in(client, submission)

    fields = typed(submission, amount="5", sure="on", note="Đã đối chiếu")
    response = client.post(url_of(submission, "xem-lai"), fields)

    assertContains(response, "5 cuộc khác xa mức ≥ 100 cuộc. Lý do: Đã đối chiếu")


def test_an_autosave_tells_that_the_period_was_closed_meanwhile(client):
    submission = submission_of({})
    sign_in(client, submission)
    fields = {key_of(submission, "amount"): "12", "versions": "{}"}
    headers = {"accept": "application/json"}
    before = client.post(url_of(submission, "luu-nhap"), fields, headers=headers).json()
    submission.period.closed_at = A_WORKING_DAY
    submission.period.save()

    after = client.post(url_of(submission, "luu-nhap"), fields | {key_of(submission, "note"): "x"}, headers=headers)

    assert "locked" not in before
    assert "đề nghị liên hệ phòng Văn hoá - Xã hội" in after.json()["locked"]
    assert Submission.objects.get(pk=submission.pk).draft[key_of(submission, "note")]["text"] == "x"


def test_a_closed_form_leads_to_asking_for_more_time(client):
    submission = submission_of({})
    submission.period.closed_at = A_WORKING_DAY
    submission.period.save()
    sign_in(client, submission)

    assertContains(client.get(url_of(submission)), url_of(submission, "xin-gia-han"))


# --- A return that marks single boxes ---------------------------------------------------------------------------------


@pytest.fixture
def returned(client):
    """Every kind of answer, handed in and returned with the ratio's figure, a file and a question marked."""
    submission = submission_of(*KINDS, {}, period=PeriodFactory(figures_as_of=MIDYEAR))
    PromptFactory(campaign=submission.period.campaign, code="kho-khan", heading="Khó khăn")
    PromptFactory(campaign=submission.period.campaign, code="de-xuat", heading="Đề xuất")
    sign_in(client, submission)
    client.post(url_of(submission), typed(submission, note="Theo sổ"))
    office = UserFactory(office_of=submission.unit.organiser, full_name="Phạm Văn Duyệt")
    marks = {
        key_of(submission, "amount", 1): "Chưa khớp danh sách.",
        key_of(submission, "est_amount", 2): "Xem lại ước.",
        key_of(submission, "evidence", 4): "Thiếu biên bản.",
        "prompt.kho-khan": "Ghi rõ hơn.",
    }
    workflow.send_back(submission, revision_number=1, reason="", by=office, at=A_WORKING_DAY, marks=marks)
    submission.refresh_from_db()
    return submission


def test_only_marked_boxes_can_be_typed_into(client, returned):
    page = page_of(client.get(url_of(returned)))

    boxes = page.select("#results :is(input, select, textarea):not([type=hidden], [type=file])")
    open_parts = [(1, part) for part in ("amount", "base", "no_data", "note")] + [(2, "est_amount"), (2, "note")]
    assert {box["name"] for box in boxes} == {key_of(returned, part, n) for n, part in open_parts} | {"prompt.kho-khan"}
    assert [place["name"] for place in page.select("[type=file]")] == [
        f"evidence.{target_of(returned, n).pk}" for n in (1, 2, 4)
    ]


def test_each_marked_box_says_what_the_office_asks_and_who(client, returned):
    page = page_of(client.get(url_of(returned)))

    said = [" ".join(why.text.split()) for why in page.select(".why")]
    assert said == [
        "Phòng đề nghị: Chưa khớp danh sách. (Phạm Văn Duyệt)",
        "Phòng đề nghị: Xem lại ước. (Phạm Văn Duyệt)",
        "Phòng đề nghị: Thiếu biên bản.",
        "Phòng đề nghị: Ghi rõ hơn. (Phạm Văn Duyệt)",
    ]
    box = page.find(id=key_of(returned, "amount", 1))
    assert page.find(id=box["aria-describedby"]) is page.select_one(".why")


def test_the_summary_leads_to_every_box_that_is_open(client, returned):
    added = TargetFactory(campaign=returned.period.campaign)
    AllocationFactory(target=added, unit=returned.unit)
    page = page_of(client.get(url_of(returned)))

    links = [link["href"] for link in page.select(".notice-warning li a")]

    assert links == [
        f"#{key_of(returned, 'amount', 1)}",
        f"#{key_of(returned, 'est_amount', 2)}",
        "#prompt.kho-khan",
        f"#evidence.{target_of(returned, 4).pk}",
        f"#target.{added.pk}",
    ]
    assert all(page.find(id=link.removeprefix("#")) for link in links)


def test_what_is_kept_can_be_read_folded_away(client, returned):
    page = page_of(client.get(url_of(returned)))

    kept = page.select_one("details.kept")
    assert "2 chỉ tiêu, 1 câu trả lời" in kept.summary.text
    assert not kept.has_attr("open")
    text = " ".join(kept.text.split())
    assert "Thực hiện 120 cuộc Ước cả năm 121 cuộc Ghi chú Theo sổ" in text
    assert "Đã hoàn thành." in text
    assert "Đề xuất Đã triển khai." in text


def test_what_the_page_posts_is_one_hand_in_however_often_it_is_pressed(client, returned):
    page = page_of(client.get(url_of(returned)))
    fields = {
        box["name"]: box.get("value", "") if box.name == "input" else box.text.strip()
        for box in page.select("#results :is(input, textarea)[name]")
        if box.get("type") not in ("file", "radio", "checkbox")
    }
    fields |= {key_of(returned, "amount", 1): "118", key_of(returned, "est_amount", 2): "0"}

    receipts = {client.post(url_of(returned), fields).url for _ in range(2)}

    assert len(receipts) == 1
    assert returned.revisions.count() == 2
    number, ratio, yes_no, text, last = returned.revisions.get(number=2).results.order_by("target__number")
    assert (number.amount, number.note, ratio.amount, ratio.base, last.amount) == (120, "Theo sổ", 118, 125, 120)
    assert (yes_no.amount, yes_no.est_amount, text.text) == (1, 0, "Đã hoàn thành.")


def test_a_wrong_figure_in_a_marked_box_keeps_what_the_office_asked(client, returned):
    fields = typed(returned) | {key_of(returned, "amount", 1): "sai", "versions": str(versions_of(returned))}

    response = client.post(url_of(returned, "xem-lai"), fields)

    assertContains(response, "Chưa khớp danh sách.", status_code=response.status_code)
    described = page_of(response).find(id=key_of(returned, "amount", 1))["aria-describedby"].split()
    assert described == [f"{key_of(returned, 'amount', 1)}.w", f"{key_of(returned, 'amount', 1)}.e"]


@pytest.mark.parametrize("more", [0, 6])
def test_a_returned_form_takes_the_same_queries_for_any_number_of_targets(
    client, returned, more, django_assert_num_queries
):
    for _ in range(more):
        target = TargetFactory(campaign=returned.period.campaign)
        AllocationFactory(target=target, unit=returned.unit)
        ResultFactory(revision=returned.current_revision, target=target)
    Evidence.objects.create(
        submission=returned,
        name="bien-ban.pdf",
        size=10,
        sha256="0" * 64,
        content_type="application/pdf",
        uploaded_by=UserFactory(),
        uploaded_at=A_WORKING_DAY,
    )

    with django_assert_num_queries(15):
        client.get(url_of(returned))
