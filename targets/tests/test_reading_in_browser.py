"""The Kiến An plan read out of its pasted text in a real browser: by mouse, and by keyboard alone."""

import re
import tomllib
from datetime import datetime
from decimal import Decimal

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from campaigns.tests.factories import WARD, CampaignFactory
from targets import reading
from targets.models import PlanReading
from targets.read_items import find, items_of
from units.tests.factories import UserFactory

PASSWORD = "mat-khau-thu-1"
PLANS = settings.BASE_DIR / "campaigns" / "plans"
TEXT = (PLANS / "kien-an-2025.txt").read_text(encoding="utf-8")
PLAN = tomllib.loads((PLANS / "kien-an-2025.toml").read_text(encoding="utf-8"))
SECTORS = {sector["code"]: sector["name"] for sector in PLAN["sector"]}
BY_HAND = {"short_name": PLAN["short_name"], "starts_on": f"{PLAN['starts_on']:%d/%m/%Y}"}
DESKTOP = {"viewport": {"width": 1366, "height": 768}}


@pytest.fixture
def campaign(transactional_db):
    """As fresh as a campaign can be: only what the plan's own text does not ask to choose between."""
    return CampaignFactory(
        draft=True,
        title=PLAN["title"],
        short_name=PLAN["short_name"],
        starts_on=PLAN["starts_on"],
        signer_block="\n".join(PLAN["signer_block"]),
        signer_name=PLAN["signer_name"],
        report_addressee=PLAN["report_addressee"],
        recipients="",
    )


def signed_in(page, campaign, **person):
    user = UserFactory(staff_of=campaign.organiser, password=PASSWORD, **person)
    page.goto("/dang-nhap/")
    page.get_by_label("Tên đăng nhập").fill(user.username)
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_text("Đăng xuất")).to_be_attached()
    page.goto(address(campaign))
    return user


def address(campaign):
    return reverse("targets:reading", args=[campaign.slug])


def proposals(campaign):
    return items_of(PlanReading.objects.select_related("campaign").get(campaign=campaign))


def recorded(each):
    """The target of the plan's own record that a proposal is about."""
    return next(
        target for target in PLAN["target"] if target["wording"].rstrip(" .;") == each.fields["wording"].rstrip(" .;")
    )


def what_a_clerk_answers(each):
    """{box: what is typed or chosen} where the plan is silent, as its record says; the rest stands as proposed."""
    if each.kind == "target":
        target = recorded(each)
        answers = {name: target[name] for name in ("amount_label", "base_label") if target.get(name)}
        return answers | ({"answer": target["answer"]} if target["answer"] != each.fields["answer"] else {})
    if each.kind == "part" and each.fields["field"] == "report_addressee":
        return {"which": "held"}  # the addressee's full name of today
    if each.kind == "part":
        return {"text": BY_HAND[each.fields["field"]]} if each.fields["field"] in BY_HAND else {}
    return {}


def plan_as_written(campaign):
    return [
        (
            *(target.number, target.sector.name, target.heading.name if target.heading else None, target.name),
            *(target.answer, target.unit_of_measure, target.at_least, target.at_most),
        )
        for target in campaign.targets.in_plan_order()
    ]


PLAN_AS_RECORDED = [
    (
        *(target["number"], SECTORS[target["sector"]], target.get("heading"), target["name"], target["answer"]),
        target["unit_of_measure"],
        *(Decimal(target[end]) if end in target else None for end in ("at_least", "at_most")),
    )
    for target in PLAN["target"]
]


def expect_the_whole_plan(campaign):
    assert plan_as_written(campaign) == PLAN_AS_RECORDED
    assert [sector.name for sector in campaign.sectors.all()] == list(SECTORS.values())
    education = campaign.sectors.get(name="Giáo dục")
    assert [heading.name for heading in education.headings.all()] == PLAN["sector"][2]["headings"]
    period, asked = campaign.periods.get(), PLAN["period"][0]
    assert (period.units_due, period.report_due) == (asked["units_due"], asked["report_due"])
    assert (period.units_due_words, period.report_due_words) == (asked["units_due_words"], asked["report_due_words"])
    assert (period.figures_as_of, period.name) == (asked["figures_as_of"], asked["name"])
    assert [movement.name for movement in campaign.movements.all()] == [each["name"] for each in PLAN["movement"]]
    campaign.refresh_from_db()
    assert campaign.recipients.split("\n") == PLAN["recipients"]
    assert campaign.starts_on == PLAN["starts_on"]
    for field in ("purpose", "requirements", "reward_rules"):
        assert " ".join(getattr(campaign, field).split()) == " ".join(" ".join(PLAN[field]).split())


