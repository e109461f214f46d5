"""What an Office file (docx, xlsx) may hold, judged before it is opened: its zip directory, the heads of its parts.

`check` reads the directory of a file of any size in a few milliseconds and raises `Unfit`, whose text ends a sentence.
"""

import io
import re
import stat
import zipfile

MEGABYTE = 1024 * 1024
MAX_FILE = 10 * MEGABYTE
MAX_ENTRIES = 1_000
MAX_UNPACKED = 50 * MEGABYTE
MAX_RATIO = 100

DOCUMENT, WORKBOOK = "word/", "xl/"  # the folder that a package of this kind has
EXTENSIONS = {DOCUMENT: "docx", WORKBOOK: "xlsx"}
PACKED = (".zip", ".rar", ".7z", ".gz", ".jar", ".xlsx", ".xlsm", ".xlsb", ".docx", ".docm", ".pptx", ".pptm")
PROGRAMS = re.compile(r"(?i)vbaproject|activex|oleobject|\.(?:exe|dll|bat|cmd|js|vbs|scr|ps1)$")
TEMPLATE_RELATIONS = "word/_rels/settings.xml.rels"
DIRECTORY_ENTRY = b"PK\x01\x02"
COMPOUND_FILE = b"\xd0\xcf\x11\xe0"  # old Office files, and new ones with a password


class Unfit(Exception):
    """Why a file is not taken, as the end of a sentence."""


def check(content, folder):
    """The content, byte for byte, if it is a package of that kind (`DOCUMENT` or `WORKBOOK`) and harmless to open."""
    if not content:
        raise Unfit("tệp rỗng")
    if len(content) > MAX_FILE:
        raise Unfit("tệp lớn hơn 10 MB; đề nghị giảm dung lượng hoặc chia nhỏ")
    if not content.startswith(b"PK"):
        raise Unfit(what_else(content, EXTENSIONS[folder]))
    if content.count(DIRECTORY_ENTRY) > MAX_ENTRIES:  # seconds of reading, told in milliseconds
        raise Unfit("tệp bung ra quá lớn")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            entries = package.infolist()
            _check_directory(entries, folder)
            for entry in entries:
                _check_part(package, entry)
    except Unfit:
        raise
    except Exception as broken:  # a hostile file may break the reader in any way
        raise Unfit("không mở được, có thể tệp bị hỏng") from broken
    return content


def what_else(content, extension):
    """The words for a file whose content is not what its name says."""
    if content.startswith(COMPOUND_FILE):
        return "tệp Office đời cũ hoặc có mật khẩu; đề nghị lưu lại thành docx, xlsx không có mật khẩu"
    return f"nội dung không phải là tệp {extension}"


def _check_directory(entries, folder):
    names = [entry.filename for entry in entries]
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise Unfit("tệp bung ra quá lớn")
    if "[Content_Types].xml" not in names or not any(name.startswith(folder) for name in names):
        raise Unfit(f"nội dung không phải là tệp {EXTENSIONS[folder]}")
    for entry in entries:
        if entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
            raise Unfit("tệp bung ra quá lớn")
        if entry.flag_bits & 1:
            raise Unfit("tệp có mật khẩu; đề nghị bỏ mật khẩu")
        if entry.filename.startswith("/") or ".." in entry.filename.split("/") or "\\" in entry.filename:
            raise Unfit("bên trong có đường dẫn lạ")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise Unfit("bên trong có liên kết lạ")
        if entry.filename.lower().endswith(PACKED):
            raise Unfit("bên trong có tệp nén hoặc tệp Office khác; đề nghị tải riêng từng tệp")
        if PROGRAMS.search(entry.filename):
            raise Unfit("bên trong có macro hoặc chương trình; đề nghị lưu lại không kèm macro")


def _check_part(package, entry):
    if not entry.filename.endswith((".xml", ".rels")):
        return
    with package.open(entry) as part:
        head = part.read(64 * 1024 if entry.filename == TEMPLATE_RELATIONS else 2048).replace(b"\x00", b"")
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise Unfit("bên trong có định nghĩa lạ (DTD)")
    if entry.filename == TEMPLATE_RELATIONS and b"External" in head:
        raise Unfit("tệp dùng mẫu ở nơi khác; đề nghị lưu lại với mẫu thường")
    if entry.filename == "[Content_Types].xml" and b"macroEnabled" in head:
        raise Unfit("bên trong có macro hoặc chương trình; đề nghị lưu lại không kèm macro")
