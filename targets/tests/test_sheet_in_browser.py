"""The allocation sheet in a real browser: by mouse and by keyboard alone."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from campaigns.models import CampaignState
from campaigns.tests.factories import ParticipationFactory, PeriodFactory
from targets.models import Allocation
from targets.tests.factories import AllocationFactory, SubmissionFactory, TargetFactory
from units.models import Message, SchoolLevel, UnitKind
from units.tests.factories import ClusterFactory, UnitFactory, UserFactory

PASSWORD = "mat-khau-cua-can-bo"


@pytest.fixture
def ward(transactional_db):
    """A draft campaign: ≥ 100 cuộc for three groups and one school, a rate, a yes or no."""
    period = PeriodFactory(campaign__draft=True)
    campaign = period.campaign
    cluster = ClusterFactory(organiser=campaign.organiser, name="Cụm I")
    for households in (100, 200, 300):
        unit = UnitFactory(organiser=campaign.organiser, households=households)
        ParticipationFactory(campaign=campaign, unit=unit, cluster=cluster)
    school = UnitFactory(organiser=campaign.organiser, kind=UnitKind.SCHOOL, school_level=SchoolLevel.NURSERY)
    ParticipationFactory(campaign=campaign, unit=school)
    TargetFactory(campaign=campaign, name="Số cuộc hoà giải thành")
    TargetFactory(campaign=campaign, ratio=True, name="Tỷ lệ hộ đạt chuẩn gia đình văn hoá")
    TargetFactory(campaign=campaign, yes_no=True, name="Có mô hình dân vận khéo")
    return campaign


@pytest.fixture
def page(portal_server, new_context, ward):
    context = new_context(viewport={"width": 1366, "height": 768}, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    sign_in(page, ward)
    return page


def sign_in(page, campaign):
    person = UserFactory(staff_of=campaign.organiser, password=PASSWORD)
    page.goto("/dang-nhap/")
    page.get_by_label("Tên đăng nhập").fill(person.username)
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_text("Đăng xuất")).to_be_attached()


def open_sheet(page, campaign):
    page.goto(reverse("targets:sheet", args=[campaign.slug]))
    expect(page.get_by_role("grid")).to_be_visible()


def cell(page, row, column):
    """The cell of a target and a unit, both counted from 0."""
    return page.locator(f"td[data-row='{row}'][data-column='{column}']")


def held(campaign):
    """{(target's number, unit's name): (at_least, at_most)}."""
    rows = Allocation.objects.open().filter(target__campaign=campaign).select_related("target", "unit")
    first = min(target.number for target in campaign.targets.all())
    names = {part.unit_id: place for place, part in enumerate(campaign.participations.order_by("pk"))}
    return {(a.target.number - first, names[a.unit_id]): (a.at_least, a.at_most) for a in rows}


def said(page):
    return page.locator("#sheet-said")


def sum_of(page, row):
    return page.locator("#sheet-table tbody tr:not(.group)").nth(row).locator("td.sum-cell")


def test_an_edit_undone_while_it_is_on_its_way_is_saved_as_well(page, ward):
    open_sheet(page, ward)
    saves, on_the_way = reverse("targets:save_shares", args=[ward.slug]), []

    def type_over(figure):
        cell(page, 0, 0).focus()
        page.keyboard.press("F2")
        page.keyboard.type(figure)
        page.keyboard.press("Enter")

    with page.expect_response(f"**{saves}"):
        type_over("≥ 5")
    page.route(f"**{saves}", lambda route: on_the_way.append(route), times=1)
    with page.expect_request(f"**{saves}"):
        type_over("10")
    type_over("≥ 5")
    with page.expect_response(lambda response: saves in response.url and "%2210%22" not in response.request.post_data):
        on_the_way[0].continue_()

    expect(said(page)).to_have_text(re.compile("^Đã lưu"))
    expect(cell(page, 0, 0)).to_have_text("≥ 5")
    assert list(held(ward).values()) == [(5, None)]


def test_shares_are_given_by_keyboard_alone(page, ward):
    open_sheet(page, ward)
    cell(page, 0, 1).focus()

    page.keyboard.type("60")
    page.keyboard.press("Tab")
    page.keyboard.type("≥ 30")
    page.keyboard.press("Enter")  # down: the rate of the same unit
    page.keyboard.type("x")
    page.keyboard.press("ArrowLeft")
    page.keyboard.type("97,5")
    page.keyboard.press("ArrowDown")
    page.keyboard.type("12")
    page.keyboard.press("Escape")
    page.keyboard.press("F2")
    page.keyboard.type("có")
    page.keyboard.press("Enter")

    expect(said(page)).to_have_text(re.compile("^Đã lưu"))
    expect(cell(page, 1, 2)).to_have_text("mức phường")
    expect(cell(page, 2, 1)).to_have_text("có")
    assert held(ward) == {
        (0, 0): (Decimal(60), None),
        (0, 1): (Decimal(30), None),
        (1, 1): (None, None),
        (1, 0): (Decimal("97.5"), None),
        (2, 0): (None, None),
    }


def test_the_sum_follows_what_is_typed(page, ward):
    open_sheet(page, ward)
    expect(sum_of(page, 0)).to_contain_text("chưa giao")
    expect(sum_of(page, 1)).to_contain_text("mức riêng hoặc mức phường")

    for column, figure, words in (
        (1, "60", "còn 40 cuộc chưa giao"),
        (2, "50", "giao vượt 10 cuộc"),
        (2, "40", "khớp"),
    ):
        cell(page, 0, column).click()
        page.keyboard.type(figure)
        page.keyboard.press("Enter")
        expect(sum_of(page, 0)).to_contain_text(words)


def test_a_slip_is_told_and_what_was_typed_stays(page, ward):
    open_sheet(page, ward)
    cell(page, 0, 1).click()
    page.keyboard.type("4,5")
    page.keyboard.press("Enter")

    expect(said(page)).to_contain_text("số nguyên")
    expect(cell(page, 0, 1)).to_have_text("4,5")
    expect(cell(page, 0, 1)).to_have_attribute("aria-invalid", "true")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#sheet-detail")).to_contain_text("số nguyên")
    page.keyboard.press("Enter")
    expect(page.locator(".sheet-editor")).to_have_value("4,5")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("45")
    page.keyboard.press("Enter")

    expect(said(page)).to_have_text(re.compile("^Đã lưu"))
    assert held(ward) == {(0, 0): (Decimal(45), None)}


def test_a_block_is_pasted_from_excel_copied_and_taken_away(page, ward):
    open_sheet(page, ward)
    page.evaluate("navigator.clipboard.writeText('60\\t≤ 40\\r\\nx\\t95,5\\r\\n')")
    cell(page, 0, 1).click()
    page.keyboard.press("ControlOrMeta+v")
    expect(said(page)).to_have_text(re.compile("^Đã lưu"))
    block = {(0, 0): (Decimal(60), None), (0, 1): (None, Decimal(40)), (1, 0): (None, None)}
    assert held(ward) == block | {(1, 1): (Decimal("95.5"), None)}

    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("ControlOrMeta+c")
    expect(said(page)).to_have_text("Đã chép 2 × 1 ô")
    cell(page, 0, 3).click()
    page.keyboard.press("ControlOrMeta+v")
    expect(cell(page, 1, 3)).to_have_text("mức phường")
    expect(said(page)).to_have_text(re.compile("^Đã lưu"))
    assert held(ward)[0, 2] == (Decimal(60), None)

    cell(page, 0, 1).click()
    cell(page, 1, 3).click(modifiers=["Shift"])
    page.keyboard.press("Delete")
    expect(cell(page, 1, 3)).to_have_text("")
    expect(said(page)).to_have_text(re.compile("^Đã lưu"))
    assert held(ward) == {}


def test_a_goal_is_shared_out_by_mouse_with_a_look_before(page, ward):
    open_sheet(page, ward)
    page.get_by_role("button", name="Số cuộc hoà giải thành").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Theo số hộ").check()
    dialog.get_by_role("button", name="Xem trước").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Đề nghị chọn ít nhất một đơn vị")
    dialog.get_by_label("Chọn theo cụm, khối").select_option("Cụm I")
    expect(dialog.get_by_text("(đang chọn 3)")).to_be_visible()
    dialog.get_by_role("button", name="Xem trước").click()

    expect(page.locator("#share-out-rows")).to_contain_text("≥ 17")
    expect(page.locator("#share-out-after")).to_have_text("≥ 100")
    assert held(ward) == {}
    dialog.get_by_role("button", name="Ghi vào bảng").click()

    expect(said(page)).to_have_text(re.compile("^Đã lưu"))
    expect(sum_of(page, 0)).to_contain_text("khớp")
    assert held(ward) == {(0, place): (Decimal(part), None) for place, part in enumerate((17, 33, 50))}


def test_a_target_is_given_to_a_whole_kind_by_keyboard_alone(page, ward):
    open_sheet(page, ward)
    page.get_by_label("Loại đơn vị").select_option("Tổ dân phố")
    cell(page, 1, 1).focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(page.get_by_text("(đang chọn 3)")).to_be_visible()  # what the table shows
    page.keyboard.press("ArrowDown")  # the second way: no goal of its own
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Ghi vào bảng")).to_be_focused()
    page.keyboard.press("Enter")

    expect(said(page)).to_have_text(re.compile("^Đã lưu"))
    assert held(ward) == {(1, place): (None, None) for place in range(3)}


def test_the_table_shows_what_is_asked_for(page, ward):
    open_sheet(page, ward)
    columns = page.locator("#sheet-table thead tr").nth(1).locator("th")
    expect(columns).to_have_count(4)

    page.get_by_label("Cụm, khối", exact=True).select_option("Cụm I")
    expect(columns).to_have_count(3)
    page.get_by_label("Tìm đơn vị").fill("khong co don vi nay")
    expect(page.get_by_text("Không có chỉ tiêu hoặc đơn vị nào khớp bộ lọc")).to_be_visible()
    page.get_by_role("button", name="Bỏ lọc").click()
    expect(columns).to_have_count(4)


def test_two_people_in_one_cell_see_both_values(page, ward, page_errors):
    open_sheet(page, ward)
    target, unit = ward.targets.first(), ward.participations.order_by("pk").first().unit
    AllocationFactory(target=target, unit=unit, at_least=Decimal(9))

    cell(page, 0, 1).click()
    page.keyboard.type("10")
    page.keyboard.press("Tab")
    page.keyboard.type("20")
    page.keyboard.press("Tab")

    conflict = page.locator(".sheet-conflict")
    expect(conflict).to_contain_text("người khác vừa ghi: “≥ 9”; mức vừa gõ: “10”")
    conflict.get_by_role("button", name="Giữ mức vừa gõ").click()
    expect(conflict).to_have_count(0)
    expect(said(page)).to_have_text(re.compile("^Đã lưu"))
    assert held(ward) == {(0, 0): (Decimal(10), None), (0, 1): (Decimal(20), None)}
    page_errors.clear()


def test_what_is_typed_without_a_network_is_saved_when_it_is_back(page, ward, page_errors):
    open_sheet(page, ward)
    page.context.set_offline(True)
    cell(page, 0, 1).click()
    page.keyboard.type("10")
    page.keyboard.press("Enter")
    expect(said(page)).to_contain_text("mất mạng")
    page.context.set_offline(False)

    expect(said(page)).to_have_text(re.compile("^Đã lưu"))
    assert held(ward) == {(0, 0): (Decimal(10), None)}
    page_errors.clear()


def test_in_an_open_campaign_changes_wait_for_one_decision(page, ward):
    period, targets = ward.periods.get(), list(ward.targets.order_by("number"))
    people = []
    for part in ward.participations.order_by("pk"):
        SubmissionFactory(period=period, unit=part.unit)
        people.append(UserFactory(reporter_of=part.unit))
    first = ward.participations.order_by("pk").first().unit
    AllocationFactory(target=targets[0], unit=first, at_least=Decimal(30))
    ward.state = CampaignState.OPEN
    ward.save()
    open_sheet(page, ward)
    cell(page, 0, 1).click()
    page.keyboard.type("40")
    page.keyboard.press("Enter")
    page.keyboard.type("x")
    page.keyboard.press("Tab")
    page.keyboard.type("98")
    page.keyboard.press("Enter")
    expect(cell(page, 1, 2)).to_have_text("≥ 98")
    assert held(ward) == {(0, 0): (Decimal(30), None)}

    page.get_by_role("button", name="Lưu 3 ô theo quyết định…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("3 ô thay đổi; 2 đơn vị nhận thông báo")
    expect(page.locator("#decision-rows tr").first).to_contain_text("≥ 30")
    dialog.get_by_role("button", name="Lưu và thông báo đơn vị").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Đề nghị ghi lý do điều chỉnh. Đề nghị ghi số quyết định")
    dialog.get_by_label("Lý do điều chỉnh").fill("Giao bổ sung quý III")
    dialog.get_by_label("Số quyết định").fill("27/QĐ-UBND")
    page.keyboard.press("Enter")

    expect(said(page)).to_contain_text("Đã lưu 3 ô")
    expect(page.get_by_role("button", name="Lưu theo quyết định…")).to_be_disabled()
    assert held(ward) == {(0, 0): (Decimal(40), None), (1, 0): (None, None), (1, 1): (Decimal(98), None)}
    assert {letter.user for letter in Message.objects.all()} == set(people[:2])


def test_on_a_phone_each_target_leads_to_its_own_page(portal_server, phone_page, ward):
    AllocationFactory(target=ward.targets.first(), unit=ward.participations.first().unit, at_least=Decimal(80))
    sign_in(phone_page, ward)
    phone_page.goto(reverse("targets:sheet", args=[ward.slug]))

    expect(phone_page.get_by_role("grid")).to_be_hidden()
    assert phone_page.evaluate("document.documentElement.scrollWidth") == 360
    phone_page.get_by_role("link", name="Giải thích chênh lệch").click()
    phone_page.get_by_label("Giải thích chênh lệch").fill("Phường giữ lại 20 cuộc.")
    phone_page.get_by_role("button", name="Xác nhận chênh lệch").click()
    expect(phone_page.get_by_text("Đã giải thích: Phường giữ lại 20 cuộc.")).to_be_visible()
    phone_page.get_by_role("link", name="Số cuộc hoà giải thành").click()
    expect(phone_page.get_by_role("button", name="Lưu phần giao")).to_be_visible()
