"""The Word document of the city report: named styles, the decree's page, and the words of the PDF."""

import base64
import io
import re
import unicodedata
import zipfile
from collections import Counter
from datetime import UTC, date, datetime

import pytest
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph
from lxml import etree
from lxml import html as markup

from campaign_portal.docx import styles
from reports import docx_report
from reports.documents import city_report_html
from reports.tests.sample_figures import PLAN, sample_figures, sample_texts

AT = datetime(2025, 12, 11, 2, tzinfo=UTC)
DRAFT = {"stage": "draft", "number": "", "issued_on": None}
QR = base64.b64encode(
    base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
).decode()
ISSUED = {
    "stage": "issued",
    "number": "5",
    "issued_on": date(2025, 12, 9),
    "lookup": {
        "code": "7KQ2M-9XD4R",
        "address": "https://thidua.example/tra-cuu/7KQ2M9XD4R/",
        "qr": f"data:image/png;base64,{QR}",
    },
}
HOSTILE = ['<w:p/>&amp;"', "{ PAGE }", "=1+1", "<script>x</script>", "nhảy\x08dòng\ufffe", "Ưu điểm ợ ẵ đ ỹ"]


class Written:
    """A Word document and the HTML it was made of."""

    def __init__(self, figures, texts, header):
        self.html = city_report_html(figures, texts, header=header)
        mark = "DỰ THẢO" if header["stage"] == "draft" else ""
        self.content = docx_report.write(self.html, mark=mark, at=AT)
        self.document = Document(io.BytesIO(self.content))

    @property
    def blocks(self):
        """Paragraphs and tables of the text, in their order."""
        for element in self.document.element.body:
            if element.tag == qn("w:p"):
                yield Paragraph(element, self.document)
            elif element.tag == qn("w:tbl"):
                yield Table(element, self.document)

    @property
    def paragraphs(self):
        """Every paragraph, of cells and margins too."""
        for element in self.document.element.body.iter(qn("w:p")):
            yield Paragraph(element, self.document)
        for section in self.document.sections:
            for margin in (section.header, section.first_page_header, section.footer, section.first_page_footer):
                yield from margin.paragraphs

    @property
    def text(self):
        return "\n".join(Paragraph(p, self.document).text for p in self.document.element.body.iter(qn("w:p")))

    def in_style(self, name):
        return [p.text for p in self.paragraphs if p.style.name == name]

    def tables(self, style=styles.TABLE):
        return [table for table in self.document.tables if table.style.name == style]


def words(text):
    return unicodedata.normalize("NFC", text).casefold().split()


@pytest.fixture(scope="module")
def draft():
    return Written(sample_figures(final=False), sample_texts(), DRAFT)


@pytest.fixture(scope="module")
def issued():
    return Written(sample_figures(), sample_texts(), ISSUED)


# --- What it says ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["draft", "issued"])
def test_it_says_the_words_of_the_pdf_in_their_order(name, request):
    written = request.getfixturevalue(name)
    body = markup.document_fromstring(written.html).find("body")
    for lookup in body.find_class("lookup"):
        lookup.drop_tree()
    said = " ".join(text for text in body.itertext())

    assert words(written.text) == words(said)


def test_every_target_of_the_plan_is_there_with_its_figures(issued):
    rows = [[cell.text for cell in row.cells] for row in issued.tables()[1].rows]
    targets = [target for _, _, groups in PLAN for _, targets in groups for target in targets]

    assert len(targets) == 22
    for number, (name, unit, goal, actual, _, _) in enumerate(targets, start=1):
        (row,) = [row for row in rows if row[0] == str(number)]
        assert row[1:5] == [name, unit, goal, actual]


