"""The receipt of one revision, and the page on which a unit sees where it stands."""

from datetime import timedelta
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from campaigns.tests.factories import ExtensionFactory, PeriodFactory, PromptFactory
from targets import periods, workflow
from targets.models import Allocation, Revision, Submission
from targets.tests.factories import SubmissionFactory
from targets.tests.hand_in import A_WORKING_DAY, MIDYEAR, sign_in, submission_of, typed, url_of
from units.tests.factories import UnitFactory, UserFactory


@pytest.fixture(autouse=True)
def _a_working_day(db, time_machine):
    time_machine.move_to(A_WORKING_DAY, tick=False)


def handed_in(client, submission, **changes):
    client.post(url_of(submission), typed(submission, **changes))
    return Revision.objects.filter(submission=submission).order_by("number").last()


def receipt_of(revision):
    return f"/bien-nhan/{revision.pk}/"


def rows_of(response):
    """[[cell, …], …] of the first table."""
    table = BeautifulSoup(response.content, "html.parser").find("table")
    return [[cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])] for row in table.select("tbody tr")]


# --- The receipt ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status"),
    [("reporter_of", 200), ("head_of", 200), ("staff_of", 200), ("office_of", 200), ("leader_of", 200)],
)
def test_the_units_and_the_organisers_people_read_a_receipt(client, role, status):
    submission = submission_of(submitted=True)
    unit = submission.unit
    sign_in(client, submission, **{role: unit if role in ("reporter_of", "head_of") else unit.organiser})

    assert client.get(receipt_of(submission.current_revision)).status_code == status
    assert client.get(submission.get_absolute_url()).status_code == status


def test_strangers_find_neither_receipt_nor_page(client):
    submission = submission_of(submitted=True)
    neighbour = UnitFactory(organiser=submission.unit.organiser)
    for person in (UserFactory(head_of=neighbour), UserFactory(office_of=SubmissionFactory().unit.organiser)):
        client.force_login(person)
        assert client.get(receipt_of(submission.current_revision)).status_code == 404
        assert client.get(submission.get_absolute_url()).status_code == 404


def test_a_receipt_reads_back_every_figure_with_its_goal(client):
    submission = submission_of(
        {"number": 1, "name": "Thu ngân sách", "decimals": 2, "unit_of_measure": "triệu đồng", "single_source": True},
        {"number": 2, "name": "Gia đình văn hóa", "ratio": True, "part_of_whole": True},
        {"number": 3, "name": "Tổ đạt chuẩn", "yes_no": True},
        {"number": 4, "name": "Bằng lời", "text": True},
        period=PeriodFactory(figures_as_of=MIDYEAR),
    )
    Allocation.objects.filter(target__number=2).update(at_least=Decimal("95.5"))
    PromptFactory(campaign=submission.period.campaign, heading="Khó khăn, vướng mắc")
    sign_in(client, submission)

    response = client.get(receipt_of(handed_in(client, submission, amount="537,84", note="Số ước", est_amount="600")))

    assert rows_of(response) == [
        [
            "1. Thu ngân sách Mức chung của phường: ≥\u00a0100 triệu đồng Ghi chú: Số ước",
            "537,84 triệu đồng Năm trăm ba mươi bảy phẩy tám bốn triệu đồng",
            "600 triệu đồng Sáu trăm triệu đồng",
        ],
        ["2. Gia đình văn hóa Mức giao: ≥\u00a095,5 %", "96 % (120 / 125)", "96 % (121 / 126)"],
        ["3. Tổ đạt chuẩn", "Đạt", "Đạt"],
        ["4. Bằng lời", "Đã hoàn thành.", ""],
    ]
    assertContains(response, "Khó khăn, vướng mắc")
    assertContains(response, "Đã triển khai.")


