"""The plan's text out of an uploaded file: a Word document, or a PDF that has a text layer."""

import re
import unicodedata

from campaign_portal import guarded
from targets import uploads
from units.refusals import Refused

KINDS = ("docx", "pdf")
LIMITS = guarded.Limits(seconds=20, megabytes=512)
FEW_LETTERS = 40  # a page: less is a scan with a stamp or a page number on it
ENOUGH = 200  # letters from which the script can be told
_UNICODE_ONLY = re.compile(r"[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")  # no font of the old kind has these letters


def text_of(file):
    """(the text, the file's name) of an upload. Raises Refused with a sentence that says what to do instead.

    The file is judged as evidence is, then read in a child process with little time and memory.
    """
    name = uploads.clean_name(file.name)
    kind = name.rpartition(".")[2].lower()
    if kind not in KINDS:
        raise Refused(f"Tệp “{name}” chưa được đọc: chỉ đọc được tệp docx và pdf; đề nghị lưu lại hoặc dán văn bản.")
    upload = uploads.check(file)
    try:
        found = guarded.run("written_text.py", upload.content, limits=LIMITS, kind=kind)
    except guarded.TooMuch as much:
        raise Refused(
            f"Tệp “{name}” quá lớn hoặc quá phức tạp nên không đọc hết được; đề nghị mở tệp, chép văn bản "
            "rồi dán vào ô."
        ) from much
    except guarded.Broken as broken:
        raise Refused(
            f"Không đọc được tệp “{name}”, có thể tệp bị hỏng; đề nghị mở tệp, chép văn bản rồi dán vào ô."
        ) from broken
    text = unicodedata.normalize("NFC", found["text"]).replace("\0", "")
    _refuse_unfit(name, kind, text, found)
    return text, upload.name


def _refuse_unfit(name, kind, text, found):
    letters = [letter for letter in text if letter.isalpha()]
    if kind == "pdf" and len(letters) < FEW_LETTERS * max(1, found["pages"]):
        raise Refused(
            f"Tệp “{name}” là bản quét (ảnh chụp), không có lớp chữ để đọc; đề nghị dùng tệp Word hoặc tệp PDF gốc, "
            "hoặc gõ lại văn bản vào ô."
        )
    if not letters:
        raise Refused(f"Tệp “{name}” không có chữ nào.")
    if found["cut"]:
        raise Refused(f"Tệp “{name}” quá dài; đề nghị chỉ đưa phần kế hoạch, không kèm các văn bản khác.")
    if len(letters) >= ENOUGH and len(_UNICODE_ONLY.findall(text)) < len(letters) * 0.03:
        raise Refused(
            f"Chữ trong tệp “{name}” không phải tiếng Việt Unicode (có thể dùng phông cũ TCVN3, VNI); đề nghị chuyển "
            "sang Unicode rồi tải lại."
        )