def test_headings_stand_in_their_order_on_their_levels(draft):
    headings = [(p.style.name, p.text) for p in draft.document.paragraphs if p.style.name.startswith("Heading")]

    assert [text.split()[0] for style, text in headings if style == "Heading 1"] == ["I.", "II.", "III.", "IV.", "V."]
    within = [text.split()[0] for style, text in headings if style == "Heading 2"]
    assert within == ["1.", "2.", "3.", "4.", "5.", "1.", "2."]
    points = [text.split()[0] for style, text in headings if style == "Heading 3"]
    assert points == ["a)", "b)", "c)", "d)", "đ)", "e)"]
    assert draft.in_style("Title") == ["BÁO CÁO"]
    assert draft.in_style("Phụ lục") == ["Phụ lục I", "Phụ lục II", "Phụ lục III"]


def test_vietnamese_letters_come_through_composed(issued):
    assert "Kết quả thực hiện đợt thi đua thực hiện thắng lợi" in issued.text
    assert unicodedata.is_normalized("NFC", issued.text)


def test_what_looks_like_markup_or_a_field_stays_text():
    figures, texts = sample_figures(), sample_texts() | {"leadership": "\n".join(HOSTILE)}
    figures["sectors"][0]["groups"][0]["targets"][0]["name"] = HOSTILE[0]

    written = Written(figures, texts, DRAFT)

    said = written.in_style("Thân bài")
    assert all(text in said for text in ['<w:p/>&amp;"', "{ PAGE }", "=1+1", "<script>x</script>"])
    assert "nhảydòng" in said
    assert written.tables()[1].rows[2].cells[1].text == HOSTILE[0]
    fields = [
        each.text for each in part_of(written.content, "word/document.xml").iter(qn("w:instrText"), qn("w:fldSimple"))
    ]
    assert fields == []


def part_of(content, name):
    with zipfile.ZipFile(io.BytesIO(content)) as stored:
        return etree.fromstring(stored.read(name))


# --- How it looks ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["draft", "issued"])
def test_every_look_is_a_named_style_of_ours(name, request):
    written, ours = request.getfixturevalue(name), {look.name.capitalize() for look in styles.LOOKS}

    used = Counter(p.style.name for p in written.paragraphs)
    assert {name.capitalize() for name in used} <= ours
    for paragraph in written.paragraphs:
        facts = paragraph._p.pPr
        own = {child.tag for child in facts} - {qn("w:pStyle"), qn("w:sectPr")}
        assert own <= ({qn("w:ind")} if paragraph.style.name == "Đường kẻ" else set())
        for run in paragraph.runs:
            own = {child.tag for child in run._r.rPr} if run._r.rPr is not None else set()
            assert own <= {qn("w:rStyle")}


def test_only_our_styles_are_in_the_file(issued):
    known = {look.name.casefold() for look in styles.LOOKS} | {"normal", "default paragraph font", "normal table"}
    known |= {"no list", styles.TABLE.casefold(), styles.FRAME.casefold(), styles.DRAFT_MARK.casefold()}

    assert {style.name.casefold() for style in issued.document.styles} <= known
    assert len({style.style_id for style in issued.document.styles}) == len(list(issued.document.styles))


@pytest.mark.parametrize(
    ("style", "size", "bold", "italic", "capitals"),
    [
        ("Quốc hiệu", 12, True, None, True),
        ("Tiêu ngữ", 13, True, None, None),
        ("Cơ quan chủ quản", 12, None, None, True),
        ("Cơ quan ban hành", 12, True, None, True),
        ("Số, ký hiệu", 13, None, None, None),
        ("Địa danh, ngày tháng", 13, None, True, None),
        ("Title", 14, True, None, None),
        ("Trích yếu", 14, True, None, None),
        ("Heading 1", 14, True, None, True),
        ("Heading 2", 14, True, None, None),
        ("Thân bài", 14, None, None, None),
        ("Quyền hạn, chức vụ", 14, True, None, True),
        ("Người ký", 14, True, None, None),
        ("Nơi nhận", 12, True, True, None),
        ("Danh sách nơi nhận", 11, None, None, None),
        ("Phụ lục", 14, True, None, None),
        ("Tên phụ lục", 14, True, None, True),
        ("Kèm theo", 14, None, True, None),
    ],
)
def test_styles_have_the_decree_s_letters(issued, style, size, bold, italic, capitals):
    font = issued.document.styles[style].font

    assert (font.size.pt, font.bold, font.italic, font.all_caps) == (size, bold, italic, capitals)


