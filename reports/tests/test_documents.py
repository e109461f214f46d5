import io
import json
import logging
import re
import subprocess
from datetime import date

import pytest
from PIL import Image
from pypdf import PdfReader

from campaign_portal.pdf import render
from reports.documents import SECTIONS, city_report_html, progress_report_html, sections
from reports.tests.sample_figures import PLAN, compared_figures, sample_figures, sample_texts
from reports.wording import headline

MM = 25.4 / 72
TINOS_HEIGHT = 1.107  # of the box that pdftotext draws round a word, per point of size
DRAFT = {"stage": "draft", "number": "", "issued_on": None}
APPROVED = DRAFT | {"stage": "approved"}
ISSUED = {"stage": "issued", "number": "5", "issued_on": date(2025, 12, 9)}


class Word:
    def __init__(self, text, left, top, right, bottom):
        self.text, self.left, self.top, self.right, self.bottom = text, left * MM, top * MM, right * MM, bottom * MM
        self.size = round((bottom - top) / TINOS_HEIGHT, 1)


class Page:
    def __init__(self, width, height, body):
        self.width, self.height = float(width) * MM, float(height) * MM
        boxes = r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>'
        self.words = [Word(text, *map(float, box)) for *box, text in re.findall(boxes, body)]

    @property
    def text(self):
        return " ".join(word.text for word in self.words)

    def margin(self):
        """Words in the top margin: the page number and the draft mark."""
        return [word for word in self.words if word.bottom < 20]

    def number(self):
        return [word for word in self.margin() if word.text.isdecimal()]

    def line(self, words):
        """The words of a line printed together, wherever it stands on the page."""
        wanted = words.split()
        for i in range(len(self.words)):
            if [word.text for word in self.words[i : i + len(wanted)]] == wanted:
                return self.words[i : i + len(wanted)]
        raise AssertionError(f"{words!r} is not on the page")


class Printed:
    def __init__(self, html):
        self.pdf = render(html)
        boxes = _tool("pdftotext", self.pdf, "-bbox", "-", "-")
        self.pages = [
            Page(*found) for found in re.findall(r'<page width="(.*?)" height="(.*?)">(.*?)</page>', boxes, re.S)
        ]
        self.text = " ".join(_tool("pdftotext", self.pdf, "-raw", "-", "-").split())

    def annex(self, number):
        """The pages of an annex."""
        starts = [
            i for i, page in enumerate(self.pages) if re.search(r"\bPhụ lục [IV]+ (KẾT|TÌNH|DANH|ĐIỂN)", page.text)
        ]
        ends = [*starts[1:], len(self.pages)]
        return self.pages[starts[number - 1] : ends[number - 1]]

    def main(self):
        return self.pages[: -sum(len(self.annex(i)) for i in (1, 2, 3))]


def _tool(name, pdf, *arguments):
    return subprocess.run([name, *arguments], input=pdf, capture_output=True, check=True).stdout.decode()


@pytest.fixture(scope="module")
def draft():
    return Printed(city_report_html(sample_figures(), sample_texts(), header=DRAFT))


@pytest.fixture(scope="module")
def issued():
    return Printed(city_report_html(sample_figures(final=False), sample_texts(), header=ISSUED))


@pytest.fixture(scope="module")
def progress():
    return Printed(progress_report_html(sample_figures(final=False), {"note": "Đề nghị các đơn vị nộp sớm."}))


@pytest.fixture(scope="module")
def compared():
    return Printed(city_report_html(compared_figures(), sample_texts(), header=DRAFT))


def all_targets():
    return [target for _, _, groups in PLAN for _, targets in groups for target in targets]


# --- The page --------------------------------------------------------------------------------------------------------


def test_pages_are_a4_and_wide_tables_lie_across(draft):
    across = draft.annex(1) + draft.annex(3)

    for page in draft.pages:
        expected = (297, 210) if page in across else (210, 297)
        assert (page.width, page.height) == pytest.approx(expected, abs=0.1)
    assert len(draft.main()) >= 3


def test_text_keeps_the_margins_of_the_decree(draft, issued, progress):
    for page in draft.pages + issued.pages + progress.pages:
        text = [word for word in page.words if word not in page.margin()]
        assert 30 <= min(word.left for word in text) <= 47.7  # a page of headings alone begins at the indent
        assert page.width - max(word.right for word in text) >= 15
        assert min(word.top for word in text) >= 20
        assert page.height - max(word.bottom for word in text) >= 20


