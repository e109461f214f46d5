"""Workbooks made on the spot: good ones, and ones that nobody should open."""

import io
import re
import zipfile

from openpyxl import Workbook

from targets.tests import upload_corpus as corpus

HEADINGS = ["Mã", "Tên", "Số"]


def workbook(*rows, title="Bảng", prepare=None):
    """A workbook with these rows under the headings; `prepare(sheet, book)` may do what a person would."""
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in [HEADINGS, *rows]:
        sheet.append(row)
    if prepare:
        prepare(sheet, book)
    return saved(book)


def saved(book):
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def altered(content, part, change):
    """The workbook with one of its parts changed, byte for byte."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            body = old.read(entry)
            new.writestr(entry.filename, change(body) if entry.filename == part else body)
    return written.getvalue()


def with_rows(xml, **options):
    """A workbook whose sheet has this XML after its heading row."""
    sheet = "xl/worksheets/sheet1.xml"
    return altered(workbook(**options), sheet, lambda body: body.replace(b"</sheetData>", xml + b"</sheetData>"))


def bomb(megabytes):
    """A sheet of a few kilobytes that unpacks to so many megabytes of blanks inside its XML."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename != "xl/worksheets/sheet1.xml":
                new.writestr(entry.filename, old.read(entry))
        with new.open("xl/worksheets/sheet1.xml", "w") as part:
            part.write(b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">')
            for _ in range(megabytes):
                part.write(b" " * 1024 * 1024)
            part.write(b"<sheetData/></worksheet>")
    return written.getvalue()


def with_part(name, body=b"x"):
    written = io.BytesIO(workbook())
    with zipfile.ZipFile(written, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, body)
    return written.getvalue()


def _late_entity(body):
    """A definition behind a comment so long that nobody sees it in the part's head."""
    padding = b"".join(b"%d " % number for number in range(3_000))
    doctype = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    return b"<!-- " + padding + b" -->" + doctype + body.replace(b"<sheetData>", b"<sheetData>&b;")


def _locked(content):
    content = bytearray(content)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(signature)
        while at != -1:
            content[at + offset] |= 1
            at = content.find(signature, at + 4)
    return bytes(content)


def _symlink():
    entry = zipfile.ZipInfo("xl/media/link")
    entry.external_attr = 0o120777 << 16
    return with_part(entry, b"/etc/passwd")


def _hidden(sheet, book):
    sheet.sheet_state = "hidden"
    book.create_sheet("Trang khác")


SHEET = "xl/worksheets/sheet1.xml"
UNOPENED = {
    "0 byte": (lambda: b"", "tệp rỗng"),
    "11 MB": (lambda: workbook() + bytes(11 * 1024 * 1024), "lớn hơn 10 MB"),
    "truncated": (lambda: workbook()[:-200], "có thể tệp bị hỏng"),
    "html renamed": (lambda: corpus.HTML, "không phải là tệp xlsx"),
    "csv renamed": (lambda: "Mã;Tên;Số\n".encode(), "không phải là tệp xlsx"),
    "docx renamed": (corpus.docx, "không phải là tệp xlsx"),
    "old or with a password": (lambda: corpus.COMPOUND, "đời cũ hoặc có mật khẩu"),
    "encrypted entries": (lambda: _locked(workbook()), "có mật khẩu"),
    "bomb of 5 MB": (lambda: bomb(5), "bung ra quá lớn"),
    "bomb of 50 MB": (lambda: bomb(50), "bung ra quá lớn"),
    "bomb of 200 MB": (lambda: bomb(200), "bung ra quá lớn"),
    "1,001 parts": (lambda: corpus.xlsx(**{f"xl/{n}.txt": b"" for n in range(1_001)}), "bung ra quá lớn"),
    "zip inside": (lambda: with_part("xl/embeddings/a.zip"), "tệp nén"),
    "macro": (lambda: with_part("xl/vbaProject.bin"), "macro"),
    "program inside": (lambda: with_part("xl/media/a.EXE"), "macro hoặc chương trình"),
    "path out of the folder": (lambda: with_part("../../x.xml"), "đường dẫn lạ"),
    "link inside": (_symlink, "liên kết lạ"),
    "DTD": (lambda: altered(workbook(), SHEET, lambda body: b"<!DOCTYPE x>" + body), "DTD"),
}
UNREAD = {
    "late entity": (lambda: altered(workbook(), SHEET, _late_entity), "có thể tệp bị hỏng"),
    "broken XML": (lambda: altered(workbook(), SHEET, lambda body: body[:-40]), "có thể tệp bị hỏng"),
    "no workbook part": (corpus.xlsx, "có thể tệp bị hỏng"),
    "last row": (lambda: with_rows(b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>'), "kéo dài quá dòng 100.000"),
    "last column": (lambda: with_rows(b'<row r="2"><c r="XFD2"><v>1</v></c></row>'), "quá 1.000 cột"),
    "wrong sheet": (lambda: workbook(title="Sheet1"), "không có trang “Bảng” (đang có: “Sheet1”)"),
    "hidden sheet": (lambda: workbook(prepare=_hidden), "không có trang “Bảng” (đang có: “Trang khác”)"),
    "no headings": (lambda: altered(workbook(), SHEET, lambda body: re.sub(b"<row.*</row>", b"", body)), "thiếu cột"),
    "missing column": (lambda: workbook(prepare=lambda sheet, book: sheet.delete_cols(2)), "thiếu cột: “Tên”"),
}
