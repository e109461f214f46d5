"""What was typed survives an ended session, a dead network, a busy server and a closed browser."""

import re

import pytest
from playwright.sync_api import expect

from targets.models import Revision, Submission
from targets.tests.hand_in import key_of, submission_of, url_of
from targets.tests.test_typing import PASSWORD, box, open_form, stored
from units.tests.factories import UserFactory

SAVED = re.compile(r"^Đã lưu \d\d:\d\d$")


@pytest.fixture
def submission(portal_server):
    return submission_of({"decimals": 2, "unit_of_measure": "triệu đồng"}, {"ratio": True}, {"yes_no": True})


def said(page):
    return page.locator("[data-said]")


def shelves(page):
    return page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('nhap:'))")


def end_session(page):
    page.context.clear_cookies(name="sessionid")


def sign_in_again(page, password=PASSWORD):
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Mật khẩu").fill(password)
    dialog.get_by_role("button", name="Đăng nhập và tiếp tục").click()
    return dialog


def test_a_session_deleted_while_typing_is_mended_in_the_page(phone_page, submission, page_errors):
    page = phone_page
    open_form(page, submission)
    end_session(page)

    box(page, submission, "amount").fill("120")
    box(page, submission, "amount", 1).focus()
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(sign_in_again(page, "sai-mat-khau")).to_contain_text("không đúng")
    sign_in_again(page)

    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(said(page)).to_have_text(SAVED)
    assert stored(submission, "amount") == "120"
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page_errors.clear()


def test_a_hand_in_pressed_after_the_session_ended_goes_through_after_signing_in(phone_page, submission, page_errors):
    page = phone_page
    open_form(page, submission)
    for part, text, position in (("amount", "120", 0), ("amount", "475", 1), ("base", "500", 1)):
        box(page, submission, part, position).fill(text)
    page.get_by_label("Đạt", exact=True).check()
    expect(said(page)).to_have_text(SAVED)
    end_session(page)

    page.get_by_role("button", name="Xem lại và nộp").click()
    sign_in_again(page)

    page.get_by_role("button", name="Nộp kết quả").click()
    expect(page.get_by_role("heading", name=re.compile("Biên nhận số"))).to_be_visible()
    page_errors.clear()


def test_somebody_else_signing_in_does_not_take_the_form_over(phone_page, submission, page_errors):
    page = phone_page
    open_form(page, submission)
    other = UserFactory(password=PASSWORD, reporter_of=submission.unit)
    end_session(page)
    with page.context.new_page() as beside:
        beside.goto("/dang-nhap/")
        beside.get_by_label("Tên đăng nhập").fill(other.username)
        beside.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
        beside.get_by_role("button", name="Đăng nhập").click()
        expect(beside.get_by_text("Đăng xuất")).to_be_attached()
    page.get_by_role("button", name="Xem lại và nộp").click()

    expect(page.get_by_role("dialog")).to_contain_text("Một tài khoản khác vừa đăng nhập")
    assert not Revision.objects.exists()
    page_errors.clear()


def test_two_minutes_without_a_network_lose_nothing(phone_page, submission, page_errors):
    page = phone_page
    page.clock.install()
    open_form(page, submission)

    page.context.set_offline(True)
    box(page, submission, "amount").fill("12")
    box(page, submission, "amount", 1).fill("7")
    page.clock.run_for(120_000)
    expect(said(page)).to_contain_text("mất mạng; nội dung giữ trên máy này")
    assert shelves(page)
    page.context.set_offline(False)
    page.clock.run_for(15_000)

    expect(said(page)).to_have_text(SAVED)
    assert [stored(submission, "amount"), stored(submission, "amount", 1)] == ["12", "7"]
    assert not shelves(page)
    page_errors.clear()


def test_a_closed_browser_gives_back_what_had_not_been_saved(phone_page, submission, page_errors):
    page = phone_page
    open_form(page, submission)
    page.context.set_offline(True)
    box(page, submission, "amount").fill("88,5")
    expect(said(page)).to_contain_text("mất mạng")
    context = page.context
    page.close()
    context.set_offline(False)

    again = context.new_page()
    again.goto(url_of(submission))

    expect(again.locator(f"[id='{key_of(submission, 'amount')}']")).to_have_value("88,5")
    expect(said(again)).to_have_text(SAVED)
    assert stored(submission, "amount") == "88,5"
    assert not shelves(again)
    page_errors.clear()


def test_what_came_back_does_not_overwrite_a_colleague(phone_page, submission, page_errors):
    page = phone_page
    open_form(page, submission)
    page.context.set_offline(True)
    box(page, submission, "amount").fill("88,5")
    expect(said(page)).to_contain_text("mất mạng")
    context = page.context
    page.close()
    context.set_offline(False)
    cell = {"text": "99", "version": 1, "by": "Trần Thị Bình", "at": "2025-12-05T09:30:00+07:00"}
    Submission.objects.filter(pk=submission.pk).update(draft={key_of(submission, "amount"): cell})

    again = context.new_page()
    again.goto(url_of(submission))

    expect(again.locator(".conflict")).to_contain_text("Trần Thị Bình đã ghi: “99”")
    expect(again.locator(f"[id='{key_of(submission, 'amount')}']")).to_have_value("88,5")
    assert stored(submission, "amount") == "99"
    page_errors.clear()


def test_a_busy_server_is_asked_again(phone_page, submission, page_errors):
    page = phone_page
    page.clock.install()
    open_form(page, submission)
    page.route("**/luu-nhap/", lambda route: route.fulfill(status=503, headers={"Retry-After": "5"}), times=1)

    box(page, submission, "amount").fill("31")
    box(page, submission, "amount", 1).focus()
    expect(said(page)).to_contain_text("máy chủ bận")
    page.clock.run_for(15_000)

    expect(said(page)).to_have_text(SAVED)
    assert stored(submission, "amount") == "31"
    page_errors.clear()


def test_signing_out_leaves_nothing_typed_on_the_machine(page, submission, page_errors):
    open_form(page, submission)
    page.route("**/luu-nhap/", lambda route: route.abort())
    box(page, submission, "amount").fill("31")
    expect(said(page)).to_contain_text("mất mạng")
    assert shelves(page)

    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url("**/dang-nhap/")

    assert not shelves(page)
    page_errors.clear()