def test_full_lines_reach_both_margins(draft):
    page = draft.pages[1]

    assert min(word.left for word in page.words) == pytest.approx(32, abs=0.5)
    assert page.width - max(word.right for word in page.words if word not in page.margin()) == pytest.approx(
        17, abs=0.5
    )


def test_the_first_page_shows_no_number_and_annexes_count_their_own(draft):
    for part in [draft.main(), draft.annex(1), draft.annex(2), draft.annex(3)]:
        numbers = [[word.text for word in page.number()] for page in part]
        assert numbers == [[], *([str(i)] for i in range(2, len(part) + 1))]


def test_the_page_number_is_centred_over_the_text(draft, issued):
    numbered = [page for page in draft.pages + issued.pages if page.number()]

    assert len(numbered) >= 8
    for page in numbered:
        (number,) = page.number()
        assert (number.left + number.right) / 2 == pytest.approx((32 + page.width - 17) / 2, abs=0.5)
        assert number.size == pytest.approx(14, abs=0.2)


def test_only_the_portals_fonts_are_in_the_file(draft):
    fonts = _tool("pdffonts", draft.pdf, "-").splitlines()[2:]

    assert fonts
    assert all("+Tinos-Portal" in line and line.split()[-5:-3] == ["yes", "yes"] for line in fonts)


def test_the_style_sheet_is_understood_whole(caplog):
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        render(city_report_html(sample_figures(), sample_texts(), header=DRAFT))
        render(progress_report_html(sample_figures(), {}))

    assert [record.getMessage() for record in caplog.records if record.name == "weasyprint"] == []


# --- The blocks of the first page ------------------------------------------------------------------------------------


def test_the_blocks_of_the_head_stand_in_their_places(draft):
    page = draft.pages[0]
    agency, ward = page.line("ỦY BAN NHÂN DÂN"), page.line("PHƯỜNG KIẾN AN")
    nation, motto = page.line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"), page.line("Độc lập - Tự do - Hạnh phúc")
    number = page.line("Số:") + page.line("/BC-UBND")
    dated = page.line("Kiến An, ngày tháng năm 2025")

    def middle(words):
        return (words[0].left + words[-1].right) / 2

    assert agency[-1].right < nation[0].left
    assert agency[0].top == pytest.approx(nation[0].top, abs=0.2)
    assert agency[0].bottom <= ward[0].top + 1 < number[0].top
    assert middle(agency) == pytest.approx(middle(ward), abs=0.5) == pytest.approx(middle(number), abs=0.5)
    assert middle(nation) == pytest.approx(middle(motto), abs=0.5) == pytest.approx(middle(dated), abs=0.5)
    assert number[0].bottom == pytest.approx(dated[0].bottom, abs=0.2)
    sizes = [words[0].size for words in (agency, ward, nation, motto, number, dated)]
    assert sizes == pytest.approx([12, 12, 12, 13, 13, 13], abs=0.2)


def test_the_title_and_the_body_have_their_sizes(draft):
    page = draft.pages[0]
    title, addressed = page.line("BÁO CÁO"), page.line("Kính gửi: Ban Thi đua - Khen thưởng thành phố Hải Phòng")
    first = page.line("Thực hiện Kế hoạch số 232/KH-UBND")

    assert [words[0].size for words in (title, addressed, first)] == pytest.approx([14, 14, 14], abs=0.2)
    assert (title[0].left + title[-1].right) / 2 == pytest.approx((32 + 193) / 2, abs=0.5)
    assert first[0].left == pytest.approx(32 + 12.7, abs=0.5)


def test_rules_have_the_decrees_lengths(draft):
    page = draft.pages[0]
    rules = _rules(draft.pdf)

    def rule_under(words):
        line = page.line(words)
        left, right, bottom = line[0].left, line[-1].right, line[0].bottom
        near = [r for r in rules if bottom - 1 <= r[0] <= bottom + 3 and left - 1 <= r[1] and r[2] <= right + 1]
        assert len(near) == 1, (words, rules)
        (_, start, end), length = near[0], right - left
        assert (start + end) / 2 == pytest.approx((left + right) / 2, abs=0.6)
        return (end - start) / length

    assert rule_under("Độc lập - Tự do - Hạnh phúc") == pytest.approx(1, abs=0.02)
    assert 1 / 3 <= rule_under("PHƯỜNG KIẾN AN") <= 1 / 2
    subject = [end - start for top, start, end in rules if top > page.line("toàn quốc lần thứ XI")[0].bottom - 1]
    assert len(subject) == 1
    assert 1 / 3 <= subject[0] / 140 <= 1 / 2