def progress(page):
    return page.locator("#reading-bar strong")


def test_the_plan_is_entered_from_its_text_by_mouse(portal_server, new_context, campaign):
    page = new_context(**DESKTOP).new_page()
    signed_in(page, campaign)
    page.get_by_label("Dán văn bản kế hoạch vào đây").fill(TEXT)
    page.get_by_role("button", name="Đọc văn bản").click()
    expect(page.get_by_text("Đã đọc văn bản:")).to_be_visible()
    total = len(proposals(campaign))

    page.get_by_role("link", name=re.compile(r"Nhận \d+ mục không có nghi vấn")).click()
    page.get_by_role("button", name=re.compile(r"Nhận \d+ mục")).click()
    for each in [e for e in proposals(campaign) if not e.verdict]:
        card, answers = page.locator(f"#{each.key}"), what_a_clerk_answers(each)
        if answers and not each.asks:
            card.get_by_role("link", name="Sửa").click()
        for name, text in answers.items():
            if name == "answer":
                card.locator("[name=answer]").select_option(text)
            elif name == "which":
                card.get_by_label("Giữ phần đang có trong kế hoạch").check()
            else:
                card.locator(f"[name={name}]").fill(text)
        card.get_by_role("button", name="Nhận").click()
        expect(page.locator(f"#{each.key}.proposal-taken")).to_be_visible()

    expect(progress(page)).to_have_text(f"Đã quyết {total}/{total}")
    assert not campaign.targets.exists()
    page.get_by_role("button", name="Ghi vào kế hoạch").click()

    expect(page.get_by_text("Đã ghi vào kế hoạch.")).to_be_visible()
    expect_the_whole_plan(campaign)


def test_the_plan_is_entered_from_its_text_by_keyboard_alone(portal_server, new_context, campaign):
    page = new_context(**DESKTOP).new_page()
    signed_in(page, campaign)
    keys = page.keyboard
    tab_to(page, "document.activeElement.name === 'text'")
    keys.insert_text(TEXT)
    tab_to(page, "document.activeElement.type === 'submit'")
    keys.press("Enter")
    expect(page.get_by_text("Đã đọc văn bản:")).to_be_visible()
    total = len(proposals(campaign))

    tab_to(page, "document.activeElement.matches('#reading-bar a.btn')", key="Shift+Tab")
    keys.press("Enter")
    expect(page.get_by_role("button", name=re.compile(r"Nhận \d+ mục"))).to_be_visible()
    tab_to(page, "document.activeElement.matches('main button')")
    keys.press("Enter")
    expect(page.get_by_text(re.compile(r"Đã nhận \d+ mục"))).to_be_visible()
    left = [each for each in proposals(campaign) if not each.verdict]

    keys.press("j")
    for done, each in enumerate(left, start=total - len(left)):
        expect(progress(page)).to_have_text(f"Đã quyết {done}/{total}")
        expect(page.locator(f"#{each.key}")).to_be_focused()
        answer_by_keyboard(page, each, what_a_clerk_answers(each))
        keys.press("Enter")
        expect(page.locator(f"#{each.key}.proposal-taken")).to_be_visible()

    expect(page.get_by_role("button", name="Ghi vào kế hoạch")).to_be_focused()
    keys.press("Enter")

    expect(page.get_by_text("Đã ghi vào kế hoạch.")).to_be_visible()
    expect_the_whole_plan(campaign)


def answer_by_keyboard(page, each, answers):
    keys = page.keyboard
    if answers and not each.asks:
        keys.press("s")
        expect(page.locator(f"#{each.key} form[data-decides] :focus")).to_be_visible()
    for name, text in answers.items():
        tab_to(page, f"document.activeElement.name === '{name}'")
        if name == "which":
            keys.press("ArrowDown")
        elif name == "answer":
            while page.evaluate("document.activeElement.value") != text:
                keys.press("ArrowDown")
        else:
            keys.press("Control+A")
            keys.insert_text(text)
    if answers:
        keys.press("Escape")


