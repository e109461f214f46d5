"""The entry form in a real browser: as a sheet by keyboard, from a phone, with a column pasted, past its deadline."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from campaigns.models import ReportingPeriod
from campaigns.tests.factories import PeriodFactory, PromptFactory
from targets import workflow
from targets.models import Allocation, Result, Revision, Submission
from targets.tests.hand_in import MIDYEAR, key_of, sign_in, submission_of, target_of, typed, url_of
from targets.tests.test_typing import box, echo, open_form, stored
from units.models import UnitKind
from units.tests.factories import UserFactory

SAVED = re.compile(r"^Đã lưu \d\d:\d\d$")
KINDS = [{"decimals": 1}, {"ratio": True}, {"yes_no": True}, {}]


@pytest.fixture
def page(new_context):
    return new_context(
        viewport={"width": 1366, "height": 900}, permissions=["clipboard-read", "clipboard-write"]
    ).new_page()


@pytest.fixture
def midyear(portal_server):
    """A number with a decimal, a ratio, a yes and a whole number, each with its estimate."""
    return submission_of(*KINDS, period=PeriodFactory(figures_as_of=MIDYEAR), unit__kind=UnitKind.SCHOOL)


def focused(page):
    return page.evaluate("document.activeElement.id")


def tab_to(page, element_id):
    for _ in range(80):
        if focused(page) == element_id:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never came to {element_id}")


def paste(page, text):
    page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+V")


# --- By keyboard alone ------------------------------------------------------------------------------------------------


def test_a_unit_hands_in_by_keyboard_alone(page, portal_server):
    submission = submission_of(*KINDS)
    open_form(page, submission)

    tab_to(page, key_of(submission, "amount"))
    for text in ("120,5", "475", "500"):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.keyboard.type("101")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Xem lại và nộp")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Xem lại trước khi nộp")).to_be_visible()
    while page.evaluate("document.activeElement.textContent") != "Nộp kết quả":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name=re.compile("Biên nhận số"))).to_be_visible()
    assert [row.amount for row in Result.objects.order_by("target__number")] == [Decimal("120.5"), 475, 1, 101]


def test_arrows_go_from_box_to_box_as_in_a_sheet(page, midyear):
    open_form(page, midyear)
    ids = {
        (part, n): key_of(midyear, part, n) for part in ("amount", "base", "est_amount", "est_base") for n in range(4)
    }
    box(page, midyear, "amount").focus()

    walk = []
    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "ArrowLeft", "ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp"):
        page.keyboard.press(key)
        walk.append(focused(page))

    assert walk == [
        ids["est_amount", 0],
        ids["est_amount", 1],
        ids["est_base", 1],
        ids["base", 1],
        ids["amount", 2],
        ids["amount", 3],
        ids["amount", 2],
        ids["base", 1],
    ]
    expect(page.get_by_label("Đạt", exact=True)).not_to_be_checked()


def test_inside_a_number_the_arrows_move_the_caret(page, midyear):
    open_form(page, midyear)
    first = box(page, midyear, "amount")
    first.click()
    page.keyboard.type("123")

    page.keyboard.press("ArrowLeft")
    page.keyboard.type("9")
    assert (focused(page), first.input_value()) == (key_of(midyear, "amount"), "1293")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")

    assert focused(page) == key_of(midyear, "est_amount")


def test_escape_takes_back_what_stood_there(page, midyear):
    open_form(page, midyear)
    first = box(page, midyear, "amount")
    first.fill("120")
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+Enter")

    page.keyboard.type("7")
    expect(first).to_have_value("7")
    page.keyboard.press("Escape")

    expect(first).to_have_value("120")
    expect(echo(page, midyear, "amount")).to_have_text("= 120 cuộc")
    expect(page.locator("[data-said]")).to_have_text(SAVED)
    assert stored(midyear, "amount") == "120"


def test_enter_goes_down_the_column_and_on_to_the_next_one(page, midyear):
    open_form(page, midyear)
    box(page, midyear, "amount", 3).focus()

    page.keyboard.press("Enter")
    expect(box(page, midyear, "est_amount")).to_be_focused()
    page.keyboard.press("Enter")

    expect(box(page, midyear, "est_amount", 1)).to_be_focused()


# --- From Excel -------------------------------------------------------------------------------------------------------


def test_a_block_from_excel_is_looked_at_spreads_and_can_be_taken_back(page, midyear):
    open_form(page, midyear)
    box(page, midyear, "amount").fill("99")
    box(page, midyear, "amount").focus()

    paste(page, "120,5\t121\r\n475\t480\r\n500\t500\r\nĐạt\tChưa đạt\r\n1.150\t\r\nthừa\t\r\n")
    dialog = page.get_by_role("dialog", name="Dán từ bảng tính")
    expect(dialog).to_contain_text("Bảng dán còn 1 ô nằm ngoài biểu mẫu")
    expect(box(page, midyear, "amount")).to_have_value("99")
    page.keyboard.press("Enter")

    expect(dialog).to_have_count(0)
    expect(page.locator("[data-said]")).to_have_text(SAVED)
    parts = [("amount", 0), ("est_amount", 0), ("amount", 1), ("est_amount", 1), ("base", 1), ("est_base", 1)]
    parts += [("amount", 2), ("est_amount", 2), ("amount", 3)]
    assert [stored(midyear, *part) for part in parts] == [
        *("120,5", "121", "475", "480", "500", "500", "1", "0", "1.150"),
    ]
    page.keyboard.press("Control+Z")
    expect(box(page, midyear, "amount")).to_have_value("99")
    expect(page.get_by_label("Đạt", exact=True)).not_to_be_checked()
    expect(page.locator("[data-said]")).to_have_text(SAVED)
    assert [stored(midyear, *part) for part in parts[:3]] == ["99", "", ""]


def test_numbers_that_read_in_two_ways_are_asked_about_and_never_guessed(page, midyear):
    Submission.objects.get(pk=midyear.pk).period.campaign.targets.update(decimals=4)
    open_form(page, midyear)
    box(page, midyear, "amount").focus()

    paste(page, "1.234\n2.500\n")
    dialog = page.get_by_role("dialog", name="Dán từ bảng tính")
    write = dialog.get_by_role("button", name="Ghi vào các ô")
    expect(dialog).to_contain_text("Cổng không tự đoán")
    expect(write).to_be_disabled()
    dialog.get_by_label(re.compile("Kiểu Anh")).check()
    expect(dialog.get_by_role("cell", name="1,234", exact=True)).to_be_visible()
    dialog.get_by_label(re.compile("Kiểu Việt Nam")).check()
    write.click()

    expect(box(page, midyear, "amount")).to_have_value("1.234")
    expect(box(page, midyear, "amount", 1)).to_have_value("2.500")


def test_one_raw_number_from_an_english_excel_is_asked_about(page, midyear):
    open_form(page, midyear)
    box(page, midyear, "amount").focus()

    paste(page, "1234.5\n")
    dialog = page.get_by_role("dialog", name="Dán từ bảng tính")
    expect(dialog.get_by_role("cell", name="1.234,5")).to_be_visible()
    dialog.get_by_role("button", name="Thôi").click()
    expect(box(page, midyear, "amount")).to_have_value("")
    expect(box(page, midyear, "amount")).to_be_focused()

    paste(page, "1234,5\n")
    expect(box(page, midyear, "amount")).to_have_value("1234,5")


def test_a_pasted_text_that_is_no_number_goes_in_as_it_is_and_is_told(page, midyear):
    open_form(page, midyear)
    box(page, midyear, "amount").focus()

    paste(page, "120\nchưa có\n")
    page.keyboard.press("Enter")

    expect(box(page, midyear, "amount", 1)).to_have_value("chưa có")
    expect(echo(page, midyear, "amount", 1)).to_have_text(re.compile("Chỉ gõ số"))


# --- What the form says while it is typed -----------------------------------------------------------------------------


def test_a_figure_far_from_its_goal_asks_at_once_and_again_when_it_changes(phone_page, portal_server):
    page, submission = phone_page, submission_of({"unit_of_measure": "hộ"})
    Allocation.objects.update(at_least=Decimal(100))
    open_form(page, submission)
    sure = page.get_by_label("Xác nhận số này đúng")

    box(page, submission, "amount").fill("120")
    expect(sure).to_have_count(0)
    box(page, submission, "amount").fill("12000")
    expect(page.get_by_text("12.000 hộ khác xa mức ≥ 100 hộ")).to_be_visible()
    sure.check()
    page.get_by_label("Ghi chú, lý do").fill("Đã đối chiếu")
    expect(page.locator("[data-said]")).to_have_text(SAVED)
    assert stored(submission, "sure") == "on"
    box(page, submission, "amount").fill("120000")
    expect(sure).not_to_be_checked()
    sure.check()
    page.get_by_role("button", name="Xem lại và nộp").click()

    expect(page.get_by_role("heading", name="Số khác xa mức giao, đã xác nhận")).to_be_visible()
    expect(page.get_by_text("Lý do: Đã đối chiếu")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.get_by_role("button", name="Nộp kết quả").click()
    expect(page.get_by_role("heading", name=re.compile("Biên nhận số"))).to_be_visible()


def test_the_form_counts_what_is_filled_and_leads_to_what_is_not(page, midyear):
    open_form(page, midyear)
    links = page.locator(".filled a")
    go_on = page.locator("[data-next-empty]")

    box(page, midyear, "amount").fill("120")
    box(page, midyear, "amount", 3).fill("mười")
    expect(page.locator(".filled b")).to_have_text("1/4")
    states = [links.nth(n).get_attribute("data-state") for n in range(4)]
    go_on.click()

    assert states == ["filled", "empty", "empty", "wrong"]
    expect(box(page, midyear, "amount", 1)).to_be_focused()
    page.reload()
    expect(page.locator(".filled b")).to_have_text("1/4")


# --- From a phone -----------------------------------------------------------------------------------------------------


def test_a_residential_group_has_a_short_form_that_fits_a_phone(phone_page, portal_server):
    page = phone_page
    submission = submission_of(
        {"ratio": True, "how_to_count": "Đếm hộ tại ngày chốt."}, {}, unit__kind=UnitKind.RESIDENTIAL
    )
    campaign = submission.period.campaign
    due_in(submission, days=3)
    PromptFactory(campaign=campaign, heading="Tổ chức phát động", hint="Hình thức, thời gian.")
    PromptFactory(campaign=campaign, heading="Câu hỏi cho trường", asked_of=[UnitKind.SCHOOL])
    open_form(page, submission)

    expect(page.get_by_text("Đếm hộ tại ngày chốt.")).to_be_hidden()
    expect(page.get_by_text("Câu hỏi cho trường")).to_have_count(0)
    page.get_by_text("Cách tính").click()
    expect(page.get_by_text("Đếm hộ tại ngày chốt.")).to_be_visible()
    for element in page.locator("#results :is(.btn, .form-control, summary, .form-check-label):visible").all():
        assert element.bounding_box()["height"] >= 40
    bar = page.locator(".action-bar").bounding_box()
    assert bar["y"] + bar["height"] <= 740 + 1
    assert bar["height"] <= 160
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_the_long_form_fits_a_phone_too(phone_page, midyear):
    page = phone_page
    open_form(page, midyear)
    box(page, midyear, "amount", 1).fill("999.999.999.999.999")
    box(page, midyear, "base", 1).fill("1")

    assert page.evaluate("document.documentElement.scrollWidth") == 360


# --- Time passes while the form is open -------------------------------------------------------------------------------


def due_in(submission, **left):
    due = timezone.now() + timedelta(**left)
    ReportingPeriod.objects.filter(pk=submission.period_id).update(units_due=due, report_due=due + timedelta(days=5))


def test_the_deadline_passing_with_the_form_open_is_said_at_that_moment(phone_page, midyear):
    page = phone_page
    page.clock.install()
    due_in(midyear, minutes=4)
    open_form(page, midyear)
    box(page, midyear, "amount").fill("12")
    notice = page.locator(".notice[data-late]")
    expect(notice).to_be_hidden()
    expect(page.locator(".clock")).to_contain_text("Nộp đúng hạn đến hết")

    page.clock.run_for(5 * 60_000)

    expect(notice).to_contain_text("bản nộp từ lúc này được ghi là nộp muộn")
    expect(page.locator(".action-bar .late")).to_be_visible()
    expect(box(page, midyear, "amount")).to_have_value("12")
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_what_is_handed_in_after_the_deadline_passed_is_marked_late(page, portal_server):
    submission = submission_of({})
    due_in(submission, minutes=4)
    open_form(page, submission)
    box(page, submission, "amount").fill("120")
    expect(page.locator("[data-said]")).to_have_text(SAVED)
    due_in(submission, seconds=-1)

    page.get_by_role("button", name="Xem lại và nộp").click()
    expect(page.get_by_text("bản nộp từ lúc này được ghi là nộp muộn")).to_be_visible()
    expect(page.get_by_text("Nộp lúc này được ghi là đúng hạn")).to_be_hidden()
    page.get_by_role("button", name="Nộp kết quả").click()
    expect(page.get_by_role("heading", name=re.compile("Biên nhận số"))).to_be_visible()

    assert Revision.objects.get().is_late


def test_a_period_closed_meanwhile_keeps_the_text_and_says_whom_to_ask(page, midyear):
    open_form(page, midyear)
    ReportingPeriod.objects.update(closed_at=timezone.now())

    box(page, midyear, "amount").fill("120")
    box(page, midyear, "amount", 1).focus()

    expect(page.locator(".late[data-locked]")).to_contain_text("đề nghị liên hệ phòng Văn hoá - Xã hội")
    expect(page.locator("[data-said]")).to_have_text(SAVED)
    assert stored(midyear, "amount") == "120"


# --- A return that marks single boxes ---------------------------------------------------------------------------------


def test_a_marked_return_opens_its_boxes_alone_and_pressing_twice_is_one_hand_in(phone_page, client, midyear):
    page = phone_page
    sign_in(client, midyear)
    client.post(url_of(midyear), typed(midyear))
    office = UserFactory(office_of=midyear.unit.organiser, full_name="Phạm Văn Duyệt")
    marks = {key_of(midyear, "amount", 1): "Số đạt chưa khớp danh sách."}
    workflow.send_back(midyear, revision_number=1, reason="", by=office, at=timezone.now(), marks=marks)
    open_form(page, midyear)

    expect(page.locator(".why")).to_contain_text("Phòng đề nghị: Số đạt chưa khớp danh sách. (Phạm Văn Duyệt)")
    assert [each.get_attribute("name") for each in page.locator("#results .num").all()] == [
        key_of(midyear, "amount", 1),
        key_of(midyear, "base", 1),
    ]
    expect(page.locator("[type=radio]")).to_have_count(0)
    page.get_by_role("link", name=re.compile(f"Chỉ tiêu {target_of(midyear, 1).number} ")).click()
    page.get_by_text("Giữ như bản đã nộp:").click()
    expect(page.locator("details.kept")).to_contain_text("120 cuộc")
    box(page, midyear, "amount", 1).fill("118")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.get_by_role("button", name="Xem lại và nộp").click()
    page.get_by_role("button", name="Nộp lại").dblclick()

    expect(page.get_by_role("heading", name=re.compile("Biên nhận số"))).to_be_visible()
    assert midyear.revisions.count() == 2
    latest = Result.objects.filter(revision__number=2).order_by("target__number")
    assert [row.amount for row in latest] == [120, 118, 1, 120]