def _rules(pdf):
    """(top, left, right) in mm of every thin black line at least 8 mm long on page 1."""
    dots = 300 / 25.4
    drawn = _png(pdf)
    width, height = drawn.size
    pixels, lines = drawn.tobytes(), []
    for y in range(height):
        row = pixels[y * width : (y + 1) * width]
        for run in re.finditer(rb"[\x00-\x60]{%d,}" % int(8 * dots), row):
            lines.append((y / dots, run.start() / dots, run.end() / dots))
    return [
        line
        for line in lines
        if not any(0 < line[0] - other[0] < 0.6 and abs(line[1] - other[1]) < 1 for other in lines)
    ]


def _png(pdf):
    shot = subprocess.run(["pdftoppm", "-r", "300", "-l", "1", "-gray"], input=pdf, capture_output=True, check=True)
    return Image.open(io.BytesIO(shot.stdout))


def test_several_addressees_stand_under_the_colon():
    figures = sample_figures()
    figures["issuer"]["addressees"].append("Sở Nội vụ thành phố Hải Phòng")

    page = Printed(city_report_html(figures, sample_texts(), header=DRAFT)).pages[0]

    first = page.line("- Ban Thi đua - Khen thưởng thành phố Hải Phòng;")[0]
    second = page.line("- Sở Nội vụ thành phố Hải Phòng.")[0]
    addressed = page.line("Kính gửi:")
    assert first.left == pytest.approx(second.left, abs=0.1)
    assert addressed[0].top < first.top < second.top
    assert first.left == pytest.approx(addressed[-1].right, abs=2)


def test_the_signature_stands_right_of_the_recipients(issued):
    page = issued.main()[-1]
    recipients, authority = page.line("Nơi nhận:"), page.line("TM. ỦY BAN NHÂN DÂN")
    deputy, name, file_copy = page.line("PHÓ CHỦ TỊCH"), page.line("Trần Thị Phương"), page.line("- Lưu: VT, VHXH.")

    assert recipients[0].left == pytest.approx(32, abs=0.5) == pytest.approx(file_copy[0].left, abs=0.5)
    assert recipients[0].top == pytest.approx(authority[0].top, abs=1)
    assert authority[0].left > file_copy[-1].right
    assert name[0].top - deputy[0].bottom >= 25
    assert [w[0].size for w in (recipients, file_copy, authority, name)] == pytest.approx([12, 11, 14, 14], abs=0.2)


def test_an_office_stands_under_its_superior_body():
    figures = sample_figures()
    figures["issuer"] |= {"higher": "UBND phường Kiến An", "agency": ["Phòng Văn hoá - Xã hội"]}

    text = Printed(city_report_html(figures, sample_texts(), header=DRAFT)).pages[0].text

    assert "UBND PHƯỜNG KIẾN AN" in text
    assert "PHÒNG VĂN HOÁ - XÃ HỘI" in text


# --- The body to the millimetre --------------------------------------------------------------------------------------


def test_paragraphs_are_indented_justified_and_set_apart(draft):
    page = draft.pages[0]
    first, part = page.line("Thực hiện Kế hoạch số 232/KH-UBND"), page.line("I. CÔNG TÁC LÃNH ĐẠO,")
    below = page.line("Ủy ban nhân dân phường đã tổ chức")
    lines = sorted({round(word.top, 1) for word in page.words if below[0].top - 0.1 <= word.top <= below[0].top + 15})

    assert [words[0].left for words in (first, part, below)] == pytest.approx([32 + 12.7] * 3, abs=0.5)
    within = lines[1] - lines[0]
    assert 14 * 25.4 / 72 <= within <= 14 * 1.5 * 25.4 / 72 * 1.15
    assert below[0].top - part[0].top - within == pytest.approx(6 * 25.4 / 72, abs=0.3)  # 6 points between paragraphs