def tab_to(page, reached, key="Tab"):
    for _ in range(80):
        if page.evaluate(reached):
            return
        page.keyboard.press(key)
    raise AssertionError(reached)


SMALL = """3. Các chỉ tiêu thi đua
* Chỉ tiêu kinh tế:
- Số hộ thoát nghèo: 12 hộ.
- Số lớp học: 20 lớp.
- Số đường được rải nhựa: 3 đường.
- Thu 5 tỷ đồng, chi 4 tỷ đồng."""


@pytest.fixture
def small(campaign):
    kept = PlanReading(campaign=campaign, text=SMALL, by=UserFactory(), at=datetime(2025, 9, 10, 9, tzinfo=WARD))
    kept.save()
    return campaign


def test_a_goal_is_read_back_while_it_is_typed_and_keys_are_not_stolen(portal_server, new_context, small):
    page = new_context(**DESKTOP).new_page()
    signed_in(page, small)
    each = next(e for e in proposals(small) if "hộ thoát nghèo" in e.name)
    card = page.locator(f"#{each.key}")

    card.get_by_role("link", name="Sửa").click()
    card.get_by_label("Mức phải đạt").fill("từ 13 đến 14")
    expect(card.locator("[data-read-back]")).to_have_text("Hiểu là: 13 – 14 hộ")
    card.get_by_label("Mức phải đạt").fill("nhiều lắm")
    expect(card.locator("[data-read-back].wrong")).to_be_visible()
    card.get_by_label("Tên chỉ tiêu").fill("")
    card.get_by_label("Tên chỉ tiêu").press_sequentially("bkjs")

    expect(card.get_by_label("Tên chỉ tiêu")).to_have_value("bkjs")
    assert not PlanReading.objects.get().decisions


def test_keys_drop_move_and_open(portal_server, new_context, small):
    page = new_context(**DESKTOP).new_page()
    signed_in(page, small)
    _, first, second = proposals(small)[:3]

    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("b")
    expect(page.locator(f"#{first.key}.proposal-dropped")).to_be_visible()
    expect(page.locator(f"#{second.key}")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(f"#{second.key}.proposal-taken")).to_be_visible()
    page.keyboard.press("k")
    page.keyboard.press("j")
    page.keyboard.press("s")

    expect(page.locator("article.proposal form[data-decides] :focus")).to_be_visible()


def test_a_colleague_s_decision_is_shown_beside_and_can_be_replaced(portal_server, new_context, small, page_errors):
    page = new_context(**DESKTOP).new_page()
    signed_in(page, small)
    each = next(e for e in proposals(small) if "hộ thoát nghèo" in e.name)
    colleague = UserFactory(staff_of=small.organiser, full_name="Lê Văn Cường")
    held = PlanReading.objects.select_related("campaign").get()
    reading.decide(held, reading.Decision(each.key, "drop", 0), by=colleague, at=held.at)

    card = page.locator(f"#{each.key}")
    card.get_by_role("button", name="Nhận").click()

    expect(card.get_by_text("Lê Văn Cường vừa quyết mục này")).to_be_visible()
    assert find(proposals(small), each.key).is_dropped
    card.get_by_role("button", name=re.compile("Nhận|Lưu lại")).click()
    expect(page.locator(f"#{each.key}.proposal-taken")).to_be_visible()
    page_errors.clear()


@pytest.mark.parametrize("query", ["", "?loc=xem-lai", "?thay=1", "nhan-het/"])
def test_every_page_fits_a_phone(portal_server, phone_page, small, query):
    signed_in(phone_page, small)

    phone_page.goto(address(small) + query)

    expect(phone_page.locator("h1")).to_be_visible()
    assert phone_page.evaluate("document.documentElement.scrollWidth") == 360


def test_without_scripts_the_same_buttons_lead_through_whole_pages(portal_server, new_context, small):
    page = new_context(**DESKTOP, java_script_enabled=False).new_page()
    signed_in(page, small)
    each = next(e for e in proposals(small) if "hộ thoát nghèo" in e.name)

    page.locator(f"#{each.key}").get_by_role("link", name="Sửa").click()
    page.get_by_label("Mức phải đạt").fill("đúng 15")
    page.get_by_role("button", name="Nhận").click()

    expect(page.locator(f"#{each.key}")).to_contain_text("= 15 hộ")
    assert find(proposals(small), each.key).is_corrected
