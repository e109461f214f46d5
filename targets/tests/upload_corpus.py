"""Files to upload, made on the spot: good ones, and ones that must never be kept."""

import io
import re
import struct
import zipfile
import zlib

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


def phone_photo(size=(4000, 3000)):
    """A photo as a phone takes it: large, held sideways, with its place; every point differs a little."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    drawn = io.BytesIO()
    Image.effect_noise((size[0] // 4, size[1] // 4), 60).convert("RGB").resize(size).save(drawn, "JPEG", exif=exif)
    return drawn.getvalue()


def huge_png(edge=50_000):
    """A whole picture of edge × edge black points in a few hundred kilobytes."""
    packer, row = zlib.compressobj(1), bytes(1 + edge // 8)
    points = b"".join(packer.compress(row * 100) for _ in range(edge // 100)) + packer.flush()
    header = struct.pack(">IIBBBBB", edge, edge, 1, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", points), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )


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


def _bomb(megabytes, *, folder="xl"):
    """A package with one sheet that unpacks to so many megabytes of nothing."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", TYPES)
        with packed.open(f"{folder}/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(megabytes):
                part.write(bytes(MEGABYTE))
    return written.getvalue()


def _crowded(entries=100_000):
    """A package with more entries than any document has."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as packed:
        packed.writestr("[Content_Types].xml", TYPES)
        for number in range(entries):
            packed.writestr(zipfile.ZipInfo(f"word/{number}"), b"")
    return written.getvalue()


def _lying(said=4_000):
    """A package whose directory says that a part is small; it unpacks to 20 MB."""
    real = 20 * MEGABYTE
    content = package({"word/document.xml": bytes(real)})
    return content.replace(struct.pack("<I", real), struct.pack("<I", said))


def _overlapping():
    """A package whose entries all unpack the same bytes of the file."""
    content = package({"word/document.xml": b"<w/>"} | {f"word/a{n}.xml": b"" for n in range(9)})
    first = content.index(b"PK\x03\x04", 1)
    return re.sub(rb"(PK\x01\x02.{38})....", lambda found: found[1] + struct.pack("<I", first), content, flags=re.S)


def _related(kind, target="http://x.example/a.html!", folder="word"):
    """A package that fetches something from elsewhere when it is opened."""
    relation = (
        f'<Relationship Id="r1" Type="http://schemas.x/relationships/{kind}" Target="{target}" TargetMode="External"/>'
    )
    parts = {f"{folder}/_rels/document.xml.rels": f"<Relationships>{relation}</Relationships>"}
    return (docx if folder == "word" else xlsx)(**parts)


def _pdf_of_objects(*objects):
    """A PDF without a table of its objects: the reader has to look for them."""
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, body) for number, body in enumerate(objects, 1))
    return b"%PDF-1.5\n" + body + b"trailer\n<< /Root 1 0 R >>\n%%EOF"


def _endless_pdf():
    """Its pages are their own children."""
    return _pdf_of_objects(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 9 /Kids [2 0 R] >>")


def _packed_pdf():
    """Its objects lie in a stream of 300 kB that unpacks to 300 MB."""
    packer, nothing = zlib.compressobj(9), b"0" * MEGABYTE
    stream = b"".join(packer.compress(nothing) for _ in range(300)) + packer.flush()
    return _pdf_of_objects(
        b"<< /Type /Catalog /Pages 3 0 R >>",
        b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream"
        % (len(stream), stream),
    )


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


def _rows(number):
    """A sheet of so many rows; a real one that is full of them packs just as well."""
    dice = zlib.crc32
    return (
        b"<worksheet><sheetData>"
        + b"".join(b'<row r="%d"><c><v>%d</v></c></row>' % (n, dice(b"%d" % n)) for n in range(number))
        + b"</sheetData></worksheet>"
    )


HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
EXE = b"MZ" + bytes(200)
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
GIF_SCRIPT = b"GIF89a/*" + bytes(40) + b"*/=1;alert(1)"
XINCLUDE = (
    b'<w:document xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///etc/passwd"/></w:document>'
)
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
    "con.docx": docx,
    "B\u1ea3ng \u202etính.xlsx": xlsx,
    "Ba\u0301o ca\u0301o.docx": docx,
    "ế" * 255 + ".png": lambda: picture("PNG"),
    "lien-ket-ngoai.docx": lambda: _related("hyperlink"),
    "bang-noi.xlsx": lambda: _related("externalLinkPath", "so-lieu-2.xlsx", folder="xl"),
    "anh-dien-thoai.jpg": phone_photo,
    "scan.png": lambda: picture("PNG", (2480, 3508), mode="1"),
    "muoi-sau-bit.png": lambda: picture("PNG", mode="I;16"),
    "mot-trieu-dong.xlsx": lambda: xlsx(**{"xl/worksheets/sheet1.xml": _rows(40_000)}),
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
    "eicar.pdf": (lambda: EICAR, "không phải là tệp pdf"),
    "eicar.txt": (lambda: EICAR, "chỉ nhận tệp"),
    "eicar.docx": (lambda: EICAR, "không phải là tệp docx"),
    "anh.heic": (lambda: b"\0\0\0\x18ftypheic" + bytes(100), "ảnh kiểu heic chưa nhận được"),
    "anh.webp": (lambda: picture("WEBP"), "ảnh kiểu webp chưa nhận được"),
    "webp.jpg": (lambda: picture("WEBP"), "không phải là tệp jpg"),
    "gif-js.jpg": (lambda: GIF_SCRIPT, "không phải là tệp jpg"),
    "gif-js.js": (lambda: GIF_SCRIPT, "chỉ nhận tệp"),
    "ban-in.pdf.exe": (pdf, "chỉ nhận tệp"),
    "pdf-html.pdf": (lambda: b"%PDF-1.7\n<html><script>alert(1)</script>\n" + pdf(), "nội dung lạ kèm theo"),
    "pdf-duoi-html.pdf": (lambda: pdf() + HTML, "nội dung lạ kèm theo"),
    "pdf-duoi-zip.pdf": (lambda: pdf() + package({"a.exe": EXE}), "nội dung lạ kèm theo"),
    "pdf-vong.pdf": (_endless_pdf, ""),
    "pdf-nen.pdf": (_packed_pdf, "không mở được PDF"),
    "pdf-rac.pdf": (lambda: b"%PDF-1.7\n" + b"1 0 obj\n" * 500_000 + b"%%EOF", "không mở được PDF"),
    "html-docx.docx": (lambda: HTML + docx(), "không phải là tệp docx"),
    "cut.pdf": (lambda: pdf()[:60], "không mở được PDF"),
    "chi-dau.pdf": (lambda: b"%PDF-1.7\n%%EOF", "không mở được PDF"),
    "khong-trang.pdf": (lambda: pdf(pages=0), "không có trang nào"),
    "khoa.pdf": (lambda: pdf(password="x"), "có mật khẩu"),
    "script.pdf": (lambda: pdf(prepare=_acts("/JavaScript", "/JS")), "chứa mã lệnh"),
    "launch.pdf": (lambda: pdf(prepare=_acts("/Launch", "/F")), "chứa mã lệnh"),
    "kem.pdf": (lambda: pdf(prepare=lambda w: w.add_attachment("x.exe", EXE)), "tệp đính kèm"),
    "cut.jpg": (lambda: picture("JPEG", (400, 400))[:400], "không mở được ảnh"),
    "cut.png": (lambda: picture("PNG", (400, 400))[:100], "không mở được ảnh"),
    "khong-lo.png": (huge_png, "40 triệu điểm ảnh"),
    "trong-suot.png": (lambda: picture("PNG", (4_500, 4_000), mode="LA"), "16 triệu điểm ảnh"),
    "to.png": (lambda: picture("PNG", (8_000, 5_001), mode="1"), "40 triệu điểm ảnh"),
    "bom-5.xlsx": (lambda: _bomb(5), "bung ra quá lớn"),
    "bom-50.xlsx": (lambda: _bomb(50), "bung ra quá lớn"),
    "bom-200.xlsx": (lambda: _bomb(200), "bung ra quá lớn"),
    "chong.docx": (_overlapping, "không mở được"),
    "noi-doi.docx": (_lying, "không mở được"),
    "dong.docx": (_crowded, "bung ra quá lớn"),
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
    "xinclude.docx": (lambda: docx(**{"word/document.xml": XINCLUDE}), "XInclude"),
    "ole-ngoai.docx": (lambda: _related("oleObject"), "tự mở nội dung ở nơi khác"),
    "khung-ngoai.docx": (lambda: _related("frame"), "tự mở nội dung ở nơi khác"),
    "mau-ngoai-2.docx": (lambda: _related("attachedTemplate"), "tự mở nội dung ở nơi khác"),
    "hong.docx": (lambda: docx()[:-40], "không mở được"),
    "crc.docx": (
        lambda: package(MAIN, compression=zipfile.ZIP_STORED).replace(b"<w:document/>", b"<w:documenX/>"),
        "không mở được",
    ),
}