def test_headings_are_bold_and_capitals_where_the_decree_says(draft):
    page = draft.pages[0]
    for words in ("I. CÔNG TÁC LÃNH ĐẠO,", "II. KẾT QUẢ THỰC HIỆN", "1. Kết quả thực hiện các chỉ tiêu"):
        assert page.line(words)[0].size == pytest.approx(14, abs=0.2)
    assert _fonts_of(draft, 1)["II."] == "bold"
    assert _fonts_of(draft, 1)["Thực"] == "regular"
    assert _fonts_of(draft, 1)["Kiến"] == "italic"


def _fonts_of(printed, number):
    """{first word of a run: its face} of a page, from the text layer."""
    faces = {}

    def note(text, _cm, _tm, font, _size):
        name = (font or {}).get("/BaseFont", "")
        face = "bold" if name.endswith("Bold") else "italic" if name.endswith("Italic") else "regular"
        for word in text.split()[:1]:
            faces.setdefault(word, face)

    PdfReader(io.BytesIO(printed.pdf)).pages[number - 1].extract_text(visitor_text=note)
    return faces


def test_annexes_have_their_titles_in_the_middle(draft):
    for number, title in [(1, "KẾT QUẢ THỰC HIỆN"), (2, "TÌNH HÌNH NỘP"), (3, "DANH SÁCH KHEN THƯỞNG")]:
        page = draft.annex(number)[0]
        heading, words = page.line(f"Phụ lục {'I' * number}"), page.line(title)
        assert (heading[0].left + heading[-1].right) / 2 == pytest.approx((32 + page.width - 17) / 2, abs=0.5)
        assert [heading[0].size, words[0].size] == pytest.approx([14, 14], abs=0.2)
        assert heading[0].bottom <= words[0].top + 1


# --- The table of targets with all its columns -----------------------------------------------------------------------


def test_every_column_there_can_be_fits_the_page_and_stays_readable(compared):
    pages = compared.annex(1)
    cells = [word for page in pages for word in page.words if word.text == "10.712.726,79"]

    assert len(cells) == 5  # goal, period, to date, estimate, last year
    for page in pages:
        text = [word for word in page.words if word not in page.margin()]
        assert min(word.left for word in text) >= 32 - 0.1
        assert page.width - max(word.right for word in text) >= 17 - 0.1
        assert min(word.size for word in text) >= 9.9
        assert page.height - max(word.bottom for word in text) >= 20
    assert all("STT" in page.text and "Cùng kỳ" in page.text for page in pages)
    assert not _overlapping(pages)


def _overlapping(pages):
    """Words printed over each other."""
    return [
        (one.text, other.text)
        for page in pages
        for i, one in enumerate(page.words)
        for other in page.words[i + 1 :]
        if min(one.right, other.right) - max(one.left, other.left) > 0.3
        and min(one.bottom, other.bottom) - max(one.top, other.top) > 0.45 * (one.bottom - one.top)
    ]


def test_columns_of_before_are_left_out_where_no_target_has_any(draft, issued, compared):
    for words in ("trong kỳ", "Cùng kỳ", "so cùng"):
        assert words not in draft.annex(1)[0].text + issued.annex(1)[0].text
        assert words in compared.annex(1)[0].text
    assert "Ước thực" not in draft.annex(1)[0].text
    assert "Ước thực" in issued.annex(1)[0].text


def test_rates_say_how_many_points_they_are_away(compared):
    text = " ".join(page.text for page in compared.annex(1))
    assert "(+2,5 điểm)" in text
    assert "(-0,04 điểm)" in text
    assert "không có số liệu so sánh" in " ".join(compared.text.split())
    assert "38/40 đơn vị" in text


def test_each_of_four_annexes_counts_its_own_pages(compared):
    for number in (1, 2, 3, 4):
        pages = compared.annex(number)
        assert [[w.text for w in page.number()] for page in pages] == [
            [],
            *([str(i)] for i in range(2, len(pages) + 1)),
        ]
    assert "Tự quản 12 tuyến phố" in compared.annex(4)[0].text


