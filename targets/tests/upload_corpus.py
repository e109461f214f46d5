"""Files to upload, made on the spot: good ones, and ones that must never be kept."""

import io
import zipfile

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

MEGABYTE = 1024 * 1024
TYPES = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)


def picture(form, size=(40, 30), mode="RGB", **options):
    drawn = io.BytesIO()
    Image.new(mode, size, 100).save(drawn, form, **options)
    return drawn.getvalue()


def located_photo():
    """A photo that tells where it was taken and is held sideways."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Máy ảnh mẫu"
    exif.get_ifd(0x8825)[1] = "N"
    return picture("JPEG", exif=exif, comment=b"at home")


def pdf(pages=1, password=None, prepare=None):
    writer, written = PdfWriter(), io.BytesIO()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    if prepare:
        prepare(writer)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    writer.write(written)
    return written.getvalue()


def _acts(kind, key):
    """Prepares a PDF that acts when it is opened."""
    act = DictionaryObject({NameObject("/S"): NameObject(kind), NameObject(key): TextStringObject("x")})

    def prepare(writer):
        writer.root_object[NameObject("/OpenAction")] = act

    return prepare


def package(parts, *, types=TYPES, compression=zipfile.ZIP_DEFLATED):
    """A zip with these parts: {name or ZipInfo: content}."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", compression) as packed:
        if types is not None:
            packed.writestr("[Content_Types].xml", types)
        for name, content in parts.items():
            packed.writestr(name, content)
    return written.getvalue()


def docx(**more):
    return package({"_rels/.rels": b"<Relationships/>", "word/document.xml": b"<w:document/>"} | more)


def xlsx(**more):
    return package({"_rels/.rels": b"<Relationships/>", "xl/workbook.xml": b"<workbook/>"} | more)


def _symlink():
    entry = zipfile.ZipInfo("word/media/link")
    entry.external_attr = 0o120777 << 16
    return package({"word/document.xml": b"<w/>", entry: b"/etc/passwd"})


def _locked():
    """A docx whose entries say that they are encrypted."""
    content = bytearray(docx())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(signature)
        while at != -1:
            content[at + offset] |= 1
            at = content.find(signature, at + 4)
    return bytes(content)


HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
EXE = b"MZ" + bytes(200)
ELF = b"\x7fELF" + bytes(200)
MAIN = {"word/document.xml": b"<w:document/>"}

GOOD = {
    "bien-ban.pdf": pdf,
    "Báo cáo tháng 11.PDF": pdf,
    "anh.jpg": lambda: picture("JPEG"),
    "anh.jpeg": lambda: picture("JPEG", mode="CMYK"),
    "so-do.png": lambda: picture("PNG", mode="RGBA"),
    "bang-mau.png": lambda: picture("PNG", mode="P"),
    "so-lieu.xlsx": xlsx,
    "cong-van.docx": docx,
    "from-another-writer.xlsx": lambda: package({"docProps/app.xml": b"<a/>", "xl/workbook.xml": b"<w/>"}),
}

