"""The sample accounts as a table for the terminal."""

from reports.demo.ward import PASSWORD, ROLES, SUPERUSER
from units.models import User

# user name, who, what to try; the states are those of the current sample campaign when it was loaded
UNITS = [
    ("th1", "Trường Tiểu học mẫu số 1", "kết quả đã duyệt, có ảnh minh chứng"),
    ("mn2", "Trường Mầm non mẫu số 2", "đã nộp, chờ duyệt, có tệp PDF"),
    ("mn3", "Trường Mầm non mẫu số 3", "bị trả lại ở cả hai kỳ"),
    ("thcs3", "Trường Trung học cơ sở mẫu số 3", "bản nháp dở, có ô gõ chưa đúng"),
    ("to01", "Tổ dân phố số 1", "đã duyệt"),
    ("to03", "Tổ dân phố số 3", "bản nháp có số viết sai"),
    ("to04", "Tổ dân phố số 4", "chưa nộp kỳ nào; tổ trưởng không có thư điện tử"),
    ("to18", "Tổ dân phố số 18", "đang xin gia hạn"),
    ("to28", "Tổ dân phố số 28", "chưa chọn chủ đề, chưa nộp"),
]
OTHERS = "Các đơn vị khác: to01 … to40, mn1 … mn3, th1 … th3, thcs1 … thcs3, kinhte, vanphong, tramyte, mttq, quansu …"


def table():
    if not User.objects.filter(username=ROLES[0][0]).exists():
        return "Chưa có phường mẫu; nạp bằng lệnh: manage.py load_demo"
    rows = [("Tên đăng nhập", "Mật khẩu", "Là ai", "Thử việc gì")]
    rows += [(username, PASSWORD, who, what) for username, _, who, what in ROLES]
    rows += [(SUPERUSER[0], PASSWORD, *SUPERUSER[1:])]
    rows += [(username, PASSWORD, who, what) for username, who, what in UNITS]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]]) for row in rows
    ]
    return "\n".join([*lines, f"{OTHERS} (cùng mật khẩu)"])