# --- Number, date, stage ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "day", "printed"),
    [
        ("5", date(2025, 12, 9), ["Số: 05/BC-UBND", "Kiến An, ngày 09 tháng 12 năm 2025"]),
        ("127", date(2026, 2, 11), ["Số: 127/BC-UBND", "Kiến An, ngày 11 tháng 02 năm 2026"]),
        ("12a", date(2026, 3, 1), ["Số: 12a/BC-UBND", "Kiến An, ngày 01 tháng 3 năm 2026"]),
    ],
)
def test_the_clerks_number_and_date_are_printed(number, day, printed):
    header = {"stage": "issued", "number": number, "issued_on": day}

    html = city_report_html(sample_figures(), sample_texts(), header=header)

    assert all(words in html for words in printed)
    attached = printed[0].removeprefix("Số: ") + " " + printed[1].removeprefix("Kiến An, ")
    assert html.count(f"(Kèm theo Báo cáo số {attached} của Ủy ban nhân dân phường Kiến An)") == 3


@pytest.mark.parametrize("header", [DRAFT, APPROVED], ids=["draft", "approved"])
def test_number_and_date_stay_blank_until_issued(header):
    html = city_report_html(sample_figures(), sample_texts(), header=header).replace("\N{NO-BREAK SPACE}", " ")

    assert re.search(r"Số: {6,}/BC-UBND<", html)
    assert re.search(r"Kiến An, ngày {5,}tháng {5,}năm 2025<", html)


def test_every_page_of_a_draft_says_so(draft):
    for page in draft.pages:
        assert [word.text for word in page.margin()][-2:] == ["DỰ", "THẢO"]


def test_no_draft_mark_once_approved(issued):
    approved = Printed(city_report_html(sample_figures(), sample_texts(), header=APPROVED))

    assert "DỰ THẢO" not in approved.text + issued.text


def test_an_empty_section_is_marked_in_a_draft_and_left_out_afterwards():
    figures, texts = sample_figures(), sample_texts() | {"strengths": "", "weaknesses": " \n"}

    before = city_report_html(figures, texts, header=DRAFT)
    after = city_report_html(figures, texts, header=APPROVED)

    assert before.count("(Chưa có nội dung.)") == 4
    assert "đ) Công tác tuyên truyền" in before
    assert "V. Đề xuất, kiến nghị" in before
    assert "(Chưa có nội dung.)" not in after
    assert "đ) Phát hiện, bồi dưỡng" in after
    assert "III. Phương hướng" in after
    assert "Đánh giá chung" not in after


# --- What it says ----------------------------------------------------------------------------------------------------


def test_every_target_is_in_the_first_annex_under_a_repeated_head(issued):
    pages = issued.annex(1)
    text = " ".join(_tool("pdftotext", issued.pdf, "-raw", *_range(issued, pages), "-", "-").split())

    assert len(pages) >= 2
    assert all("STT" in page.text and "Kế hoạch" in page.text for page in pages)
    assert len(all_targets()) == 22
    for number, (name, _, goal, actual, percent, _) in enumerate(all_targets(), start=1):
        assert f" {number} {name}" in text
        assert goal in text
        assert actual in text
        assert percent in text


def test_every_unit_is_in_the_second_annex_under_a_repeated_head(issued):
    pages = issued.annex(2)
    text = " ".join(_tool("pdftotext", issued.pdf, "-raw", *_range(issued, pages), "-", "-").split())

    assert all("STT" in page.text for page in pages)
    assert len(sample_figures()["handed_in"]["rows"]) == 60
    for number, row in enumerate(sample_figures()["handed_in"]["rows"], start=1):
        assert re.search(rf"\b{number} {row['unit']}\b", text)
    assert "Khối tổ dân phố: 38/40 đơn vị đã nộp" in text
    assert "được gia hạn đến trước 00:00 ngày 12/12/2025" in text
    assert "Đơn vị chưa nộp: Tổ dân phố 3; Tổ dân phố 37./." in text


def _range(printed, pages):
    first = printed.pages.index(pages[0]) + 1
    return ["-f", str(first), "-l", str(first + len(pages) - 1)]


