"""The plan's own file gives its text; a scan, a broken file or a trap gives a sentence, and the portal goes on."""

import io
import random
import time
import zipfile
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, NumberObject, StreamObject

from campaign_portal import pdf
from targets import plan_source
from targets.splitting import split
from targets.tests import upload_corpus as corpus
from units.refusals import Refused

PLAN = """\
KẾ HOẠCH
Phát động đợt thi đua năm 2031 của phường Mẫu Sơn
I. CHỈ TIÊU THI ĐUA
1. Kinh tế
- Thu ngân sách nhà nước trên địa bàn: 12.345,6 triệu đồng.
- Tỷ lệ hộ dân được sử dụng nước sạch: 95% trở lên.
II. TỔ CHỨC THỰC HIỆN
Các đơn vị báo cáo kết quả gửi về UBND phường trước ngày 10/12/2031."""


def upload(name, content):
    return SimpleUploadedFile(name, content)


def saved(document):
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def document_of(*paragraphs):
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    return document


def text_of(name, content):
    return plan_source.text_of(upload(name, content))[0]


def refusal(name, content):
    with pytest.raises(Refused) as refused:
        plan_source.text_of(upload(name, content))
    return str(refused.value)


def test_a_word_document_gives_its_paragraphs_in_order():
    text, name = plan_source.text_of(upload("../Kế hoạch.docx", saved(document_of(*PLAN.split("\n")))))

    assert (text, name) == (PLAN, "Kế hoạch.docx")


def test_a_pdf_with_a_text_layer_gives_the_targets_of_the_plan():
    lines = "".join(f"<p>{line}</p>" for line in PLAN.split("\n"))

    found = split(
        text_of("ke-hoach.pdf", pdf.render(f"<html lang='vi'><title>Kế hoạch</title><body>{lines}</body></html>"))
    )

    goals = [(one.fields["name"], one.fields["goal"]) for one in found.proposals if one.kind == "target"]
    assert goals == [
        ("Thu ngân sách nhà nước trên địa bàn", "≥ 12.345,6"),
        ("Tỷ lệ hộ dân được sử dụng nước sạch", "≥ 95"),
    ]


def test_a_table_gives_one_line_a_row_with_tabs_between_its_cells():
    document = document_of("Các chỉ tiêu")
    table = document.add_table(rows=3, cols=3)
    for row, cells in zip(
        table.rows, [("TT", "Chỉ tiêu", "Mức"), ("I", "Kinh tế", ""), ("1", "Thu ngân sách", "12,5")], strict=True
    ):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    table.cell(1, 1).merge(table.cell(1, 2))
    document.add_paragraph("Hết.")

    text = text_of("a.docx", saved(document))

    assert text.split("\n") == ["Các chỉ tiêu", "TT\tChỉ tiêu\tMức", "I\tKinh tế\t", "1\tThu ngân sách\t12,5", "Hết."]


def test_a_table_that_only_sets_things_side_by_side_gives_their_lines():
    document = Document()
    left, right = document.add_table(rows=1, cols=2).rows[0].cells
    left.text = "Nơi nhận:\n- Như trên;\n- Lưu: VT."
    right.text = "CHỦ TỊCH\nNguyễn Văn Mẫu"

    assert text_of("a.docx", saved(document)).split("\n") == [
        "Nơi nhận:",
        "- Như trên;",
        "- Lưu: VT.",
        "CHỦ TỊCH",
        "Nguyễn Văn Mẫu",
    ]


def test_the_marks_of_automatic_lists_are_written_out():
    document = Document()
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for level, (kind, text) in enumerate([("upperRoman", "%1."), ("decimal", "%2.%1"), ("lowerLetter", "%3)")])
    )
    levels += '<w:lvl w:ilvl="3"><w:numFmt w:val="bullet"/><w:lvlText w:val="\uf0b7"/></w:lvl>'
    numbering = document.part.numbering_part.element
    numbering.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90">{levels}</w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="91"><w:abstractNumId w:val="90"/></w:num>'))
    for level, text in [
        (0, "Kinh tế"),
        (1, "Thu"),
        (1, "Chi"),
        (2, "Chi khác"),
        (3, "Mua sắm"),
        (0, "Xã hội"),
        (2, "Y tế"),
    ]:
        properties = document.add_paragraph(text)._p.get_or_add_pPr()
        properties.append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="91"/></w:numPr>')
        )

    assert text_of("a.docx", saved(document)).split("\n") == [
        "I. Kinh tế",
        "1.I Thu",
        "2.I Chi",
        "a) Chi khác",
        "• Mua sắm",
        "II. Xã hội",
        "a) Y tế",
    ]


