"""The form in a real browser: how numbers are read while they are typed, and how the draft saves itself."""

import random
import re

import pytest
from django.conf import settings
from playwright.sync_api import expect

from targets import numbers, workflow
from targets.models import Submission
from targets.tests.hand_in import key_of, submission_of, url_of
from units.tests.factories import UserFactory

PASSWORD = "mat-khau-thu-1"
TEXTS = (
    "537.487,84|10.712.726,79|330.681|0,67|850|537487,84|537 487,84|537\u00a0487,84|1.805|-12|−12|– 12|- 5|+5|0|-0|"
    "00|007|537,487.84|0.67|1.2.3|abc|1.23|3,098.5|1.234.56|12.34.567|5000.000|1e5|٣٢|１２３|5%|95 %|1,|,5|.5|-.5|12,|"
    "1,2,3|1.234,|1 2 3|1 234.567|NaN|triệu|5 triệu|#|--5|1,23456|999.999.999.999.999|1.000.000.000.000.000|0,0000|"
    "0,10|𝟓𝟔"
).split("|") + ["", "1" * 40, "1" * 41, "12 ", "\u00a012"]


def sentence_and_figure(text, decimals):
    try:
        return numbers.show(numbers.parse(text, decimals=decimals))
    except numbers.NotANumber as reason:
        return str(reason)


def test_the_browser_reads_numbers_as_the_server_does(page):
    page.goto("about:blank")
    page.add_script_tag(path=settings.BASE_DIR / "static" / "js" / "numbers.js")
    dice = random.Random(2025)
    texts = TEXTS + ["".join(dice.choices("0123456789.,", k=dice.randint(1, 9))) for _ in range(1500)]
    texts += ["".join(dice.choices("01259.,,.- +%–−a٣\u00a0", k=dice.randint(1, 7))) for _ in range(1500)]

    for decimals in range(5):
        read = page.evaluate(
            "([texts, places]) => texts.map((text) => vietnameseNumbers.parse(text, places))"
            ".map((read) => read.shown ?? read.error)",
            [texts, decimals],
        )
        assert dict(zip(texts, read, strict=True)) == {text: sentence_and_figure(text, decimals) for text in texts}


@pytest.fixture
def submission(portal_server):
    return submission_of({"decimals": 2, "unit_of_measure": "triệu đồng"}, {"ratio": True}, {"yes_no": True})


def open_form(page, submission, **person):
    user = UserFactory(password=PASSWORD, reporter_of=submission.unit, **person)
    page.goto("/dang-nhap/")
    page.get_by_label("Tên đăng nhập").fill(user.username)
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.goto(url_of(submission))
    return user


def box(page, submission, part, position=0):
    return page.locator(f"[id='{key_of(submission, part, position)}']")


def echo(page, submission, part, position=0):
    return page.locator(f"[id='{key_of(submission, part, position)}.m']")


def stored(submission, part, position=0):
    draft = Submission.objects.get(pk=submission.pk).draft
    return draft.get(key_of(submission, part, position), {}).get("text")


def test_a_number_is_echoed_while_typing_and_told_when_left(phone_page, submission):
    page = phone_page
    open_form(page, submission)

    box(page, submission, "amount").fill("537487,84")
    expect(echo(page, submission, "amount")).to_have_text("= 537.487,84 triệu đồng")
    box(page, submission, "amount").fill("0.67")
    expect(echo(page, submission, "amount")).to_have_text("")
    box(page, submission, "amount", 1).fill("450")
    expect(echo(page, submission, "amount")).to_have_text(re.compile("đề nghị gõ 0,67"))
    box(page, submission, "base", 1).fill("500")
    expect(echo(page, submission, "base", 1)).to_have_text("= 500, tỷ lệ 90 %")
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_the_draft_saves_itself_as_boxes_are_left(phone_page, submission):
    page = phone_page
    open_form(page, submission)
    said = page.locator("[data-said]")

    box(page, submission, "amount").fill("dở dang")
    box(page, submission, "amount", 1).focus()

    expect(said).to_have_text(re.compile(r"^Đã lưu \d\d:\d\d$"))
    assert stored(submission, "amount") == "dở dang"
    page.get_by_label("Chưa đạt").first.check()
    expect(said).to_have_text("Chưa lưu")
    expect(said).to_have_text(re.compile("^Đã lưu"))
    assert stored(submission, "amount", 2) == "0"
    page.reload()
    expect(box(page, submission, "amount")).to_have_value("dở dang")
    expect(page.get_by_label("Chưa đạt").first).to_be_checked()