def test_commendations_keep_the_order_of_the_law(issued):
    text = issued.text[issued.text.index("DANH SÁCH KHEN THƯỞNG") :]
    order = [
        "A Khen thưởng thuộc thẩm quyền của phường",
        "Đỗ Thị Ơn",
        "Trường Tiểu học Trần Quốc Toản",
        "Hộ ông Phạm Đăng",
        "Nguyễn Văn Ánh",
        "Trần Thị Ân",
        "Cộng: 05 trường hợp, gồm 01 tập thể, 01 hộ gia đình, 03 cá nhân (có 01 lãnh đạo, quản lý)",
        "B Đề nghị cấp trên khen thưởng",
        "Tổ dân phố 12",
        "Cộng: 01 trường hợp, gồm 01 tập thể",
    ]

    assert [text.index(words) for words in order] == sorted(text.index(words) for words in order)


def test_awards_are_counted_by_recipient_and_what_is_proposed_is_not_added_to_what_was_given(draft):
    assert (
        "STT Danh hiệu, hình thức khen thưởng Tập thể Hộ gia đình Cá nhân Cộng Lãnh đạo, quản lý Trực tiếp"
        " A Khen thưởng thuộc thẩm quyền của phường 1 Giấy khen 1 1 1 1 4 2 Lao động tiên tiến 0 0 0 1 1 Cộng 1 1 1 2 5"
        " B Đề nghị cấp trên khen thưởng 1 Bằng khen của Chủ tịch UBND thành phố 1 0 0 0 1 Cộng 1 0 0 0 1"
    ) in draft.text


def test_the_standard_opening_names_the_report_that_is_replaced():
    figures = sample_figures() | {"replaces": "Báo cáo số 125/BC-UBND ngày 12 tháng 12 năm 2025"}
    html = city_report_html(figures, sample_texts(), header=DRAFT)
    assert "năm 2025 (thay thế Báo cáo số 125/BC-UBND ngày 12 tháng 12 năm 2025) như sau:" in html


def test_the_same_snapshot_gives_the_same_file():
    html = city_report_html(sample_figures(), sample_texts(), header=ISSUED)
    assert render(html) == render(city_report_html(sample_figures(), sample_texts(), header=ISSUED))


def test_figures_frozen_before_the_newer_columns_are_printed_as_they_were():
    figures = compared_figures()
    for sector in figures["sectors"]:
        for group in sector["groups"]:
            for target in group["targets"]:
                for code in ("in_period", "points", "baseline", "baseline_percent", "baseline_points"):
                    del target[code]
    del figures["replaces"]
    assert "Cùng kỳ năm trước" not in city_report_html(figures, sample_texts(), header=ISSUED)


def test_without_commendations_there_is_no_such_annex():
    figures = sample_figures() | {"commendations": {"waiting": 0, "rows": []}}
    figures["examples"] = [{"name": "Tuyến phố xanh", "unit": "Tổ dân phố 3", "summary": "Mô hình mới"}]

    html = city_report_html(figures, sample_texts(), header=DRAFT)

    assert re.findall(r"<h2>Phụ lục (\w+)</h2>\s*<h3>(.*?)</h3>", html) == [
        ("I", "Kết quả thực hiện các chỉ tiêu thi đua"),
        ("II", "Tình hình nộp báo cáo của các đơn vị"),
        ("III", "Điển hình tiên tiến, mô hình mới"),
    ]
    assert "chưa có quyết định khen thưởng" in html
    assert "Danh sách tại Phụ lục III kèm theo" in html


def test_the_body_counts_names_and_explains(draft):
    assert (
        "có 19/22 chỉ tiêu đạt và vượt kế hoạch, trong đó 09 chỉ tiêu vượt; 02 chỉ tiêu chưa đạt; 01 chỉ tiêu không"
        in (draft.text)
    )
    assert "Có 58/60 đơn vị nộp báo cáo" in draft.text
    assert "01 đơn vị đã nộp nhưng chưa được duyệt; 02 đơn vị chưa nộp" in draft.text
    assert "Chỉ tiêu kinh tế: 05/06 chỉ tiêu đạt và vượt kế hoạch" in draft.text
    assert (
        "+ Doanh thu dịch vụ lưu trú và ăn uống: chưa đạt, thực hiện 1.795.640,3 triệu đồng (kế hoạch 1.809.001,12"
        " triệu đồng), bằng 99,2% kế hoạch; nguyên nhân: Ảnh hưởng của bão số 3 trong tháng 9." in draft.text
    )
    assert "không tính được, mới có số liệu của 38/40 đơn vị." in draft.text
    assert "Phụ lục I;" in draft.text
    assert "Ủy ban nhân dân phường Kiến An./." in draft.text