def test_a_receipt_names_number_moment_person_and_digest(client):
    submission = submission_of({})
    user = sign_in(client, submission)

    revision = handed_in(client, submission)
    response = client.get(receipt_of(revision))

    assertContains(response, f"Biên nhận số {revision.pk}")
    assertContains(response, "09:30:00 ngày 05/12/2025")
    assertContains(response, "Đúng hạn")
    assertContains(response, revision.digest)
    assertContains(response, user.full_name)


def test_a_receipt_of_no_data_says_so_with_its_reason(client):
    submission = submission_of({})
    sign_in(client, submission)

    revision = handed_in(client, submission, no_data="on", note="Chưa thống kê")

    [[target, actual]] = rows_of(client.get(receipt_of(revision)))
    assert target.endswith("Ghi chú: Chưa thống kê")
    assert actual == "Không có số liệu"


def test_a_late_first_hand_in_and_a_later_one_are_told_apart(client, time_machine):
    submission = submission_of({})
    time_machine.move_to(submission.period.units_due, tick=False)
    sign_in(client, submission)

    first, second = handed_in(client, submission), handed_in(client, submission, amount="130")

    assertContains(client.get(receipt_of(first)), "Nộp muộn")
    assertContains(client.get(receipt_of(second)), "Bổ sung, sau hạn nộp")


def test_a_receipt_does_not_change_when_the_unit_hands_in_again(client):
    submission = submission_of({})
    sign_in(client, submission)
    first = handed_in(client, submission, amount="120")
    before = rows_of(client.get(receipt_of(first)))

    handed_in(client, submission, amount="130")

    assert rows_of(client.get(receipt_of(first))) == before


@pytest.mark.parametrize("targets", [1, 3])
def test_a_receipt_takes_the_same_queries_for_any_number_of_targets(client, targets, django_assert_num_queries):
    submission = submission_of(*[{"ratio": True}] * targets)
    sign_in(client, submission)
    revision = handed_in(client, submission)

    with django_assert_num_queries(8):
        client.get(receipt_of(revision))


# --- Where the unit stands --------------------------------------------------------------------------------------------


def primary_of(response):
    return BeautifulSoup(response.content, "html.parser").select_one("main .btn-primary").get_text(strip=True)


def page_of(client, submission):
    return client.get(submission.get_absolute_url())


def test_the_page_leads_through_the_states_with_one_primary_button(client):
    submission = submission_of({})
    sign_in(client, submission)
    office = UserFactory(office_of=submission.unit.organiser)
    draft = page_of(client, submission)
    client.post(url_of(submission, "luu-nhap"), typed(submission))
    typed_already = page_of(client, submission)
    handed_in(client, submission)
    submitted = page_of(client, submission)
    workflow.send_back(submission, revision_number=1, reason="Lệch sổ.", by=office, at=timezone.now())
    returned = page_of(client, submission)
    workflow.accept(submission, revision_number=1, by=office, at=timezone.now())
    accepted = page_of(client, submission)

    pages = [draft, typed_already, submitted, returned, accepted]
    assert [primary_of(page) for page in pages] == [
        "Nhập kết quả",
        "Nhập tiếp kết quả",
        "Sửa và nộp lại",
        "Sửa và nộp lại",
        "Xem biên nhận",
    ]
    for page, words in zip(
        pages, ["Chưa nộp", "Chưa nộp", "Đã nộp, chờ duyệt", "Phải sửa và nộp lại", "Đã duyệt"], strict=True
    ):
        assertContains(page, words)
        assert len(BeautifulSoup(page.content, "html.parser").select("main .btn-primary")) == 1
    assertContains(returned, "Lệch sổ.")
    assertContains(accepted, "để được mở lại")


def test_the_page_lists_receipts_and_tells_the_story(client):
    submission = submission_of({})
    user = sign_in(client, submission)
    first, second = handed_in(client, submission), handed_in(client, submission, amount="130")

    response = page_of(client, submission)

    assert [row[0] for row in rows_of(response)] == [
        f"Biên nhận số {second.pk}, lần 2",
        f"Biên nhận số {first.pk}, lần 1",
    ]
    story = BeautifulSoup(response.content, "html.parser").select(".history li")
    assert [item.strong.text for item in story] == ["Nộp (lần 2)", "Nộp (lần 1)"]
    assert user.full_name in story[0].text


