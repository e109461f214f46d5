"""The columns of the target grid: what each is called on the screen, in Excel, and how it is filled in."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """`kind` is how its cells are typed: text, long, goal, places, choice, tick, target, unit or units."""

    field: str
    title: str
    kind: str = "text"
    also: tuple[str, ...] = ()  # what else a sheet may call it
    hint: str = ""


MAIN = [
    Column("name", "Tên chỉ tiêu", also=("chi tieu", "ten", "noi dung", "noi dung chi tieu")),
    Column(
        "goal",
        "Mức giao",
        "goal",
        also=("ke hoach", "muc", "chi tieu giao", "gia tri", "muc chi tieu", "kh", "ke hoach giao"),
        hint="Gõ như trong kế hoạch: ≥ 95; từ 13 đến 14; không còn; trong dự toán 330.681; đúng 12.",
    ),
    Column("unit_of_measure", "Đơn vị tính", also=("dvt", "don vi do", "don vi tinh")),
    Column("answer", "Cách trả lời", "choice", also=("cach tinh chi tieu", "loai")),
    Column("decimals", "Số lẻ", "places", also=("so chu so thap phan", "thap phan"), hint="Số chữ số sau dấu phẩy."),
    Column("part_of", "Trong đó của", "target", also=("la mot phan cua", "trong do")),
    Column("single_source", "Một đơn vị", "tick", also=("chi mot don vi bao cao", "nguon duy nhat")),
    Column("lead", "Chủ trì", "unit", also=("don vi chu tri", "co quan chu tri")),
    Column(
        "coordinators",
        "Phối hợp",
        "units",
        also=("don vi phoi hop", "co quan phoi hop"),
        hint="Nhiều đơn vị: cách nhau bằng dấu chấm phẩy.",
    ),
    Column("given_by", "Cấp giao", "choice", also=("cap giao chi tieu",)),
    Column("wording", "Nguyên văn", "long", also=("nguyen van trong ke hoach",)),
    Column("caution", "Cần xác nhận", "long", also=("luu y", "ghi chu", "can phuong xac nhan")),
]
MORE = [
    Column("amount_label", "Tên tử số (hoặc số liệu)", also=("ten tu so", "tu so")),
    Column("base_label", "Tên mẫu số", also=("mau so",)),
    Column("part_of_whole", "Tử số là một phần của mẫu số (không quá 100%)", "tick", also=("tu so la mot phan",)),
    Column("accumulates", "Luỹ kế từ 01/01, chỉ tăng", "tick", also=("luy ke",)),
    Column("may_be_negative", "Có thể âm", "tick"),
    Column("how_to_count", "Cách tính", "long"),
]
COLUMNS = [*MAIN, *MORE]
FIELDS = {column.field: column for column in COLUMNS}
