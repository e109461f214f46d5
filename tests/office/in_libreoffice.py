"""What LibreOffice makes of the Word and Excel files: run by `make office-check`, since it is large to install."""

import re
import subprocess
import unicodedata
from datetime import UTC, datetime

import pytest
from django.conf import settings
from docx import Document
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from lxml import etree

from reports import docx_report, xlsx_report
from reports.documents import city_report_html
from reports.models import FileStage
from reports.tests.factories import ReportFactory
from reports.tests.sample_figures import PLAN, sample_figures, sample_texts

pytestmark = pytest.mark.timeout(180)
AT = datetime(2025, 12, 11, 2, tzinfo=UTC)
MM = 25.4 / 72
HOSTILE = ['=HYPERLINK("http://x","y")', "=1+1", "+1+1", "@SUM(A1)", "＝1"]
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>
<dir>{dir}</dir><cachedir>{cache}</cachedir><alias binding="same"><family>Times New Roman</family>
<prefer><family>Tinos</family></prefer></alias></fontconfig>"""


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """Converts a file; Tinos stands in for Times New Roman, whose measures it has."""
    folder = tmp_path_factory.mktemp("office")
    fonts = folder / "fonts.conf"
    fonts.write_text(FONTS.format(dir=settings.PDF_FONTS_DIR, cache=folder / "cache"))

    def convert(path, to):
        command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", to]
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "FONTCONFIG_FILE": str(fonts), "LANG": "C.UTF-8"}
        subprocess.run([*command, "--outdir", folder, path], env=environment, check=True, capture_output=True)
        return folder / f"{path.stem}.{to.split(':')[0]}"

    return convert


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    header = {"stage": "draft", "number": "", "issued_on": None}
    path = tmp_path_factory.mktemp("written") / "bao-cao.docx"
    path.write_bytes(
        docx_report.write(
            city_report_html(sample_figures(final=False), sample_texts(), header=header), mark="DỰ THẢO", at=AT
        )
    )
    return path


@pytest.fixture(scope="module")
def printed(office, written):
    """The pages of the Word document, as (width, height, text)."""
    boxes = subprocess.run(["pdftotext", "-bbox", office(written, "pdf"), "-"], capture_output=True, check=True)
    found = re.findall(r'<page width="(.*?)" height="(.*?)">(.*?)</page>', boxes.stdout.decode(), re.S)
    return [
        (float(width) * MM, float(height) * MM, re.findall(r'yMin="([\d.]+)"[^>]*>(.*?)</word>', body))
        for width, height, body in found
    ]


def words(text):
    return unicodedata.normalize("NFC", text).casefold().split()


def text_of(page):
    return " ".join(word for _, word in page[2])


def test_the_text_comes_out_as_it_went_in(office, written):
    document = Document(written)
    said = [Paragraph(p, document).text for p in document.element.body.iter(qn("w:p"))]

    text = office(written, "txt:Text (encoded):UTF8").read_text("utf-8-sig")

    assert words(text) == words("\n".join(said))


def test_headings_keep_their_levels_and_order(office, written):
    document = Document(written)
    levels = {"Heading 1": "1", "Heading 2": "2", "Heading 3": "3", "Phụ lục": "1"}
    expected = [(levels[p.style.name], p.text) for p in document.paragraphs if p.style.name in levels]

    flat = etree.parse(office(written, "fodt"))

    text = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
    found = [(h.get(f"{text}outline-level"), "".join(h.itertext())) for h in flat.iter(f"{text}h")]
    assert found == expected


def test_pages_are_as_the_decree_wants_them(printed):
    sizes = [(round(width), round(height)) for width, height, _ in printed]
    firsts = [
        i for i, page in enumerate(printed) if i == 0 or re.search(r"Phụ lục [IV]+ (KẾT|TÌNH|DANH)", text_of(page))
    ]

    assert len(firsts) == 4
    assert set(sizes[: firsts[1]]) == {(210, 297)} == set(sizes[firsts[2] : firsts[3]])
    assert set(sizes[firsts[1] : firsts[2]]) == {(297, 210)} == set(sizes[firsts[3] :])
    for start, end in zip(firsts, [*firsts[1:], len(printed)], strict=True):
        for number, page in enumerate(printed[start:end], start=1):
            margin = [word for top, word in page[2] if float(top) * MM < 20]
            assert margin == ([] if number == 1 else [str(number)]) + ["DỰ", "THẢO"]


def test_tables_repeat_their_heads_on_every_page(printed):
    pages = [text_of(page) for page in printed if page[0] > page[1]]

    with_rows = [text for text in pages if re.search(r"triệu đồng|học sinh|Giấy khen", text)]
    assert len(with_rows) >= 2
    assert all("STT" in text for text in with_rows)
    for _, _, groups in PLAN:
        for _, targets in groups:
            for name, _, _, actual, *_ in targets:
                assert any(actual in text for text in pages), name


def test_a_workbook_opens_without_a_formula_and_with_vietnamese_figures(office, tmp_path):
    figures = sample_figures(final=False)
    figures["examples"] = [{"name": text, "unit": text, "summary": text} for text in HOSTILE]
    report = ReportFactory.build(ready=True, period=None, campaign=None, figures=figures)
    path = tmp_path / "bao-cao.xlsx"
    path.write_bytes(xlsx_report.write(report, FileStage.DRAFT))

    flat = etree.parse(office(path, "fods"))

    table = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
    kind = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}value-type"
    cells = list(flat.iter(f"{table}table-cell"))
    assert [cell for cell in cells if cell.get(f"{table}formula")] == []
    said = {"".join(cell.itertext()).strip() for cell in cells if cell.get(kind) == "string"}
    assert set(HOSTILE) <= said
    numbers = ["".join(cell.itertext()).strip() for cell in cells if cell.get(kind) == "float"]
    assert "10,712,726.79" in numbers or "10.712.726,79" in numbers  # by the language LibreOffice speaks
