import base64
import io
import logging
import re
import subprocess
import tempfile
import threading
import unicodedata
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from PIL import Image
from pypdf import PdfReader

from campaign_portal.pdf import FACES, FontMissing, PdfError, TooLarge, render

MARKER = "DAU-VET-BI-MAT-7391"
VECTORS = {
    "img": '<img src="{http}/img">',
    "css": '<link rel="stylesheet" href="{http}/css">',
    "import": '<style>@import url("{http}/import");</style>',
    "font": '<style>@font-face {{ font-family: F; src: url("{http}/font"); }} p {{ font-family: F; }}</style>',
    "background": '<style>p {{ background: url("{http}/background"); }}</style>',
    "object": '<object data="{http}/object" type="image/png"></object>',
    "svg": '<svg xmlns="http://www.w3.org/2000/svg"><image href="{http}/svg" width="9" height="9"/></svg>',
    "link attachment": '<link rel="attachment" href="{file}">',
    "a attachment": '<a rel="attachment" href="{file}">tệp</a>',
}


class Counting(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.hits.append(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "text/css" if self.path in ("/css", "/import") else "image/png")
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def outside(tmp_path):
    """A web server that counts its visitors, and a file nobody may read."""
    marker = tmp_path / "marker.txt"
    marker.write_text(MARKER)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Counting)
    server.hits, server.marker = [], marker
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def page(body, title="Thử"):
    return f'<!DOCTYPE html><html lang="vi"><head><title>{title}</title></head><body><p>Văn bản</p>{body}</body></html>'


def aimed(vector, outside):
    return vector.format(http=f"http://127.0.0.1:{outside.server_port}", file=outside.marker.as_uri())


def styled(text):
    return page(
        f"<style>html {{ font-family: 'Tinos Portal'; }}</style>{text}<b>{text}</b><i>{text}</i><b><i>{text}</i></b>"
    )


def tool(name, pdf, *arguments):
    return subprocess.run([name, *arguments], input=pdf, capture_output=True, check=True).stdout.decode()


@pytest.mark.parametrize("vector", VECTORS.values(), ids=VECTORS)
def test_nothing_is_fetched_from_outside(outside, vector):
    with pytest.raises(PdfError):
        render(page(aimed(vector, outside)))

    assert outside.hits == []


def test_all_the_vectors_on_one_page_reach_nothing(outside):
    with pytest.raises(PdfError, match="không được phép"):
        render(page("".join(aimed(vector, outside) for vector in VECTORS.values())))

    assert outside.hits == []


def test_the_same_page_does_reach_outside_without_the_door(outside):
    """The control: these vectors are live ones."""
    from weasyprint import HTML

    pdf = HTML(string=page("".join(aimed(vector, outside) for vector in VECTORS.values()))).write_pdf()

    assert len(set(outside.hits)) >= 7
    assert MARKER.encode() in b"".join(PdfReader(io.BytesIO(pdf)).attachments["marker.txt"])


@pytest.mark.parametrize(
    "address", ["file:///etc/hostname", "portal-font:../settings.py", "ftp://127.0.0.1/x", "anh.png"]
)
def test_no_other_address_is_served(address):
    with pytest.raises(PdfError):
        render(page(f'<img src="{address}">'))


def test_a_picture_inside_the_page_is_drawn():
    drawn = io.BytesIO()
    Image.new("RGB", (3, 3), "red").save(drawn, "PNG")
    picture = base64.b64encode(drawn.getvalue()).decode()

    pdf = render(page(f'<img alt="đỏ" src="data:image/png;base64,{picture}">'))

    assert [image.image.size for image in PdfReader(io.BytesIO(pdf)).pages[0].images] == [(3, 3)]


def test_a_picture_that_cannot_be_read_is_no_silent_hole():
    with pytest.raises(PdfError, match="trọn vẹn"):
        render(page('<img alt="hỏng" src="data:image/png;base64,aGVsbG8=">'))


def test_a_picture_that_is_really_a_drawing_reaches_nothing(outside):
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg"><image href="http://127.0.0.1:{outside.server_port}/x"/></svg>'
    data = base64.b64encode(drawing.encode()).decode()

    with pytest.raises(PdfError):
        render(page(f'<img alt="x" src="data:image/png;base64,{data}">'))

    assert outside.hits == []


def test_only_the_portals_fonts_are_used_and_all_are_embedded():
    fonts = tool("pdffonts", render(styled("Kiến An")), "-").splitlines()[2:]

    assert sorted(line.split()[0].split("+")[1] for line in fonts) == [
        "Tinos-Portal",
        "Tinos-Portal-Bold",
        "Tinos-Portal-Bold-Italic",
        "Tinos-Portal-Italic",
    ]
    assert all(line.split()[-5:-2] == ["yes", "yes", "yes"] for line in fonts)


