"""What may be uploaded as evidence: judged by its content, cleaned, and given a name that is safe to keep."""

import hashlib
import io
import unicodedata
import warnings
from dataclasses import dataclass

import filetype
from PIL import Image, ImageOps

from campaign_portal import office_files
from campaign_portal.office_files import MAX_FILE, Unfit
from units.refusals import Refused

MAX_PIXELS = 40_000_000
MAX_PAGES = 2_000
LONGEST_NAME = 150


@dataclass(frozen=True)
class Upload:
    """A file that passed: what is kept, byte for byte."""

    name: str
    content_type: str
    content: bytes

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
        if extension not in KINDS:
            raise Unfit("chỉ nhận tệp pdf, jpg, png, xlsx, docx")
        content = file.read()
        kind = KINDS[extension]
        guessed = filetype.guess_mime(content)
        if guessed not in kind.guesses:
            raise Unfit(office_files.what_else(content, extension))
        return Upload(name=name, content_type=kind.content_type, content=kind.inspect(content))
    except Unfit as reason:
        raise Refused(f"Tệp “{name}” chưa được nhận: {reason}.") from reason


def clean_name(name):
    """The file's own name: composed letters, no folders, no marks that hide or turn text, at most 150 characters."""
    name = unicodedata.normalize("NFC", (name or "").replace("\\", "/")).rpartition("/")[2]
    name = "".join(c for c in name if unicodedata.category(c)[0] != "C" and c not in '"<>:|?*')
    stem, dot, extension = " ".join(name.split()).rpartition(".")
    stem = stem.strip(" .")[: LONGEST_NAME - len(extension) - 1] or "tep"
    return f"{stem}{dot}{extension.strip()}" if dot else f"{extension[:LONGEST_NAME] or 'tep'}"


def _picture(content, form):
    """The picture drawn anew: place, camera and anything else that travelled with it stay behind."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[form]) as seen:
                if seen.width * seen.height > MAX_PIXELS:
                    raise Unfit("ảnh lớn hơn 40 triệu điểm ảnh; đề nghị thu nhỏ")
                seen.verify()
            picture = Image.open(io.BytesIO(content), formats=[form])
            ImageOps.exif_transpose(picture, in_place=True)
            if picture.mode not in ("1", "L", "LA", "RGB", "RGBA"):
                picture = picture.convert("RGBA" if form == "PNG" and "transparency" in picture.info else "RGB")
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as bomb:
        raise Unfit("ảnh lớn hơn 40 triệu điểm ảnh; đề nghị thu nhỏ") from bomb
    except (OSError, SyntaxError, ValueError, EOFError, KeyError, IndexError, OverflowError) as broken:
        raise Unfit("không mở được ảnh, có thể tệp bị hỏng") from broken
    picture.info = {}
    drawn = io.BytesIO()
    picture.save(drawn, form, **({"quality": 88} if form == "JPEG" else {"compress_level": 4}))
    return drawn.getvalue()


def _jpeg(content):
    return _picture(content, "JPEG")


def _png(content):
    return _picture(content, "PNG")


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
    return content


def _workbook(content):
    return office_files.check(content, office_files.WORKBOOK)


def _document(content):
    return office_files.check(content, office_files.DOCUMENT)


@dataclass(frozen=True)
class Kind:
    content_type: str
    guesses: tuple
    inspect: object


def _office(name, inspect):
    content_type = f"application/vnd.openxmlformats-officedocument.{name}"
    return Kind(content_type, (content_type, "application/zip"), inspect)


_JPEG = Kind("image/jpeg", ("image/jpeg",), _jpeg)
KINDS = {
    "pdf": Kind("application/pdf", ("application/pdf",), _pdf),
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "png": Kind("image/png", ("image/png",), _png),
    "xlsx": _office("spreadsheetml.sheet", _workbook),
    "docx": _office("wordprocessingml.document", _document),
}
