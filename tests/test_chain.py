"""The portal's first working day in a real browser: five people take the plan to the report that the city gets.

Every figure that the report prints is worked out again here, from nothing but what was typed.
"""

import re
import subprocess
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import count
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from campaigns.models import Campaign, ReportingPeriod
from campaigns.tests.factories import ParticipationFactory
from reports.models import Report, ReportState
from targets.models import Submission, Target
from targets.tests.factories import AllocationFactory
from tests.rig.servers import wait_until
from units.models import UnitKind, User
from units.tests.factories import OrganiserFactory, UnitFactory, UserFactory

PASSWORD = "hoa-phuong-do-2025"
PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}

# The plan's goals, copied from its text; the eleventh as ward staff change it below.
SUM, RATIO, SHARE_OF_YES = "sum", "ratio", "share of yes"
GOALS = {
    1: (SUM, "≥", "537.487,84"),
    2: (SUM, "≥", "10.712.726,79"),
    3: (SUM, "≥", "1.809.001,12"),
    4: (SUM, "≥", "83.485,19"),
    5: (SUM, "≥", "330.681"),
    6: (SUM, "≤", "330.681"),
    7: (RATIO, "≤", "0,67"),
    8: (SHARE_OF_YES, "≥", "95"),
    9: (RATIO, "≥", "95"),
    10: (SUM, "≤", "0"),
    11: (SUM, "≥", "1.900"),
    12: (RATIO, "≥", "95,08"),
    13: (RATIO, "≥", "51"),
    14: (SUM, "≥", "850"),
    15: (SUM, "≥", "3.268"),
    16: (SUM, "≥", "139"),
    17: (SUM, "≥", "4.675"),
    18: (SUM, "≥", "88"),
    19: (SUM, "≥", "3.867"),
    20: (RATIO, "≥", "100"),
    21: (RATIO, "≥", "100"),
    22: (RATIO, "≥", "100"),
}
GROWS_FROM_JANUARY = {1, 2, 3, 4, 5, 6, 11}
WHOLE_NUMBERS = {10, 11, 14, 15, 16, 17, 18, 19}

# What each unit types: done so far, then the estimate for the year; for a ratio its two figures.
TYPED = {
    "Phòng Kinh tế mẫu": {
        1: ("500.000", "541.200,5"),
        2: ("9.900.000", "10.712.726,79"),  # just the goal
        3: ("1.700.000,25", "1.795.640,3"),
        4: ("80.000", "84.001"),
        5: ("402.117", ""),  # no estimate, but reached already
        6: ("300.000", "329.874"),
        12: ("95.100", "100.000", "95.080", "100.000"),
        13: ("50.900", "100.000", "50.999", "100.000"),  # 50,999 %: not to be shown as the 51 it misses
        21: ("900", "1.000", "1.000", "1.000"),
        22: ("45", "50", "50", "50"),
    },
    "Tổ dân phố mẫu 1": {
        7: ("-3", "1.000", "-4", "1.000"),
        8: ("1", "1"),
        9: ("280", "310", "290", "310"),
        10: ("0", "0"),
        11: ("450", "480"),
        20: ("305", "310", "310", "310"),
    },
    "Tổ dân phố mẫu 2": {
        7: ("8", "1.200", "9", "1.200"),
        8: ("1", "1"),
        9: ("275", "300", "280", "300"),
        10: ("0", "0"),
        11: ("440", "470"),
        20: ("299", "300", "300", "300"),
    },
    "Tổ dân phố mẫu 3": {
        7: ("5", "900", "6", "900"),
        8: ("1", "1"),
        9: ("262", "290", "270", "290"),
        10: ("0", "0"),
        11: ("430", "460"),
        20: ("288", "290", "290", "290"),
    },
    "Tổ dân phố mẫu 4": {
        7: ("2", "1.100", "3", "1.100"),
        8: ("0", "1"),
        9: ("280", "300", "285", "300"),
        10: ("0", "0"),
        11: ("470", "500"),
        20: ("297", "300", "299", "300"),
    },
    "Trường Mầm non mẫu": {14: ("840", "861"), 15: ("3.268", "3.268")},
    "Trường Tiểu học mẫu": {16: ("139", "139"), 17: ("4.675", "4.690")},
    "Trường Trung học cơ sở mẫu": {18: ("88", "87"), 19: ("3.867", "3.870")},
}
ON_THE_PHONE, AT_A_DESK = "Tổ dân phố mẫu 1", "Trường Tiểu học mẫu"
SLIP = {11: ("45", "480")}  # what the unit on the phone types first, and the office sends back
KINDS = {"Phòng": UnitKind.OFFICE, "Tổ": UnitKind.RESIDENTIAL, "Trường": UnitKind.SCHOOL}