def test_what_was_struck_out_is_not_read_and_what_was_inserted_is():
    document = document_of("Mức: ")
    body = document.paragraphs[0]._p
    body.append(parse_xml(f"<w:del {nsdecls('w')}><w:r><w:delText>12</w:delText></w:r></w:del>"))
    body.append(parse_xml(f"<w:ins {nsdecls('w')}><w:r><w:t>13</w:t></w:r></w:ins>"))

    assert text_of("a.docx", saved(document)) == "Mức: 13"


def test_letters_written_in_pieces_are_composed():
    assert text_of("a.docx", saved(document_of("Thu nga\u0302n sa\u0301ch"))) == "Thu ngân sách"


def scan():
    kept = io.BytesIO()
    Image.new("RGB", (600, 800), "white").save(kept, "PDF")
    return kept.getvalue()


def test_a_scan_is_refused_with_what_to_do_instead():
    assert "bản quét (ảnh chụp), không có lớp chữ để đọc; đề nghị dùng tệp Word" in refusal("ke-hoach.pdf", scan())


def test_an_old_font_is_named_instead_of_a_page_of_signs():
    old = "KÕ ho¹ch ph¸t ®éng thi ®ua cña ph­êng, c¸c chØ tiªu chñ yÕu vÒ kinh tÕ x· héi trong n¨m nay " * 10

    assert "phông cũ TCVN3, VNI" in refusal("a.docx", saved(document_of(old)))


@pytest.mark.parametrize("name", ["ke-hoach.doc", "ke-hoach.xlsx", "ke-hoach.txt", "ke-hoach", "anh.png"])
def test_other_kinds_are_refused_by_name(name):
    assert "chỉ đọc được tệp docx và pdf" in refusal(name, b"x")


@pytest.mark.parametrize("name", [name for name in corpus.BAD if name.endswith((".docx", ".pdf"))])
def test_whatever_is_no_fit_evidence_is_no_fit_plan(name):
    make, sentence = corpus.BAD[name]
    assert sentence in refusal(name, make())


def test_a_document_without_a_letter_is_refused():
    assert "không có chữ nào" in refusal("a.docx", saved(document_of("", " ")))


def test_a_book_is_refused():
    numbers = random.Random(1)
    book = document_of(*[" ".join(str(numbers.random()) for _ in range(200)) for _ in range(120)])
    assert "quá dài" in refusal("a.docx", saved(book))


def bomb_page():
    """A PDF of 300 kB with one page whose drawing unpacks to 300 MB."""
    packer, packed = zlib.compressobj(9), b""
    for _ in range(300):
        packed += packer.compress(b"0 0 m " * 174_763)
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    drawing = StreamObject()
    drawing._data = packed + packer.flush()
    drawing.update(
        {NameObject("/Filter"): NameObject("/FlateDecode"), NameObject("/Length"): NumberObject(len(drawing._data))}
    )
    writer.pages[0][NameObject("/Contents")] = writer._add_object(drawing)
    writer.pages[0][NameObject("/Resources")] = DictionaryObject()
    kept = io.BytesIO()
    writer.write(kept)
    return kept.getvalue()


def deep_document():
    """A Word document whose one paragraph is nested a hundred thousand times."""
    words = random.Random(1).sample(range(10**6), 20_000)  # so that it is not refused for how well it packs
    body = "<w:sdt><w:sdtContent>" * 100_000 + " ".join(map(str, words)) + "</w:sdtContent></w:sdt>" * 100_000
    xml = (
        '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f"<w:body>{body}</w:body></w:document>"
    )
    with zipfile.ZipFile(io.BytesIO(saved(Document()))) as whole:
        parts = {name: whole.read(name) for name in whole.namelist() if name != "[Content_Types].xml"}
        types = whole.read("[Content_Types].xml")
    return corpus.package(parts | {"word/document.xml": xml}, types=types)


@pytest.mark.parametrize(("name", "make"), [("bom.pdf", bomb_page), ("sau.docx", deep_document)])
def test_a_trap_ends_in_the_child_and_is_refused(name, make):
    content, start = make(), time.monotonic()

    said = refusal(name, content)

    assert "đề nghị" in said
    assert name in said
    assert time.monotonic() - start < 60


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.95])
def test_a_file_that_lost_its_end_is_refused(cut):
    whole = saved(document_of(*PLAN.split("\n")))
    assert "chưa được nhận" in refusal("a.docx", whole[: int(len(whole) * cut)])