def test_the_page_shows_the_deadline_in_force(client):
    submission = submission_of({})
    sign_in(client, submission)
    before = page_of(client, submission)
    ExtensionFactory(period=submission.period, unit=submission.unit, decided=True)

    assertContains(before, "trước ngày 10/12/2025 (hết ngày 09/12/2025)")
    assertContains(page_of(client, submission), "trước ngày 12/12/2025 (hết ngày 11/12/2025)")
    assertContains(page_of(client, submission), "Được gia hạn")


def test_a_closed_period_says_whom_to_ask(client):
    submission = submission_of({})
    sign_in(client, submission)
    periods.close_period(submission.period, reason="Đã hết hạn nộp.", by=UserFactory(), at=timezone.now())

    response = page_of(client, submission)

    assertContains(response, "Kỳ báo cáo đã khoá sổ")
    assertNotContains(response, "Nhập kết quả")


def test_the_organisers_people_are_led_to_the_review(client):
    submission = submission_of({})
    sign_in(client, submission, office_of=submission.unit.organiser)

    response = page_of(client, submission)

    assert primary_of(response) == "Mở trang duyệt"
    assertContains(response, f"/duyet/{submission.pk}/")
    assertNotContains(response, url_of(submission))


# --- More time --------------------------------------------------------------------------------------------------------


def ask(client, submission, **fields):
    form = {"last_day": "2025-12-12", "reason": "Chờ số liệu của cấp trên."} | fields
    return client.post(url_of(submission, "xin-gia-han"), form, follow=True)


def test_a_unit_asks_for_time_to_the_end_of_a_day(client):
    submission = submission_of({})
    user = sign_in(client, submission)

    response = ask(client, submission)

    extension = submission.period.extensions.get()
    assert extension.until.isoformat() == "2025-12-12T17:00:00+00:00"
    assert (extension.unit, extension.asked_by, extension.granted) == (submission.unit, user, None)
    assertContains(response, "Xin nộp đến hết ngày 12/12/2025")
    assertContains(response, "chờ trả lời")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"last_day": "2025-12-09"}, "phải sau hạn nộp"),
        ({"last_day": "2025-02-30"}, "Nhập ngày đúng"),
        ({"last_day": ""}, "Đề nghị điền mục này"),
        ({"last_day": "9999-12-31"}, "Đề nghị xem lại ngày"),
        ({"reason": " "}, "Đề nghị điền mục này"),
    ],
)
def test_a_wish_for_time_that_makes_no_sense_is_told_why(client, fields, sentence):
    submission = submission_of({})
    sign_in(client, submission)

    response = ask(client, submission, **fields)

    notice = BeautifulSoup(response.content, "html.parser").select_one("[role=alert]")
    assert sentence in notice.text
    assert not submission.period.extensions.exists()


def test_a_second_wish_waits_for_the_answer_to_the_first(client):
    submission = submission_of({})
    sign_in(client, submission)
    ask(client, submission)

    assertContains(ask(client, submission), "đang có một đề nghị gia hạn chờ quyết định")


@pytest.mark.parametrize("role", ["office_of", "staff_of", "leader_of"])
def test_only_the_units_people_ask_for_time(client, role):
    submission = submission_of({})
    sign_in(client, submission, **{role: submission.unit.organiser})

    assert client.get(url_of(submission, "xin-gia-han")).status_code == 403
    assert client.post(url_of(submission, "xin-gia-han"), {}).status_code == 403


def test_a_period_ahead_shows_the_time_left(client, time_machine):
    submission = submission_of({})
    time_machine.move_to(submission.period.units_due - timedelta(days=2, hours=3), tick=False)
    sign_in(client, submission)

    assertContains(page_of(client, submission), "còn 2 ngày 3 giờ")
    assert Submission.objects.count() == 1
