"""The target grid in a real browser: typed by keyboard alone, pasted into, dragged, and never losing what was typed."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from campaigns.models import CampaignState
from campaigns.tests.factories import CampaignFactory
from targets import grid
from targets.models import Answer, GoalChange, Target
from targets.tests.factories import HeadingFactory, SectorFactory, TargetFactory
from units.tests.factories import UnitFactory, UserFactory

PASSWORD = "mat-khau-cua-can-bo"
EDUCATION = [
    ("Giáo dục mầm non", "Tổng số cháu đi nhà trẻ", "850", "cháu"),
    ("Giáo dục mầm non", "Tổng số học sinh mẫu giáo", "3.268", "học sinh"),
    ("Giáo dục tiểu học", "Tổng số lớp học", "139", "lớp"),
    ("Giáo dục tiểu học", "Tổng số học sinh", "4.675", "học sinh"),
    ("Giáo dục trung học cơ sở", "Tổng số lớp học", "88", "lớp"),
    ("Giáo dục trung học cơ sở", "Tổng số học sinh", "3.867", "học sinh"),
]


@pytest.fixture
def campaign(portal_server):
    return CampaignFactory(draft=True)


@pytest.fixture
def page(new_context):
    return new_context(viewport={"width": 1366, "height": 768}).new_page()


def open_grid(page, campaign):
    person = UserFactory(staff_of=campaign.organiser, password=PASSWORD)
    page.goto("/dang-nhap/")
    page.get_by_label("Tên đăng nhập").fill(person.username)
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_text("Đăng xuất")).to_be_attached()
    page.goto(reverse("targets:grid", args=[campaign.slug]))
    return person


def is_chosen(cell):
    """The cell that has the focus, be it in the box that waits in it."""
    expect(cell.locator("xpath=self::*[@data-active]")).to_have_count(1)
    assert cell.evaluate("cell => cell.contains(document.activeElement)")


def cell(page, target, field):
    return page.locator(f"#ct-{target.pk} .cell[data-field={field}]")


def fresh_cell(page, heading, field="name"):
    return page.locator(f"tbody.fresh[data-heading='{heading.pk}'] .cell[data-field={field}]")


def saved(page):
    expect(page.locator("[data-said]")).to_have_text(re.compile(r"^Đã lưu \d\d:\d\d$"))


def keys(page, *pressed):
    for key in pressed:
        page.keyboard.press(key)


def reach_the_grid(page):
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("Boolean(document.activeElement.closest('#grid .cell'))"):
            return
    raise AssertionError("no cell can be reached by Tab")


def slow_down(page):
    """Every answer takes nearly half a second, as on the ward's line at noon."""
    line = {"offline": False, "latency": 400, "downloadThroughput": -1, "uploadThroughput": -1}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", line)


def order(campaign):
    return list(campaign.targets.live().order_by("number").values_list("name", flat=True))


def test_the_education_sector_is_entered_by_keyboard_alone(page, campaign):
    sector = SectorFactory(campaign=campaign, name="Giáo dục")
    names = dict.fromkeys(heading for heading, *_ in EDUCATION)
    headings = {name: HeadingFactory(sector=sector, name=name, order=n) for n, name in enumerate(names)}
    open_grid(page, campaign)

    reach_the_grid(page)
    for number, (heading, name, goal, unit) in enumerate(EDUCATION, start=1):
        if number % 2:
            is_chosen(fresh_cell(page, headings[heading]))
        page.keyboard.type(name)
        page.keyboard.press("Tab")
        page.keyboard.type(goal)
        expect(page.locator(".echo")).to_have_text(f"= không thấp hơn {goal}")
        page.keyboard.press("Tab")
        page.keyboard.type(unit)
        page.keyboard.press("Enter")
        expect(page.locator("tbody.target:not(.fresh)")).to_have_count(number)
        expect(page.locator("tbody.fresh:focus-within")).to_have_count(1)
        expect(page.locator("tbody.fresh .cell[data-field=name]:focus-within .value")).to_have_text("")
        if number % 2 == 0 and number < len(EDUCATION):
            page.keyboard.press("ArrowDown")

    rows = campaign.targets.order_by("number").values_list(
        "heading__name", "name", "at_least", "unit_of_measure", "answer"
    )
    figures = {"850": 850, "3.268": 3268, "139": 139, "4.675": 4675, "88": 88, "3.867": 3867}
    assert list(rows) == [
        (heading, name, figures[goal], unit, Answer.NUMBER) for heading, name, goal, unit in EDUCATION
    ]


