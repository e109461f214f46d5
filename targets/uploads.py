"""What may be uploaded as evidence: judged by its content, cleaned, and given a name that is safe to keep."""

import hashlib
import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass

import filetype

from campaign_portal import office_files
from campaign_portal.office_files import MAX_FILE, Unfit
from targets import pictures
from units.refusals import Refused

MAX_PAGES = 2_000
LONGEST_NAME = 150
ON_WINDOWS = re.compile(r"(?i)(?:con|prn|aux|nul|(?:com|lpt)[0-9])(?:\.|$)")  # names that no file may have there
PHONE_PHOTOS = {"heic", "heif", "webp", "avif"}
MARKUP = re.compile(rb"(?i)<(?:!doctype|html|script|svg|\?php)")
RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
# What an Office program fetches by itself when the file is opened; a link that waits for a click is none of these.
FETCHED = re.compile(rb"/(?:oleObject|frame|subDocument|attachedTemplate)[\"']")


@dataclass(frozen=True)
class Upload:
    """A file that passed: what is kept, byte for byte."""

    name: str
    content_type: str
    content: bytes
    thumbnail: bytes = b""  # a small JPEG of a picture

    @property
    def sha256(self):
        return hashlib.sha256(self.content).hexdigest()

    @property
    def size(self):
        return len(self.content)


def check(file):
    """The uploaded file as it will be kept. Raises Refused with a sentence that names it."""
    name = clean_name(file.name)
    try:
        if not file.size:
            raise Unfit("tệp rỗng")
        if file.size > MAX_FILE:
            raise Unfit("tệp lớn hơn 10 MB; đề nghị giảm dung lượng hoặc chia nhỏ")
        extension = name.rpartition(".")[2].lower()
        if extension in PHONE_PHOTOS:
            raise Unfit(f"ảnh kiểu {extension} chưa nhận được; đề nghị lưu lại thành jpg hoặc chụp màn hình ảnh này")
        if extension not in KINDS:
            raise Unfit("chỉ nhận tệp pdf, jpg, png, xlsx, docx")
        content = file.read()
        kind = KINDS[extension]
        guessed = filetype.guess_mime(content)
        if guessed not in kind.guesses:
            raise Unfit(office_files.what_else(content, extension))
        content = kind.inspect(content)
        small = pictures.thumbnail(content) if kind.is_picture else b""
        return Upload(name=name, content_type=kind.content_type, content=content, thumbnail=small)
    except Unfit as reason:
        raise Refused(f"Tệp “{name}” chưa được nhận: {reason}.") from reason


def clean_name(name):
    """The file's own name: composed letters, no folders, no marks that hide or turn text, at most 150 characters."""
    name = unicodedata.normalize("NFC", (name or "").replace("\\", "/")).rpartition("/")[2]
    name = "".join(c for c in name if unicodedata.category(c)[0] != "C" and c not in '"<>:|?*')
    stem, dot, extension = " ".join(name.split()).rpartition(".")
    stem = stem.strip(" .")[: LONGEST_NAME - len(extension) - 1] or "tep"
    whole = f"{stem}{dot}{extension.strip()}" if dot else f"{extension[:LONGEST_NAME] or 'tep'}"
    return f"tep-{whole}"[:LONGEST_NAME] if ON_WINDOWS.match(whole) else whole


def _jpeg(content):
    return pictures.drawn_anew(content, "JPEG")


def _png(content):
    return pictures.drawn_anew(content, "PNG")


def _pdf(content):
    from pypdf import PdfReader  # slow to import, and few requests bring a PDF

    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            raise Unfit("tệp PDF có mật khẩu; đề nghị bỏ mật khẩu")
        if not 0 < len(reader.pages) <= MAX_PAGES:
            raise Unfit("tệp PDF không có trang nào hoặc quá 2.000 trang")
        first = reader.pages[0]
        catalog, names = reader.root_object, reader.root_object.get("/Names")
        names = names.get_object() if names else {}
        opens = catalog.get("/OpenAction")
        opens = opens.get_object() if opens else None
        acts = [opens] if isinstance(opens, dict) else []
        if (
            any(act.get("/S") in ("/JavaScript", "/Launch") for act in acts)
            or "/AA" in catalog
            or "/AA" in first
            or "/JavaScript" in names
            or "/EmbeddedFiles" in names
        ):
            raise Unfit("tệp PDF chứa mã lệnh hoặc tệp đính kèm; đề nghị in lại ra PDF rồi tải lên")
    except Unfit:
        raise
    except Exception as broken:  # a hostile file may break the reader in any way
        raise Unfit("không mở được PDF, có thể tệp bị hỏng") from broken
    if MARKUP.search(content[:1024]) or MARKUP.search(_tail(content)) or b"PK\x03\x04" in _tail(content):
        raise Unfit("tệp PDF có nội dung lạ kèm theo; đề nghị in lại ra PDF rồi tải lên")
    return content


def _tail(content):
    """What follows the end of a PDF: another file may hide there."""
    return content.rpartition(b"%%EOF")[2]


def _workbook(content):
    return _unpacked(office_files.check(content, office_files.WORKBOOK))


def _document(content):
    return _unpacked(office_files.check(content, office_files.DOCUMENT))


def _unpacked(content):
    """The content of a package, each part of it read: no size lies, and opening it fetches nothing from elsewhere."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for entry in package.infolist():
            try:
                part = package.read(entry).replace(b"\0", b"")
            except Exception as broken:  # a hostile file may break the reader in any way
                raise Unfit("không mở được, có thể tệp bị hỏng") from broken
            if b"www.w3.org/2001/XInclude" in part and entry.filename.endswith(".xml"):
                raise Unfit("bên trong có định nghĩa lạ (XInclude)")
            if entry.filename.endswith(".rels") and any(
                b"External" in relation and FETCHED.search(relation) for relation in RELATION.findall(part)
            ):
                raise Unfit("tệp tự mở nội dung ở nơi khác; đề nghị chép nội dung vào tệp rồi lưu lại")
    return content


@dataclass(frozen=True)
class Kind:
    content_type: str
    guesses: tuple
    inspect: object
    is_picture: bool = False


def _office(name, inspect):
    content_type = f"application/vnd.openxmlformats-officedocument.{name}"
    return Kind(content_type, (content_type, "application/zip"), inspect)


_JPEG = Kind("image/jpeg", ("image/jpeg",), _jpeg, is_picture=True)
KINDS = {
    "pdf": Kind("application/pdf", ("application/pdf",), _pdf),
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "png": Kind("image/png", ("image/png",), _png, is_picture=True),
    "xlsx": _office("spreadsheetml.sheet", _workbook),
    "docx": _office("wordprocessingml.document", _document),
}