def test_every_vietnamese_letter_survives_extraction():
    vowels = "aăâeêioôơuưy"
    toned = {unicodedata.normalize("NFC", v + tone) for v in vowels for tone in ["", *"\u0300\u0309\u0303\u0301\u0323"]}
    marked = sorted(letter for letter in toned | {"đ"} if not letter.isascii())
    letters = [*marked, *(letter.upper() for letter in marked)]
    assert len(letters) == 134

    text = "".join(tool("pdftotext", render(styled(" ".join(letters))), "-", "-").split())

    assert text.count("".join(letters)) == 4


def test_the_same_page_gives_the_same_bytes():
    assert render(styled("Phường Kiến An")) == render(styled("Phường Kiến An"))


def test_the_document_carries_its_title_and_language():
    reader = PdfReader(io.BytesIO(render(page("", title="Báo cáo kết quả"))))

    assert reader.metadata.title == "Báo cáo kết quả"
    assert reader.trailer["/Root"]["/Lang"] == "vi"
    assert reader.pdf_header >= "%PDF-1.4"


@pytest.mark.parametrize("name", [name for name, _, _ in FACES])
def test_a_missing_font_is_named_with_its_remedy(settings, tmp_path, name):
    for other, _, _ in FACES:
        if other != name:
            (tmp_path / other).write_bytes((settings.PDF_FONTS_DIR / other).read_bytes())
    settings.PDF_FONTS_DIR = tmp_path

    with pytest.raises(FontMissing, match=rf"{name}.*make setup"):
        render(page(""))


def test_a_broken_font_stops_the_document(settings, tmp_path):
    for name, _, _ in FACES:
        (tmp_path / name).write_bytes((settings.PDF_FONTS_DIR / name).read_bytes())
    (tmp_path / "Tinos-Bold.ttf").write_bytes(b"")
    settings.PDF_FONTS_DIR = tmp_path

    with pytest.raises(PdfError, match="Font-face"):
        render(page(""))


def test_the_log_is_left_as_it_was():
    logger = logging.getLogger("weasyprint")
    before = (logger.level, list(logger.handlers))

    render(page(""))
    with pytest.raises(PdfError):
        render(page('<img src="anh.png">'))

    assert (logger.level, list(logger.handlers)) == before


# --- Documents without end --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "seconds", "megabytes"),
    [
        ("<table><tr><td colspan=1000000>a</td></tr></table>", 2, 1024),
        ("<p>" + "<span>a</span>" * 200_000, 2, 1024),
        ("<p>" + "ă" * 60_000_000, 60, 600),
    ],
    ids=["a table as wide as the world", "spans that never end", "a text that eats memory"],
)
def test_a_document_without_end_is_given_up_and_the_next_one_is_drawn(
    settings, monkeypatch, tmp_path, body, seconds, megabytes
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    settings.DOCUMENT_SECONDS, settings.DOCUMENT_MEGABYTES = seconds, megabytes

    with pytest.raises(TooLarge, match="quá dài hoặc quá phức tạp"):
        render(page(body))

    assert list(tmp_path.iterdir()) == []
    settings.DOCUMENT_SECONDS = 60
    assert render(page("")).startswith(b"%PDF-")


# --- Archive and tags -------------------------------------------------------------------------------------------------


def test_a_document_names_itself_an_archive_of_level_2a_with_its_colours():
    root = PdfReader(io.BytesIO(render(styled("Kiến An")))).trailer["/Root"]

    described = root["/Metadata"].get_data().decode()
    assert re.findall(r'pdfaid:(part|conformance)="(\w+)"', described) == [("part", "2"), ("conformance", "A")]
    assert [intent["/S"] for intent in root["/OutputIntents"]] == ["/GTS_PDFA1"]
    assert root["/OutputIntents"][0]["/DestOutputProfile"].get_data()[36:40] == b"acsp", "an ICC profile"


def test_a_document_is_tagged_and_its_headings_are_bookmarks():
    table = "<table><tr><th>Chỉ tiêu</th></tr><tr><td>95</td></tr></table>"
    body = f"<h1>Báo cáo</h1><h2>Kết quả</h2>{table}<h2>Kiến nghị</h2>"
    reader = PdfReader(io.BytesIO(render(page(body))))

    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert {"/H1", "/H2", "/P", "/Table", "/TH", "/TD"} <= set(tags(root["/StructTreeRoot"]))
    assert titles(reader.outline) == ["Báo cáo", ["Kết quả", "Kiến nghị"]]


def tags(element):
    """The kinds of all structure elements beneath one."""
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        kid = kid.get_object()
        if isinstance(kid, dict) and "/S" in kid:
            yield kid["/S"]
            yield from tags(kid)


def titles(outline):
    return [titles(part) if isinstance(part, list) else part.title for part in outline]