def test_cells_are_walked_and_edited_as_in_excel(page, campaign):
    sector = SectorFactory(campaign=campaign)
    first, second = (
        TargetFactory(campaign=campaign, sector=sector, number=n, name=name) for n, name in ((1, "Thu"), (2, "Chi"))
    )
    UnitFactory(organiser=campaign.organiser, name="Công an phường")
    open_grid(page, campaign)

    cell(page, first, "name").click()
    is_chosen(cell(page, first, "name"))
    keys(page, "ArrowDown", "ArrowRight")
    is_chosen(cell(page, second, "goal"))
    keys(page, "F2", "End")
    page.keyboard.type(",5")
    keys(page, "Escape")
    expect(cell(page, second, "goal")).to_have_text("≥ 100")
    keys(page, "F2")
    page.keyboard.type(",5")
    keys(page, "Tab", "Tab", "Tab", "Tab", "Tab", "Space")
    expect(cell(page, second, "single_source")).to_have_text("có")
    keys(page, "ArrowRight")
    page.keyboard.type("Công an")
    keys(page, "Enter")
    saved(page)
    keys(page, "Escape")
    expect(page.locator(".grid-keys summary")).to_be_focused()

    second.refresh_from_db()
    assert (second.at_least, second.single_source, second.decimals) == (Decimal("100.5"), True, 1)
    assert second.lead.name == "Công an phường"


def test_what_is_wrong_stands_beside_its_cell_and_what_was_typed_stays(page, campaign, page_errors):
    target = TargetFactory(campaign=campaign, name="Thu")
    other = TargetFactory(campaign=campaign, sector=target.sector, name="Chi")
    open_grid(page, campaign)

    cell(page, target, "goal").click()
    page.keyboard.type("nhiều hơn năm ngoái")
    keys(page, "Enter")
    expect(cell(page, target, "goal").locator(".fault")).not_to_be_empty()
    expect(cell(page, target, "goal").locator(".value")).to_have_text("nhiều hơn năm ngoái")
    cell(page, other, "name").click()
    keys(page, "Alt+ArrowUp")
    expect(page.locator("tbody.target:not(.fresh)").first).to_contain_text("Chi")
    expect(cell(page, target, "goal").locator(".value")).to_have_text("nhiều hơn năm ngoái")
    assert order(campaign) == ["Chi", "Thu"]

    cell(page, target, "goal").click()
    page.keyboard.type("từ 13 đến 14")
    keys(page, "Enter")
    saved(page)
    expect(cell(page, target, "goal").locator(".value")).to_have_text("13 – 14")
    page_errors.clear()


def test_a_new_target_that_is_refused_waits_while_the_next_is_typed(page, campaign, page_errors):
    sector = SectorFactory(campaign=campaign)
    open_grid(page, campaign)
    slow_down(page)
    page.locator("tbody.fresh .cell[data-field=name]").click()

    for name, goal in (("Số lớp", "nhiều"), ("Số trò", "4.675 học sinh")):
        page.keyboard.type(name)
        keys(page, "Tab")
        page.keyboard.type(goal)
        keys(page, "Enter")
    page.keyboard.type("Số phòng")

    refused = page.locator("tbody.fresh[data-again]")
    expect(page.locator("tbody.target:not(.fresh) .col-name .value")).to_have_text(["Số trò"])
    expect(refused.locator("[data-field=goal] .fault")).to_be_visible()
    expect(refused.locator("[data-field=name] .value")).to_have_text("Số lớp")
    expect(page.locator(".editor:not(.is-waiting)")).to_have_value("Số phòng")
    refused.locator("[data-field=goal]").click()
    page.keyboard.type("139 lớp")
    keys(page, "Enter")

    expect(page.locator("tbody.target:not(.fresh) .col-name .value")).to_have_text(["Số trò", "Số lớp"])
    expect(refused.locator("[data-field=name] .value")).to_have_text("Số phòng")
    assert list(sector.targets.order_by("number").values_list("at_least", flat=True)) == [4675, 139]
    page_errors.clear()


def test_two_people_on_one_row_see_both_texts(page, campaign, page_errors):
    target = TargetFactory(campaign=campaign, name="Thu")
    open_grid(page, campaign)
    colleague = UserFactory(full_name="Trần Thị Bình")
    version = grid.version_of(grid.cells_of(target))
    grid.keep_row(campaign, target.pk, {"goal": "≥ 120"}, version=version, by=colleague, at=timezone.now())

    cell(page, target, "goal").click()
    page.keyboard.type("≥ 130")
    keys(page, "Enter")

    told = page.locator(f"#ct-{target.pk} .row-said")
    expect(told).to_contain_text("Trần Thị Bình vừa sửa dòng này")
    expect(told).to_contain_text("đang lưu “≥ 120”; bạn gõ: “≥ 130”")
    told.get_by_role("button", name="Lưu nội dung tôi gõ").click()
    saved(page)
    target.refresh_from_db()
    assert target.at_least == 130
    page_errors.clear()