def test_what_was_typed_without_a_network_is_saved_when_it_is_back(phone_page, submission, page_errors):
    page = phone_page
    open_form(page, submission)
    said = page.locator("[data-said]")

    page.context.set_offline(True)
    box(page, submission, "amount").fill("12")
    box(page, submission, "amount", 1).focus()
    expect(said).to_have_text(re.compile("mất mạng"))
    page.context.set_offline(False)

    expect(said).to_have_text(re.compile("^Đã lưu"))
    assert stored(submission, "amount") == "12"
    page_errors.clear()


def test_a_colleagues_text_is_shown_beside_and_either_can_be_kept(phone_page, submission, page_errors):
    page = phone_page
    open_form(page, submission)
    colleague = UserFactory(reporter_of=submission.unit, full_name="Trần Thị Bình")
    theirs = {key_of(submission, "amount"): "15", key_of(submission, "base", 1): "500"}
    workflow.save_draft(submission, theirs, {}, by=colleague, at=submission.period.units_due)

    box(page, submission, "amount").fill("12")
    box(page, submission, "base", 1).fill("400")
    box(page, submission, "amount", 1).fill("7")
    conflicts = page.locator(".conflict")
    expect(conflicts).to_have_count(2)
    expect(conflicts.first).to_contain_text("Trần Thị Bình đã ghi: “15”")
    conflicts.last.get_by_role("button", name="Giữ nội dung vừa gõ").click()
    conflicts.first.get_by_role("button", name="Lấy nội dung này").click()

    expect(conflicts).to_have_count(0)
    expect(box(page, submission, "amount")).to_have_value("15")
    expect(page.locator("[data-said]")).to_have_text(re.compile("^Đã lưu"))
    assert [stored(submission, "amount"), stored(submission, "base", 1), stored(submission, "amount", 1)] == [
        "15",
        "400",
        "7",
    ]
    page_errors.clear()


def test_a_unit_hands_in_from_a_phone(phone_page, submission):
    page = phone_page
    open_form(page, submission)

    box(page, submission, "amount").fill("120,5")
    box(page, submission, "amount").press("Enter")
    expect(box(page, submission, "amount", 1)).to_be_focused()
    page.keyboard.type("475")
    page.keyboard.press("Enter")
    page.keyboard.type("500")
    page.get_by_label("Đạt", exact=True).check()
    page.get_by_role("button", name="Xem lại và nộp").click()
    expect(page.get_by_text("Một trăm hai mươi phẩy năm triệu đồng")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.get_by_role("button", name="Nộp kết quả").click()

    expect(page.get_by_role("heading", name=re.compile("Biên nhận số"))).to_be_visible()
    expect(page.get_by_text("95 % (475 / 500)")).to_be_visible()
    expect(page.get_by_role("button", name="In biên nhận")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_no_data_puts_the_boxes_to_rest_and_keeps_what_they_held(phone_page, submission):
    page = phone_page
    open_form(page, submission)
    box(page, submission, "amount").fill("99")

    page.get_by_text("Ghi chú, không có số liệu").first.click()
    box(page, submission, "no_data").check()

    assert page.evaluate(f"document.getElementById('{key_of(submission, 'amount')}').closest('[inert]') !== null")
    expect(box(page, submission, "amount")).to_have_value("99")