def test_the_body_has_the_decree_s_paragraphs(issued):
    body = issued.document.styles["Thân bài"].paragraph_format

    assert body.first_line_indent.mm == pytest.approx(12.7, abs=0.05)
    assert body.space_before.pt == 6
    assert 1 <= body.line_spacing <= 1.5
    assert issued.document.styles.element.find(f".//{qn('w:rFonts')}").get(qn("w:ascii")) == "Times New Roman"


def test_pages_are_a4_with_the_decree_s_margins_and_wide_annexes_lie_across(issued):
    sizes = [(round(s.page_width.mm), round(s.page_height.mm)) for s in issued.document.sections]

    assert sizes == [(210, 297), (297, 210), (210, 297), (297, 210)]
    for section in issued.document.sections:
        margins = [section.top_margin, section.right_margin, section.bottom_margin, section.left_margin]
        assert [round(margin.mm) for margin in margins] == [22, 17, 22, 32]


def test_each_part_counts_its_own_pages_and_shows_no_number_on_its_first(issued):
    for section in issued.document.sections:
        assert section._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) == "1"
        assert section.different_first_page_header_footer
        fields = [each.text.strip() for each in section.header._element.iter(qn("w:instrText"))]
        assert fields == ["PAGE"]
        assert list(section.first_page_header._element.iter(qn("w:instrText"))) == []
        room = section.page_width.mm - section.left_margin.mm - section.right_margin.mm
        centre, right = section.header.paragraphs[0].style.paragraph_format.tab_stops
        assert centre.position.mm == pytest.approx(room / 2, abs=0.1)
        assert right.position.mm == pytest.approx(room, abs=0.1)


def test_tables_repeat_their_heads_and_fill_the_page(issued):
    awards, targets, handed_in, commended = issued.tables()

    assert [len(_head_rows(table)) for table in (awards, targets, handed_in, commended)] == [2, 1, 1, 1]
    for table, width in ((targets, 248), (handed_in, 161), (commended, 248)):
        columns = [int(column.get(qn("w:w"))) for column in table._tbl.tblGrid]
        assert sum(columns) / 1440 * 25.4 == pytest.approx(width, abs=0.3)
        assert min(columns) > 300
    assert all(row._tr.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in targets.rows)


def _head_rows(table):
    return [row for row in table.rows if row._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None]


def test_the_signature_never_stands_alone_on_a_page(issued):
    (last,) = issued.in_style("Thân bài cuối")

    assert last.endswith("./.")
    assert issued.document.styles["Thân bài cuối"].paragraph_format.keep_with_next


def test_figures_of_a_table_stand_at_the_right(issued):
    awards, targets = issued.tables()[:2]
    total = next(row for row in awards.rows if row.cells[1].text == "Cộng")

    assert [cell.paragraphs[0].style.name for cell in total.cells[1:]] == ["Ô cộng"] + ["Ô cộng số"] * 5
    assert targets.rows[2].cells[4].paragraphs[0].style.name == "Ô số nhỏ"
    assert issued.document.styles["Ô số nhỏ"].paragraph_format.alignment == WD_ALIGN_PARAGRAPH.RIGHT


def test_heads_over_two_rows_are_merged_downwards(issued):
    first, second = ([cell.text for cell in row.cells] for row in _head_rows(issued.tables()[0]))

    assert first == ["STT", "Danh hiệu, hình thức khen thưởng", "Tập thể", "Hộ gia đình", "Cá nhân", "Cá nhân", "Cộng"]
    assert second[4:6] == ["Lãnh đạo, quản lý", "Trực tiếp"]
    assert second[:4] + second[6:] == first[:4] + first[6:]