def test_a_session_that_ended_and_a_lost_network_lose_nothing(page, campaign, page_errors):
    target = TargetFactory(campaign=campaign, name="Thu")
    open_grid(page, campaign)

    page.context.set_offline(True)
    cell(page, target, "goal").click()
    page.keyboard.type("≥ 130")
    keys(page, "Enter")
    expect(page.locator(f"#ct-{target.pk} .row-note")).to_contain_text("mất mạng")
    page.context.set_offline(False)
    saved(page)
    page.context.clear_cookies(name="sessionid")
    cell(page, target, "goal").click()
    page.keyboard.type("≥ 140")
    keys(page, "Enter")

    expect(page.locator("[data-said]")).to_contain_text("phiên đăng nhập đã hết")
    expect(cell(page, target, "goal").locator(".value")).to_have_text("≥ 140")
    target.refresh_from_db()
    assert target.at_least == 130
    page_errors.clear()


def test_an_edit_undone_while_it_is_on_its_way_is_saved_as_well(page, campaign):
    target = TargetFactory(campaign=campaign, number=1)
    open_grid(page, campaign)
    saves, on_the_way = reverse("targets:save_row", args=[target.pk]), []

    def type_over(goal):
        cell(page, target, "goal").click()
        page.keyboard.type(goal)
        keys(page, "Enter")

    page.route(f"**{saves}", lambda route: on_the_way.append(route), times=1)
    with page.expect_request(f"**{saves}"):
        type_over("≥ 10")
    type_over("≥ 100")
    with page.expect_response(lambda response: saves in response.url and "≥ 100" in response.request.post_data):
        on_the_way[0].continue_()

    saved(page)
    expect(cell(page, target, "goal").locator(".value")).to_have_text("≥ 100")
    target.refresh_from_db()
    assert target.at_least == 100


def test_a_changed_goal_in_an_open_campaign_asks_why_in_a_dialog(page, campaign, page_errors):
    target = TargetFactory(campaign=campaign, name="Thu", number=1)
    campaign.state = CampaignState.OPEN
    campaign.save()
    open_grid(page, campaign)
    dialog = page.get_by_role("dialog")

    cell(page, target, "goal").click()
    page.keyboard.type("không quá 90")
    keys(page, "Enter")
    expect(dialog).to_contain_text("“≥ 100” đổi thành “không quá 90”")
    dialog.get_by_role("button", name="Để sau").click()
    row = page.locator(f"#ct-{target.pk}")
    expect(row).to_contain_text("Chưa lưu: cần lý do và số quyết định.")
    assert not GoalChange.objects.exists()

    row.get_by_role("button", name="Ghi lý do").click()
    dialog.get_by_label("Lý do điều chỉnh").fill("Thành phố giao lại")
    dialog.get_by_label("Số quyết định điều chỉnh").fill("45/QĐ-UBND")
    dialog.get_by_role("button", name="Lưu", exact=True).click()
    expect(cell(page, target, "goal")).to_contain_text("mức cũ ≥ 100 (QĐ số 45/QĐ-UBND)")
    assert GoalChange.objects.get().new_at_most == 90
    page_errors.clear()


def test_rows_change_places_by_dragging_by_keys_and_by_buttons(page, campaign):
    sector = SectorFactory(campaign=campaign, name="Kinh tế", order=1)
    other = SectorFactory(campaign=campaign, name="Giáo dục", order=2)
    one, two, three = (TargetFactory(campaign=campaign, sector=sector, number=n, name=f"Số {n}") for n in (1, 2, 3))
    TargetFactory(campaign=campaign, sector=other, number=4, name="Số 4")
    open_grid(page, campaign)
    rows = page.locator("tbody.target:not(.fresh) .col-name")

    page.locator(f"#ct-{three.pk} .handle").drag_to(
        page.locator(f"#ct-{one.pk} .stick-a"), target_position={"x": 20, "y": 3}
    )
    expect(rows).to_have_text(["Số 3", "Số 1", "Số 2", "Số 4"])
    page.locator(f"#lv-{other.pk}").scroll_into_view_if_needed()  # a browser drops nothing that it had to scroll to
    page.locator(f"#ct-{three.pk} .handle").drag_to(page.locator(f"#lv-{other.pk} .place-name"))
    expect(rows).to_have_text(["Số 1", "Số 2", "Số 3", "Số 4"])
    cell(page, two, "name").click()
    keys(page, "Alt+ArrowUp")
    expect(rows).to_have_text(["Số 2", "Số 1", "Số 3", "Số 4"])
    is_chosen(cell(page, two, "name"))
    keys(page, "Shift+Alt+ArrowDown")
    expect(rows).to_have_text(["Số 2", "Số 2 (bản sao)", "Số 1", "Số 3", "Số 4"])
    page.get_by_role("button", name="Chuyển lĩnh vực Giáo dục lên").click()
    expect(rows).to_have_text(["Số 3", "Số 4", "Số 2", "Số 2 (bản sao)", "Số 1"])

    three.refresh_from_db()
    assert three.sector == other
    assert order(campaign) == ["Số 3", "Số 4", "Số 2", "Số 2 (bản sao)", "Số 1"]