def test_before_the_last_period_the_estimate_is_shown_and_named(issued):
    assert "tính đến hết ngày 30/11/2025 và số ước thực hiện cả năm" in issued.text
    assert "chưa đạt, ước thực hiện 94,96% (kế hoạch 95%)" in issued.text
    assert "Vượt (ước)" in issued.text


def test_a_bare_name_is_told_under_its_heading_and_a_verdict_in_words_without_figures():
    figures = sample_figures()
    classes = figures["sectors"][2]["groups"][1]["targets"][0]
    classes |= {"verdict": "missed", "actual": "", "percent": "", "note": "Chưa tách lớp"}

    html = city_report_html(figures, sample_texts(), header=DRAFT)

    assert "+ Giáo dục tiểu học: Tổng số lớp học: chưa đạt; nguyên nhân: Chưa tách lớp.<" in html


def test_the_headline_names_only_what_there_is():
    figures = sample_figures()
    figures["summary"] |= {"met": 20, "exceeded": 0, "missed": 0, "not_computable": 0, "tracked": 2}

    assert headline(figures) == (
        "Theo số liệu tính đến hết ngày 31/12/2025, có 20/20 chỉ tiêu đạt và vượt kế hoạch;"
        " 02 chỉ tiêu chỉ theo dõi, không đánh giá."
    )


def test_prose_is_text_and_never_markup():
    texts = sample_texts() | {"leadership": "<script>alert(1)</script>\n\n- Dòng <b>hai</b> & ba"}

    html = city_report_html(sample_figures(), texts, header=DRAFT)

    assert "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>" in html
    assert "<p>- Dòng &lt;b&gt;hai&lt;/b&gt; &amp; ba</p>" in html


def test_the_offices_own_opening_replaces_the_standard_one():
    html = city_report_html(sample_figures(), sample_texts() | {"opening": "Căn cứ tình hình thực tế:"}, header=DRAFT)

    assert "<p>Căn cứ tình hình thực tế:</p>" in html
    assert "Thực hiện Kế hoạch số 232/KH-UBND" not in html


def test_tasks_become_sections_in_the_vietnamese_alphabet():
    tasks = sample_figures()["tasks"]

    listed = sections(tasks)

    assert [code for code, _ in sections()] == [code for code, _ in SECTIONS]
    assert [heading[:7] for code, heading in listed if code.startswith("task-")] == [f"II.2.{c})" for c in "abcdđe"]
    assert [code for code, _ in listed].index("task-a") == [code for code, _ in listed].index("tasks") + 1


def test_eleven_tasks_are_lettered_to_l():
    figures = sample_figures() | {"tasks": [{"code": f"t{i}", "heading": f"Việc {i}"} for i in range(11)]}

    html = city_report_html(figures, {}, header=DRAFT)

    assert re.findall(r'class="point">(\w)\) Việc', html) == list("abcdđeghikl")


def test_figures_survive_storage_as_json():
    stored = json.loads(json.dumps(sample_figures()))

    assert city_report_html(stored, sample_texts(), header=DRAFT) == city_report_html(
        sample_figures(), sample_texts(), header=DRAFT
    )


# --- The progress report ---------------------------------------------------------------------------------------------


def test_the_progress_report_is_two_pages_with_both_figures(progress):
    assert len(progress.pages) == 2
    assert "BÁO CÁO TIẾN ĐỘ" in progress.text
    assert "trước ngày 10/12/2025 (hết ngày 09/12/2025)" in progress.text
    assert "Đơn vị chưa nộp: Tổ dân phố 3; Tổ dân phố 37." in progress.text
    assert "Đề nghị các đơn vị nộp sớm." in progress.text
    assert all("Đã duyệt" in page.text and "Đã nộp (chưa duyệt)" in page.text for page in progress.pages)
    for number, (name, *_) in enumerate(all_targets(), start=1):
        assert re.search(rf" {number} [^0-9]*{re.escape(name)}", progress.text)
    assert "38/40 – 1/40 99,8" in progress.text


def test_the_document_names_itself(draft):
    reader = PdfReader(io.BytesIO(draft.pdf))

    assert reader.metadata.title.startswith("Báo cáo Kết quả thực hiện đợt thi đua")
    assert reader.metadata.author == "Ủy ban nhân dân phường Kiến An"
