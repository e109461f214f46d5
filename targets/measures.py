"""Units of measure as plans write them, and where one ends: "triệu đồng/người/năm trở lên" begins with a unit."""

import re

_NOUNS = """
người lao động|người dân|lượt người|lượt khách|lượt hộ|lượt|người|lao động|hộ gia đình|hộ dân|hộ nghèo
hộ cận nghèo|hộ|gia đình|cháu|học sinh|học viên|sinh viên|giáo viên|trẻ em|trẻ|em|lớp tập huấn|lớp học|lớp
trường học|trường hợp|trường|phòng học|phòng|nhóm trẻ|tổ dân phố|khu dân cư|khu phố|thôn|xóm|bản|ấp|buôn|tổ chức
tổ hợp tác|tổ|mô hình|cuộc thi|cuộc|buổi|đợt|hội nghị|hội thi|hội thảo|vụ việc|vụ|ca|tấn|tạ|kg|ha|hecta|m2|m²|m3
m³|km2|km²|km|mét|m|lít|kWh|MW|cây xanh|cây|con|sản phẩm|doanh nghiệp|hợp tác xã|hộ kinh doanh|cơ sở|công trình
dự án|đề tài|đề án|sáng kiến|căn nhà|căn|ngôi nhà|nhà|suất quà|suất|phần quà|điểm phần trăm|điểm %|điểm cầu
điểm nóng|điểm|tiêu chí|chỉ tiêu|bậc|giải|huy chương|tổ chức đảng|chi bộ|đảng viên|đoàn viên|hội viên|công dân
thanh niên|nam thanh niên|quân nhân|chiến sĩ|hồ sơ|thủ tục|đơn vị máu|đơn vị|giường bệnh|bác sĩ|lần|ngày công
ngày|tháng|bài viết|tin, bài|tin bài|bài|tin|câu lạc bộ|đội|nhóm|tập thể|cá nhân|gương|điển hình|máy|bộ|cái
chiếc|tuyến đường|tuyến phố|tuyến|đoạn đường|khách|phiếu|văn bản|cơ quan|chợ|vườn hoa|vườn|trạm|bệnh nhân|phụ nữ
thuê bao|tài khoản|camera|hố ga|bồn hoa|sổ|thẻ|quyển|cuốn|giấy phép|giấy chứng nhận|hợp đồng|phong trào
thành viên
""".strip().replace("\n", "|")
_MONEY = r"đồng|USD|đô la"
_SCALE = r"(?:(?:nghìn|ngàn|triệu|tỷ|tỉ|trăm|vạn)\s+)*"


def _any_of(nouns):
    return "|".join(re.escape(noun).replace(r"\ ", r"\s+") for noun in sorted(nouns.split("|"), key=len, reverse=True))


_PER_HEADS = r"(?:100|1[.]?000|10[.]?000|100[.]?000)\s+(?:dân|người|trẻ(?:\s+em)?|phụ\s+nữ|bé\s+gái|ca)"
PER_HEADS = re.compile(rf"/\s*{_PER_HEADS}(?!\w)", re.I)
_PER = rf"(?:\s*/\s*(?:{_SCALE}(?:{_any_of(_NOUNS)}|năm|quý|tuần|giờ|đêm|dân|đầu người)|{_PER_HEADS}))*"
_UNIT = re.compile(
    rf"(?:%|‰|{_SCALE}(?:{_MONEY}|{_any_of(_NOUNS)})|tỷ|triệu|nghìn|phần\s+trăm|phần\s+nghìn)(?!\w){_PER}(?!\w)", re.I
)
_SHARE = re.compile(rf"(?:%|‰){_PER}", re.I)
_ALIKE = {"phần trăm": "%", "phần nghìn": "‰"}


def unit_at_start(text):
    """(the unit of measure with which `text` begins, how many characters it takes); ("", 0) for one not known."""
    stripped = text.lstrip()
    found = _SHARE.match(stripped) or _UNIT.match(stripped)
    if not found:
        return "", 0
    unit = re.sub(r"\s*/\s*", "/", " ".join(found[0].split()))
    return _ALIKE.get(unit.lower(), unit), len(text) - len(stripped) + found.end()


def is_unit(text):
    """Whether the whole text is a unit of measure known here."""
    unit, end = unit_at_start(text)
    return bool(unit) and not text[end:].strip(" .")