def test_a_sector_and_a_heading_are_added_and_renamed_in_place(page, campaign):
    open_grid(page, campaign)

    page.get_by_label("Tên lĩnh vực mới").fill("Giáo dục")
    page.get_by_role("button", name="Thêm lĩnh vực").click()
    page.get_by_text("Sửa lĩnh vực").click()
    page.get_by_label("Đề mục mới").fill("Mầm non")
    page.get_by_role("button", name="Thêm đề mục").click()
    expect(page.locator(".subgroup .place-name")).to_have_text("Mầm non")
    page.get_by_text("Sửa đề mục").click()
    page.get_by_label("Tên đề mục").fill("Giáo dục mầm non")
    page.get_by_role("button", name="Đổi tên").last.click()
    expect(page.locator(".subgroup .place-name")).to_have_text("Giáo dục mầm non")
    page.get_by_role("link", name="Thêm chỉ tiêu").click()
    page.keyboard.type("Số cháu")
    keys(page, "Tab")
    page.keyboard.type("850 cháu")
    keys(page, "Enter")

    expect(page.locator("tbody.target:not(.fresh)")).to_have_count(1)
    assert Target.objects.get().heading.name == "Giáo dục mầm non"


def test_a_block_copied_in_excel_is_pasted_shown_and_taken(page, campaign):
    sector = SectorFactory(campaign=campaign, name="Giáo dục")
    heading = HeadingFactory(sector=sector, name="Giáo dục mầm non")
    open_grid(page, campaign)
    block = "Tổng số cháu đi nhà trẻ\t850\tcháu\r\nTổng số học sinh mẫu giáo\tba nghìn\thọc sinh\r\n"

    fresh_cell(page, heading).click()
    paste(page, block)
    expect(page.get_by_role("alert")).to_contain_text("Có 1 chỗ cần sửa")
    box = page.get_by_label("Khối ô chép từ Excel")
    box.fill(box.input_value().replace("ba nghìn", "3.268"))
    page.get_by_role("button", name="Xem lại").click()
    expect(page.get_by_text("= không thấp hơn 3.268 học sinh")).to_be_visible()
    assert not Target.objects.exists()
    page.get_by_role("button", name="Ghi cả 2 chỉ tiêu").click()

    expect(page.locator("tbody.target:not(.fresh)")).to_have_count(2)
    assert list(campaign.targets.values_list("heading", "at_least").order_by("number")) == [
        (heading.pk, 850),
        (heading.pk, 3268),
    ]


def paste(page, text):
    page.evaluate(
        """text => {
          const data = new DataTransfer();
          data.setData("text/plain", text);
          const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
          document.activeElement.dispatchEvent(event);
        }""",
        text,
    )


def test_the_grid_is_read_and_edited_on_a_phone(phone_page, campaign):
    page = phone_page
    target = TargetFactory(campaign=campaign, name="Tổng mức bán lẻ hàng hóa", unit_of_measure="triệu đồng")
    open_grid(page, campaign)

    cell(page, target, "goal").tap()
    page.keyboard.type("10.712.726,79")
    page.locator("h1").tap()
    saved(page)

    target.refresh_from_db()
    assert target.at_least == Decimal("10712726.79")
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_without_script_rows_still_move_and_are_copied(new_context, campaign):
    sector = SectorFactory(campaign=campaign)
    for number in (1, 2):
        TargetFactory(campaign=campaign, sector=sector, number=number, name=f"Số {number}")
    page = new_context(viewport={"width": 1366, "height": 768}, java_script_enabled=False).new_page()
    open_grid(page, campaign)

    page.get_by_role("button", name="Chuyển chỉ tiêu 2 lên").click()
    expect(page.locator("tbody.target:visible .col-name")).to_have_text(["Số 2", "Số 1"])
    page.get_by_role("button", name="Nhân bản").first.click()

    expect(page.get_by_text("Đã nhân bản thành chỉ tiêu CT03")).to_be_visible()
    assert order(campaign) == ["Số 2", "Số 2 (bản sao)", "Số 1"]
