"""Which numbers of a plan's sentence are no measure: dates, years, numbers of documents, ages, grades, names."""

import re

_DOCUMENTS = (
    "Nghị quyết|Quyết định|Chỉ thị|Kế hoạch|Đề án|Nghị định|Thông tư|Luật|Kết luận|Công văn|Chương trình|Hướng dẫn"
    "|Văn bản|Thông báo|Quy định|Tờ trình|Báo cáo|Pháp lệnh|Quốc lộ|Tỉnh lộ|Phụ lục|Biểu|Mẫu|Điều|Khoản"
)
_PLACES = "tổ dân phố|tổ|khu phố|khu dân cư|TDP|KDC|thôn|khu|lớp|khối lớp|cấp độ|mức độ|mức|hạng|loại|lần thứ|thứ|cụm"
_PLACES += "|khối|quý"
_NO_MEASURE = [
    r"[“”\"„][^“”\"„]{0,300}[“”\"]",
    r"\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*(?:19|20)\d{2}",
    r"(?:ngày|mùng)\s+\d{1,2}(?:\s*[/.-]\s*\d{1,2}(?:\s*[/.-]\s*\d{4})?)?(?:\s+tháng\s+\d{1,2})?(?:\s+năm\s+\d{4})?",
    r"tháng\s+\d{1,2}(?:\s*/\s*\d{4})?(?:\s+năm\s+\d{4})?",
    r"\d{1,2}\s*(?:giờ|h)\s*\d{0,2}(?:\s*phút)?(?!\w)",
    (
        r"(?:năm(?:\s+học)?|giai\s+đoạn|nhiệm\s+kỳ|niên\s+khoá|niên\s+khóa|kỳ|so\s+với|so\s+sánh|từ|đến)\s+(?:19|20)\d{2}"
        r"(?:\s*[-–—/]\s*(?:20)?\d{2})?(?![\d.,]*\d)(?!\s*(?:%|người|hộ|học|cháu|lượt|triệu|tỷ|đồng|m\w|ha))"
    ),
    r"(?:19|20)\d{2}\s*[-–—]\s*(?:19|20)\d{2}(?![\d.,]*\d)",
    r"\d+\s*(?:/\s*\d{4}\s*)?[/-]\s*[A-ZĐ][A-ZĐ0-9]+[\w-]*(?:[/-][A-ZĐ]\w*)*",
    rf"(?:{_DOCUMENTS})(?:\s+số)?\s*:?\s+\d+(?:/\d+)*",
    r"(?<!\w)số\s+\d{1,3}(?:/\d{4})?(?=\s*[/-])",
    rf"(?<!\w)(?:{_PLACES})(?:\s+số)?\s+\d{{1,2}}(?![\d.,]*\d)(?:\s+trở\s+lên)?(?!\s*%)",
    r"(?:dưới|trên|từ|đủ|đến|tới|≥|≤|<|>)?\s*\d{1,2}(?:\s*(?:-|–|đến)\s*(?:dưới\s*)?\d{1,2})?\s*(?:tháng\s+)?tuổi(?:\s+trở\s+lên)?",
    r"(?:từ\s+)?\d(?:\s*(?:-|–|đến)\s*\d)?\s*sao(?:\s+trở\s+lên)?",
    r"24\s*/\s*(?:24|7)(?:\s*giờ)?|4[.]0(?!\d)",
    r"(?:từ\s+|đủ\s+|trên\s+|dưới\s+)?\d+\s+(?:năm|tháng)\s+(?:liền|liên\s+tục|liên\s+tiếp|trở\s+lên)",
]
_MASK = re.compile("|".join(f"(?:{pattern})" for pattern in _NO_MEASURE), re.I)
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
HIDDEN = "\x01"  # stands for a hidden character: no blank, no letter, no digit


def hide(text):
    """The text with everything that is no measure hidden, character for character, brackets too."""
    text = _MASK.sub(lambda found: HIDDEN * len(found[0]), text)
    return _BRACKETS.sub(lambda found: HIDDEN * len(found[0]), text)


def numbers_in_brackets(text):
    """Whether a bracketed piece of the text holds a number that is neither a date nor a name."""
    text = _MASK.sub(lambda found: HIDDEN * len(found[0]), text)
    return any(mark.isdecimal() for found in _BRACKETS.findall(text) for mark in found)


def brackets_of(text):
    """The bracketed pieces of a text, with their brackets."""
    return [found[0] for found in _BRACKETS.finditer(text)]
