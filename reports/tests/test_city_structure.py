"""The city report as a file for the archive and for people who cannot see it, read from the file's own structure."""

import io
import re

import pytest
from pypdf import PdfReader

from campaign_portal import pdf
from reports import documents
from reports.tests.sample_figures import sample_figures, sample_texts
from tests.reference_pages import report_html


@pytest.fixture(scope="module")
def reader():
    return PdfReader(io.BytesIO(pdf.render(report_html())))


def flat(outline):
    for part in outline:
        if isinstance(part, list):
            yield from flat(part)
        else:
            yield part.title


def test_it_carries_its_title_and_its_language(reader):
    assert reader.metadata.title.startswith("Báo cáo")
    assert reader.trailer["/Root"]["/Lang"] == "vi"


def test_its_parts_and_annexes_are_bookmarks_in_their_order(reader):
    bookmarks = list(flat(reader.outline))
    numbered = [title.split(".")[0] for title in bookmarks if re.match(r"[IVX]+\. ", title)]
    assert numbered[:3] == ["I", "II", "III"]
    annexes = [title for title in bookmarks if title.lower().startswith("phụ lục")]
    assert len(annexes) >= 2


def test_it_is_tagged_down_to_the_heads_of_its_tables(reader):
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    found = set(kinds(root["/StructTreeRoot"]))
    assert {"/H1", "/P", "/Table", "/TR", "/TH", "/TD"} <= found


def kinds(element):
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        kid = kid.get_object()
        if isinstance(kid, dict) and "/S" in kid:
            yield kid["/S"]
            yield from kinds(kid)


def test_every_font_of_every_page_is_embedded_and_the_portal_s_own(reader):
    fonts = {
        font["/DescendantFonts"][0]["/BaseFont"]: "/FontFile2" in descriptor or "/FontFile3" in descriptor
        for page in reader.pages
        for font in (each.get_object() for each in page["/Resources"]["/Font"].values())
        for descriptor in [font["/DescendantFonts"][0]["/FontDescriptor"]]
    }
    assert all("+Tinos-Portal" in name for name in fonts)
    assert set(fonts.values()) == {True}


def test_the_same_figures_make_the_same_file():
    header = {"stage": "draft", "number": "", "issued_on": None, "lookup": None}
    first, second = (
        pdf.render(documents.city_report_html(sample_figures(), sample_texts(), header=header)) for _ in range(2)
    )
    assert first == second