# name: (its bytes, part of the sentence)
BAD = {
    "rong.pdf": (lambda: b"", "tệp rỗng"),
    "lon.pdf": (lambda: pdf() + bytes(10 * MEGABYTE), "lớn hơn 10 MB"),
    "chuong-trinh.exe": (lambda: EXE, "chỉ nhận tệp pdf, jpg, png, xlsx, docx"),
    "khong-duoi": (pdf, "chỉ nhận tệp"),
    "trang.html": (lambda: HTML, "chỉ nhận tệp"),
    "hinh.svg": (lambda: SVG, "chỉ nhận tệp"),
    "hinh.gif": (lambda: picture("GIF"), "chỉ nhận tệp"),
    "nen.zip": (lambda: package({"a": b"a"}), "chỉ nhận tệp"),
    "macro.xlsm": (xlsx, "chỉ nhận tệp"),
    "exe.pdf": (lambda: EXE, "không phải là tệp pdf"),
    "elf.pdf": (lambda: ELF, "không phải là tệp pdf"),
    "html.pdf": (lambda: HTML, "không phải là tệp pdf"),
    "html-truoc.pdf": (lambda: HTML + pdf(), "không phải là tệp pdf"),
    "html.jpg": (lambda: HTML, "không phải là tệp jpg"),
    "svg.png": (lambda: SVG, "không phải là tệp png"),
    "jpeg.png": (lambda: picture("JPEG"), "không phải là tệp png"),
    "gif.jpg": (lambda: picture("GIF"), "không phải là tệp jpg"),
    "php.docx": (lambda: b"<?php system($_GET['x']);", "không phải là tệp docx"),
    "pdf.docx": (pdf, "không phải là tệp docx"),
    "docx.xlsx": (docx, "không phải là tệp xlsx"),
    "zip.docx": (lambda: package({"a.txt": b"a"}), "không phải là tệp docx"),
    "khong-muc-luc.docx": (lambda: package(MAIN, types=None), "không phải là tệp docx"),
    "cu.docx": (lambda: COMPOUND, "đời cũ hoặc có mật khẩu"),
    "cut.pdf": (lambda: pdf()[:60], "không mở được PDF"),
    "chi-dau.pdf": (lambda: b"%PDF-1.7\n%%EOF", "không mở được PDF"),
    "khong-trang.pdf": (lambda: pdf(pages=0), "không có trang nào"),
    "khoa.pdf": (lambda: pdf(password="x"), "có mật khẩu"),
    "script.pdf": (lambda: pdf(prepare=_acts("/JavaScript", "/JS")), "chứa mã lệnh"),
    "launch.pdf": (lambda: pdf(prepare=_acts("/Launch", "/F")), "chứa mã lệnh"),
    "kem.pdf": (lambda: pdf(prepare=lambda w: w.add_attachment("x.exe", EXE)), "tệp đính kèm"),
    "cut.jpg": (lambda: picture("JPEG", (400, 400))[:400], "không mở được ảnh"),
    "cut.png": (lambda: picture("PNG", (400, 400))[:100], "không mở được ảnh"),
    "khong-lo.png": (lambda: picture("PNG", (50_000, 2_000), mode="1"), "40 triệu điểm ảnh"),
    "to.png": (lambda: picture("PNG", (8_000, 5_001), mode="1"), "40 triệu điểm ảnh"),
    "bom.xlsx": (lambda: xlsx(**{"xl/sheet1.xml": bytes(51 * MEGABYTE)}), "bung ra quá lớn"),
    "nen-qua.xlsx": (lambda: xlsx(**{"xl/sheet1.xml": bytes(5 * MEGABYTE)}), "bung ra quá lớn"),
    "nhieu.docx": (lambda: docx(**{f"word/{n}.txt": b"" for n in range(1_001)}), "bung ra quá lớn"),
    "long.docx": (lambda: docx(**{"word/embeddings/a.xlsx": xlsx()}), "tệp nén hoặc tệp Office khác"),
    "zip-trong.docx": (lambda: docx(**{"word/media/a.zip": b"PK"}), "tệp nén"),
    "leo.docx": (lambda: docx(**{"../../x.txt": b"x"}), "đường dẫn lạ"),
    "goc.docx": (lambda: docx(**{"/etc/x.txt": b"x"}), "đường dẫn lạ"),
    "lien-ket.docx": (_symlink, "liên kết lạ"),
    "mat-khau.docx": (_locked, "có mật khẩu"),
    "vba.docx": (lambda: docx(**{"word/vbaProject.bin": b"x"}), "macro hoặc chương trình"),
    "activex.docx": (lambda: docx(**{"word/activeX/activeX1.bin": b"x"}), "macro hoặc chương trình"),
    "ole.docx": (lambda: docx(**{"word/embeddings/oleObject1.bin": b"x"}), "macro hoặc chương trình"),
    "exe-trong.docx": (lambda: docx(**{"word/media/a.EXE": EXE}), "macro hoặc chương trình"),
    "docm.docx": (
        lambda: package(MAIN, types=TYPES.replace(b"/>", b' x="application/vnd.ms-word.document.macroEnabled"/>')),
        "macro",
    ),
    "dtd.docx": (lambda: docx(**{"word/styles.xml": b'<!DOCTYPE x [<!ENTITY a "a">]><x/>'}), "DTD"),
    "dtd16.xlsx": (lambda: xlsx(**{"xl/styles.xml": "<!DOCTYPE x><x/>".encode("utf-16")}), "DTD"),
    "mau-ngoai.docx": (
        lambda: docx(**{"word/_rels/settings.xml.rels": b'<Relationship TargetMode="External" Target="http://x"/>'}),
        "mẫu ở nơi khác",
    ),
    "hong.docx": (lambda: docx()[:-40], "không mở được"),
    "crc.docx": (
        lambda: package(MAIN, compression=zipfile.ZIP_STORED).replace(b"<w:document/>", b"<w:documenX/>"),
        "không mở được",
    ),
}