def test_a_draft_says_so_on_every_page_and_an_issued_one_leads_to_its_check(draft, issued):
    for section in draft.document.sections:
        for header in (section.header, section.first_page_header):
            assert header.paragraphs[0].text.endswith("DỰ THẢO")
    assert "DỰ THẢO" not in " ".join(p.text for p in issued.paragraphs)
    for section in issued.document.sections:
        for footer in (section.footer, section.first_page_footer):
            assert "7KQ2M-9XD4R" in footer.paragraphs[0].text
            (picture,) = footer._element.iter(qn("wp:docPr"))
            assert "Mã QR" in picture.get("descr")


def test_number_and_date_stand_on_the_issued_one_alone(draft, issued):
    assert issued.in_style("Số, ký hiệu") == ["Số: 05/BC-UBND"]
    assert issued.in_style("Địa danh, ngày tháng") == ["Kiến An, ngày 09 tháng 12 năm 2025"]
    assert re.fullmatch(r"Số:\s{7,}/BC-UBND", draft.in_style("Số, ký hiệu")[0])


def test_rules_are_as_long_as_the_decree_says(issued):
    lengths = []
    for paragraph in issued.paragraphs:
        if paragraph.style.name == "Đường kẻ":
            indent = paragraph.paragraph_format
            lengths.append((indent.left_indent.mm, indent.right_indent.mm))

    assert all(left == pytest.approx(right, abs=0.1) for left, right in lengths)
    agency, motto, subject, *_ = (
        round(room - 2 * left) for room, (left, _) in zip((66, 95, 161), lengths, strict=False)
    )
    assert 37.7 / 3 <= agency <= 37.7 / 2  # "PHƯỜNG KIẾN AN" is 37,7 mm in bold 12
    assert motto == 56
    assert 140 / 3 <= subject <= 140 / 2


def test_several_addressees_stand_one_a_line():
    figures = sample_figures()
    figures["issuer"]["addressees"].append("Sở Nội vụ thành phố Hải Phòng")

    written = Written(figures, sample_texts(), DRAFT)

    assert written.in_style("Kính gửi nhiều nơi") == ["Kính gửi:"]
    assert written.in_style("Nơi kính gửi") == [
        "- Ban Thi đua - Khen thưởng thành phố Hải Phòng;",
        "- Sở Nội vụ thành phố Hải Phòng.",
    ]


# --- The file --------------------------------------------------------------------------------------------------------


def test_the_file_names_its_title_author_and_language(issued):
    about = issued.document.core_properties

    assert about.title.startswith("Báo cáo Kết quả thực hiện đợt thi đua")
    assert about.author == "Ủy ban nhân dân phường Kiến An"
    assert (about.language, about.comments) == ("vi-VN", "")
    assert about.created.replace(tzinfo=UTC) == AT
    language = issued.document.styles.element.find(f"{qn('w:docDefaults')}//{qn('w:lang')}")
    assert language.get(qn("w:val")) == "vi-VN"


def test_nothing_of_the_library_s_template_is_left(issued):
    with zipfile.ZipFile(io.BytesIO(issued.content)) as stored:
        names = stored.namelist()
        settings = stored.read("word/settings.xml").decode()

    left = ("thumbnail", "stylesWithEffects", "customXml", "numbering", "app.xml")
    assert [name for name in names if any(each in name for each in left)] == []
    assert '<w:decimalSymbol w:val=","/>' in settings


def test_nothing_outside_the_file_is_called(issued):
    with zipfile.ZipFile(io.BytesIO(issued.content)) as stored:
        links = [stored.read(name).decode() for name in stored.namelist() if name.endswith(".rels")]

    assert not any('TargetMode="External"' in link for link in links)


def test_the_same_report_gives_the_same_bytes(draft):
    assert docx_report.write(draft.html, mark="DỰ THẢO", at=AT) == draft.content