# --- Worked out again -------------------------------------------------------------------------------------------------


def number(text):
    return Decimal(text.replace(".", "").replace(",", "."))


def printed(value):
    whole, _, fraction = f"{abs(value):f}".partition(".")
    groups = re.sub(r"(?<=\d)(?=(\d{3})+$)", ".", whole)
    fraction = fraction.rstrip("0")
    return ("-" if value < 0 else "") + groups + (f",{fraction}" if fraction else "")


def beside(value, bound, places):
    """Rounded, but never onto the other side of the bound it is judged by."""
    for more in count(places):
        shown = value.quantize(Decimal(10) ** -more, ROUND_HALF_UP)
        if (shown > bound, shown < bound) == (value > bound, value < bound):
            return printed(shown)


def figure(kind, answers, estimated):
    """The ward's figure from what its units typed; None where a unit left the estimate out."""
    texts = [a[len(a) // 2 :] if estimated else a[: len(a) // 2] for a in answers]
    if any("" in pair for pair in texts):
        return None
    over = sum(number(pair[0]) for pair in texts)
    if kind == RATIO:
        return 100 * over / sum(number(pair[1]) for pair in texts)
    return 100 * over / len(texts) if kind == SHARE_OF_YES else over


def expected_line(no):
    """A target's row as text: goal, done, estimate, % of the goal, points beside it for a rate, units, verdict."""
    kind, side, typed_goal = GOALS[no]
    goal, places = number(typed_goal), 0 if no in WHOLE_NUMBERS else 2
    answers = [unit[no] for unit in TYPED.values() if no in unit]
    done, estimate = figure(kind, answers, False), figure(kind, answers, True)
    judged = done if estimate is None else estimate
    if side == "≤":
        verdict = "Đạt" if judged <= goal else "Chưa đạt"
    else:
        verdict = "Vượt" if judged > goal else "Đạt" if judged == goal else "Chưa đạt"
    if estimate is None:
        assert no in GROWS_FROM_JANUARY
        assert verdict == "Vượt", "only what is reached already is judged without an estimate"
    cells = [
        f"{side} {typed_goal}",
        beside(done, goal, places),
        "" if estimate is None else beside(estimate, goal, places),
        "" if goal == 0 else beside(judged * 100 / goal, Decimal(100), 2),
        "" if kind == SUM else f"({'+' if judged > goal else ''}{beside(judged - goal, Decimal(0), 2)} điểm)",
        f"{len(answers)}/{len(answers)}",
        verdict + ("" if estimate is None else " (ước)"),
    ]
    return " ".join(cell for cell in cells if cell), verdict


# --- The stage --------------------------------------------------------------------------------------------------------


class Ward:
    """The plan as loaded, the units that answer it, and five people with a password."""

    def __init__(self):
        organiser = OrganiserFactory(
            name="Ủy ban nhân dân phường Kiến An", code="UBND-KA", place="Kiến An",
            agency_lines="ỦY BAN NHÂN DÂN\nPHƯỜNG KIẾN AN",
        )  # fmt: skip
        call_command("load_plan", Path("campaigns/plans/kien-an-2025.toml"), organiser="UBND-KA")
        self.campaign = Campaign.objects.get(slug="kien-an-2025")
        ahead = timezone.now() + timedelta(days=60)  # this season's deadlines, so that hand-ins are on time
        ReportingPeriod.objects.update(units_due=ahead, report_due=ahead + timedelta(days=5))
        Campaign.objects.update(ends_on=ahead + timedelta(days=20))
        self.campaign.refresh_from_db()
        self.period = self.campaign.periods.get()
        self.targets = {target.number: target for target in Target.objects.all()}
        self.units = {}
        for order, (name, answers) in enumerate(TYPED.items()):
            kind = KINDS[name.split()[0]]
            self.units[name] = unit = UnitFactory(name=name, kind=kind, organiser=organiser, order=order)
            ParticipationFactory(campaign=self.campaign, unit=unit)
            for no in answers:
                if name != AT_A_DESK:  # these shares are given in the browser
                    AllocationFactory(target=self.targets[no], unit=unit)
        people = {"can.bo": "staff_of", "van.phong": "office_of", "lanh.dao": "leader_of"}
        for username, role in people.items():
            UserFactory(username=username, password=PASSWORD, **{role: organiser})
        for username, name in {"to.truong": ON_THE_PHONE, "hieu.truong": AT_A_DESK}.items():
            UserFactory(username=username, password=PASSWORD, reporter_of=self.units[name])

    def submission(self, name):
        return Submission.objects.get(unit=self.units[name], period=self.period)

    def cells(self, name, answers):
        """{box of the form: text}."""
        parts = {2: ("amount", "est_amount"), 4: ("amount", "base", "est_amount", "est_base")}
        return {
            f"target.{self.targets[no].pk}.{part}": text
            for no, texts in answers.items()
            for part, text in zip(parts[len(texts)], texts, strict=True)
        }

    def hand_in_the_rest(self):
        """All other units post the same form, and the office accepts them."""
        client, office = Client(), Client()
        office.force_login(User.objects.get(username="van.phong"))
        for name, answers in TYPED.items():
            if name in (ON_THE_PHONE, AT_A_DESK):
                continue
            submission = self.submission(name)
            client.force_login(UserFactory(reporter_of=submission.unit))
            posted = self.cells(name, answers) | {"submit_key": str(uuid4()), "versions": "{}"}
            answer = client.post(f"/ket-qua/{submission.pk}/nop/", posted)
            assert answer.status_code == 302, answer.context["form"].errors
            office.post(f"/duyet/{submission.pk}/dong-y/", {"revision": 1})


@pytest.fixture
def ward(portal_server):
    return Ward()


@pytest.fixture
def sign_in(new_context):
    def open_page(username, **screen):
        page = new_context(**screen).new_page()
        page.goto("/")
        page.get_by_label("Tên đăng nhập").fill(username)
        page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
        page.locator("main").get_by_role("button", name="Đăng nhập").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Xin chào")
        return page

    return open_page


# --- What each of them does -------------------------------------------------------------------------------------------


def staff_mend_a_goal_give_shares_and_open(page, ward):
    page.get_by_role("link", name="Xem kế hoạch và chỉ tiêu").click()
    for target in ward.targets.values():
        expect(page.get_by_role("link", name=target.name, exact=True).first).to_be_visible()

    page.goto(f"/chi-tieu/{ward.targets[11].pk}/sua/")
    expect(page.get_by_label("Không thấp hơn")).to_have_value("1.805")
    page.get_by_label("Không thấp hơn").fill("1.900")
    page.get_by_role("button", name="Lưu chỉ tiêu").click()
    expect(page.locator("main")).to_contain_text("Đã lưu chỉ tiêu.")

    for no, goal in ((16, "139"), (17, "4.675")):
        page.goto(f"/chi-tieu/{ward.targets[no].pk}/giao/")
        page.get_by_role("checkbox", name=AT_A_DESK).check()
        row = page.get_by_role("row").filter(has_text=AT_A_DESK)
        row.get_by_role("textbox").first.fill(goal)
        page.get_by_role("button", name="Lưu phần giao").click()
        expect(page.locator("main")).to_contain_text("Đã lưu phần giao cho đơn vị.")

    page.goto(f"/dot-thi-dua/{ward.campaign.slug}/")
    page.get_by_role("button", name="Mở đợt thi đua").click()
    expect(page.locator("main")).to_contain_text("Đã mở đợt thi đua.")


def unit_fills_in(page, cells):
    for box, text in cells.items():
        field = page.locator(f'[id="{box}"]')
        if field.get_attribute("type") == "radio":
            page.locator(f'[name="{box}"][value="{text}"]').check()
        elif field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(text)
        else:
            field.fill(text)


def unit_hands_in(page, cells, *, example=""):
    page.get_by_role("link", name="Nhập và nộp kết quả").click()
    unit_fills_in(page, cells)
    if example:
        page.locator('[id="prompt.example"]').fill(example)
    page.get_by_role("button", name="Xem lại và nộp").click()
    page.get_by_role("button", name="Nộp kết quả").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Biên nhận số")
    expect(page.locator("main")).to_contain_text("Đúng hạn")


def office_sends_back(page, ward, name, reason):
    page.goto("/")
    page.get_by_role("link", name=name).click()
    page.get_by_role("link", name="Trả lại", exact=True).click()
    page.get_by_label("Lý do, nội dung cần sửa").fill(reason)
    page.get_by_role("button", name="Trả lại").click()
    expect(page.locator("main")).to_contain_text(f"Đã trả lại kết quả của {name}")


def unit_mends_and_hands_in_again(page, ward, reason, cells):
    page.goto("/")
    page.get_by_role("link", name="Sửa và nộp lại").click()
    expect(page.locator("main")).to_contain_text(reason)
    unit_fills_in(page, cells)
    page.get_by_role("button", name="Xem lại và nộp").click()
    page.get_by_role("button", name="Nộp lại").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Biên nhận số")


def office_accepts(page, name):
    page.goto("/")
    page.get_by_role("link", name=name).click()
    page.get_by_role("button", name="Duyệt bản lần").click()
    expect(page.locator("main")).to_contain_text(f"Đã duyệt kết quả của {name}")


def office_writes_and_builds(page, ward):
    page.goto(f"/bao-cao/ky/{ward.period.pk}/")
    page.get_by_role("link", name="Soạn báo cáo").click()
    page.locator("[name='text.leadership']").fill("Phường đã phát động tới từng tổ dân phố.")
    page.locator("[name='text.directions']").fill("Tiếp tục thực hiện các chỉ tiêu chưa đạt.")
    page.get_by_role("button", name="Lưu nháp").click()
    expect(page.locator("main")).to_contain_text("Đã lưu lời báo cáo")
    page.goto(f"/bao-cao/ky/{ward.period.pk}/")
    page.get_by_role("button", name="Lập báo cáo gửi thành phố").click()
    expect(page.get_by_role("link", name="Dự thảo (PDF")).to_be_visible(timeout=30_000)


def leader_approves(page):
    expect(page.locator("main")).to_contain_text("Tình hình thực hiện")
    page.get_by_role("link", name="Đọc và phê duyệt báo cáo").click()
    page.get_by_role("button", name="Phê duyệt báo cáo").click()
    expect(page.get_by_role("link", name="Bản trình ký (PDF")).to_be_visible(timeout=30_000)


def office_issues_sends_and_downloads(page, folder):
    page.reload()
    page.get_by_role("link", name="Ghi số và ngày ban hành").click()
    page.get_by_label("Số báo cáo").fill("125")
    page.get_by_label("Ngày ban hành").fill(f"{timezone.localdate():%d/%m/%Y}")
    page.get_by_role("button", name="Ghi số và ban hành").click()
    issued = page.get_by_role("link", name="Bản ban hành (PDF")
    expect(issued).to_be_visible(timeout=30_000)
    page.get_by_role("link", name="Ghi nhận đã gửi thành phố").click()
    page.get_by_label("Cách gửi").fill("Trục liên thông văn bản")
    page.get_by_role("button", name="Ghi nhận đã gửi").click()
    expect(page.locator("main")).to_contain_text("trong hạn")
    with page.expect_download() as download:
        issued.click()
    download.value.save_as(folder / "bao-cao.pdf")
    return folder / "bao-cao.pdf"


# --- The chain --------------------------------------------------------------------------------------------------------


def play(ward, sign_in, worker, smtp, folder):
    worker.start(beat=True)
    staff = sign_in("can.bo")
    staff_mend_a_goal_give_shares_and_open(staff, ward)

    phone, desk, office = sign_in("to.truong", **PHONE), sign_in("hieu.truong"), sign_in("van.phong")
    unit_hands_in(phone, ward.cells(ON_THE_PHONE, TYPED[ON_THE_PHONE] | SLIP))
    example = "Cô giáo Nguyễn Thị Mẫu\nVận động 120 phụ huynh tham gia."
    unit_hands_in(desk, ward.cells(AT_A_DESK, TYPED[AT_A_DESK]), example=example)
    reason = "Số việc làm đã giải quyết đến nay thấp bất thường, đề nghị kiểm tra lại."
    office_sends_back(office, ward, ON_THE_PHONE, reason)
    unit_mends_and_hands_in_again(phone, ward, reason, ward.cells(ON_THE_PHONE, {11: TYPED[ON_THE_PHONE][11]}))
    office_accepts(office, ON_THE_PHONE)
    office_accepts(office, AT_A_DESK)
    ward.hand_in_the_rest()

    office_writes_and_builds(office, ward)
    leader_approves(sign_in("lanh.dao", **PHONE))
    path = office_issues_sends_and_downloads(office, folder)
    wait_until(lambda: any("được trả lại" in letter["Subject"] for letter in smtp.messages), "the notice of return")
    assert sum("Biên nhận" in letter["Subject"] for letter in smtp.messages) >= 3
    return path


def tool(*command):
    return subprocess.run(command, capture_output=True, check=True).stdout.decode()


def check_the_figures(path):
    said = " ".join(tool("pdftotext", "-raw", path, "-").split())
    verdicts = []
    for no in GOALS:
        line, verdict = expected_line(no)
        name = Target.objects.get(number=no).name
        assert re.search(rf" {no} {re.escape(name)} \S+( \S+)? {re.escape(line)} ", said), (no, name, line)
        verdicts.append(verdict)
    reached = len(verdicts) - verdicts.count("Chưa đạt")
    assert (
        f"có {reached:02}/22 chỉ tiêu đạt và vượt kế hoạch, trong đó {verdicts.count('Vượt'):02} chỉ tiêu vượt" in said
    )
    assert "Có 08/08 đơn vị nộp báo cáo (08 đơn vị nộp đúng hạn, 00 đơn vị nộp muộn)" in said
    assert "Số: 125/BC-UBND" in said
    assert "Phường đã phát động tới từng tổ dân phố." in said
    assert "Cô giáo Nguyễn Thị Mẫu" in said
    assert "DỰ THẢO" not in said


def check_the_document(path):
    sizes = re.findall(r"Page +\d+ size: +([\d.]+) x ([\d.]+)", tool("pdfinfo", "-l", "99", path))
    assert {frozenset(round(float(side)) for side in size) for size in sizes} == {frozenset({595, 842})}, "A4 all of it"
    fonts = tool("pdffonts", path).splitlines()[2:]
    assert fonts
    for font in fonts:
        assert "Tinos" in font
        assert font.split()[-5] == "yes", "embedded"

    def top_margin(page):
        width = round(float(sizes[page - 1][0]))
        return tool(
            "pdftotext", "-f", str(page), "-l", str(page), "-x", "0", "-y", "0", "-W", str(width), "-H", "56", path, "-"
        )

    assert top_margin(1).split() == [], "the first page bears no number"
    assert top_margin(2).split() == ["2"]


@pytest.mark.timeout(300)
@pytest.mark.production
def test_from_plan_to_city_report_in_production(ward, sign_in, worker, smtp, tmp_path, browser):
    path = play(ward, sign_in, worker, smtp, tmp_path)
    check_the_figures(path)
    check_the_document(path)
    report = Report.objects.exclude(sent_at=None).get()
    assert (report.state, report.files.count()) == (ReportState.ISSUED, 7)  # the sheet to sign is a PDF alone
    assert (settings.MEDIA_ROOT / report.files.first().file.name).read_bytes() == path.read_bytes()


@pytest.mark.timeout(300)
@pytest.mark.embedded
def test_from_plan_to_city_report_embedded(ward, sign_in, worker, smtp, tmp_path, browser):
    path = play(ward, sign_in, worker, smtp, tmp_path)
    check_the_figures(path)
    check_the_document(path)
