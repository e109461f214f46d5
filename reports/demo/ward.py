"""The sample ward's units, clusters and people. Every name says that it is a sample."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password

from units.models import Cluster, Membership, Role, SchoolLevel, Unit, UnitKind, User
from units.refusals import Refused

CODE = "UBND-KIEN-AN"
PASSWORD = "thi-dua-kien-an"
SINCE = date(2025, 7, 1)
GROUPS = 40  # tổ dân phố

OFFICES, SCHOOLS, FRONT, ARMED = (
    "Khối phòng, ban, đơn vị sự nghiệp",
    "Khối trường học",
    "Khối Mặt trận Tổ quốc và đoàn thể",
    "Khối lực lượng vũ trang",
)

# code, user name of its reporter, name, short name, kind
BODIES = [
    ("VHXH", "vanhoa", "Phòng Văn hoá - Xã hội", "Phòng VHXH", UnitKind.OFFICE),
    ("KTHTDT", "kinhte", "Phòng Kinh tế, Hạ tầng và Đô thị", "Phòng KTHTĐT", UnitKind.OFFICE),
    ("VP", "vanphong", "Văn phòng Hội đồng nhân dân và Ủy ban nhân dân", "Văn phòng", UnitKind.OFFICE),
    ("HCC", "hanhchinhcong", "Trung tâm Phục vụ hành chính công", "Trung tâm HCC", UnitKind.OFFICE),
    ("TK", "thongke", "Thống kê cơ sở mẫu", "", UnitKind.OFFICE),
    ("BHXH", "bhxh", "Bảo hiểm xã hội cơ sở mẫu", "BHXH mẫu", UnitKind.OFFICE),
    ("TYT", "tramyte", "Trạm Y tế mẫu", "", UnitKind.SERVICE),
    ("VSMT", "moitruong", "Đơn vị vệ sinh môi trường mẫu", "Đơn vị VSMT mẫu", UnitKind.SERVICE),
    ("MTTQ", "mttq", "Cơ quan Ủy ban Mặt trận Tổ quốc Việt Nam phường", "Cơ quan UBMTTQ", UnitKind.FRONT),
    ("HPN", "phunu", "Hội Liên hiệp Phụ nữ phường", "Hội Phụ nữ", UnitKind.FRONT),
    ("HND", "nongdan", "Hội Nông dân phường", "", UnitKind.FRONT),
    ("CCB", "ccb", "Hội Cựu chiến binh phường", "", UnitKind.FRONT),
    ("DTN", "doantn", "Đoàn Thanh niên Cộng sản Hồ Chí Minh phường", "Đoàn Thanh niên", UnitKind.FRONT),
    ("CD", "congdoan", "Công đoàn phường", "", UnitKind.FRONT),
    ("BCHQS", "quansu", "Ban Chỉ huy Quân sự phường", "Ban CHQS", UnitKind.ARMED),
    ("CA", "congan", "Công an phường", "", UnitKind.ARMED),
]
SCHOOL_NAMES = [
    ("MN", "mn", "Trường Mầm non mẫu số", SchoolLevel.NURSERY),
    ("TH", "th", "Trường Tiểu học mẫu số", SchoolLevel.PRIMARY),
    ("THCS", "thcs", "Trường Trung học cơ sở mẫu số", SchoolLevel.SECONDARY),
]
# user name, role at the ward, who, what to try
ROLES = [
    ("canbo", Role.STAFF, "Cán bộ nhập kế hoạch", "kế hoạch, chỉ tiêu, giao chỉ tiêu cho đơn vị"),
    ("vhxh", Role.OFFICE, "Phòng Văn hoá - Xã hội", "duyệt, trả lại kết quả, đôn đốc, lập báo cáo gửi thành phố"),
    ("vhxh2", Role.OFFICE, "Phòng Văn hoá - Xã hội, người thứ hai", "duyệt kết quả do người thứ nhất nhập thay"),
    ("lanhdao", Role.LEADER, "Lãnh đạo Ủy ban nhân dân", "xem tiến độ, phê duyệt báo cáo, quyết định khen thưởng"),
    ("quantri", Role.ADMIN, "Quản trị của phường", "đơn vị, tài khoản, danh mục khen thưởng"),
]
SUPERUSER = ("hethong", "Quản trị hệ thống", "mọi dữ liệu của cổng")


@dataclass(frozen=True)
class Ward:
    organiser: Unit
    units: dict[str, Unit]  # by code, in the ward's order
    people: dict[str, User]  # by user name
    reporters: dict[str, User]  # who hands in, by the unit's code
    clusters: dict[str, Cluster]  # by name


def usernames():
    schools = [f"{name}{n}" for _, name, _, _ in SCHOOL_NAMES for n in (1, 2, 3)]
    groups = [f"to{n:02}" for n in range(1, GROUPS + 1)]
    return [row[0] for row in ROLES] + [SUPERUSER[0]] + [body[1] for body in BODIES] + schools + groups


def load():
    """The sample ward, made where it is not there yet."""
    organiser = Unit.objects.filter(kind=UnitKind.ORGANISER, code=CODE).first()
    if organiser is None:
        if taken := User.objects.filter(username__in=usernames()).first():
            raise Refused(
                f"Đã có tài khoản “{taken.username}” không thuộc phường mẫu; chỉ nạp phường mẫu vào cơ sở dữ liệu mới."
            )
        organiser = _make()
    memberships = Membership.objects.filter(unit__organiser=organiser).select_related("user", "unit")
    return Ward(
        organiser=organiser,
        units={unit.code: unit for unit in organiser.units.order_by("order")},
        people={user.username: user for user in User.objects.filter(username__in=usernames())},
        reporters={membership.unit.code: membership.user for membership in memberships},
        clusters={cluster.name: cluster for cluster in organiser.clusters.all()},
    )


def _make():
    organiser = Unit.objects.create(
        name="Ủy ban nhân dân phường Kiến An",
        short_name="UBND phường",
        code=CODE,
        kind=UnitKind.ORGANISER,
        phone=_phone(0),
        agency_lines="ỦY BAN NHÂN DÂN\nPHƯỜNG KIẾN AN",
        place="Kiến An",
        symbol="UBND",
        signer_title="PHÓ CHỦ TỊCH",
        signer_name="Trần Thị Phương",
    )
    password = make_password(PASSWORD)
    units = _units(organiser)
    reporters = [_person(number, username, password) for number, (_, username) in enumerate(units, start=1)]
    for order, ((unit, _), person) in enumerate(zip(units, reporters, strict=True), start=1):
        unit.order, unit.phone = order, _phone(order)
        unit.signer_title, unit.signer_name = _head_of(unit), person.full_name
    officials = [_person(len(units) + n, username, password) for n, (username, *_) in enumerate(ROLES, start=1)]
    root = User(username=SUPERUSER[0], full_name=f"{SUPERUSER[1]} mẫu", password=password, is_superuser=True)
    Unit.objects.bulk_create(unit for unit, _ in units)
    User.objects.bulk_create([*officials, root, *reporters])
    held = [(person, organiser, role) for person, (_, role, *_) in zip(officials, ROLES, strict=True)]
    held += [(person, unit, _role_at(unit)) for (unit, _), person in zip(units, reporters, strict=True)]
    Membership.objects.bulk_create(
        Membership(user=person, unit=unit, role=role, starts_on=SINCE) for person, unit, role in held
    )
    names = [OFFICES, SCHOOLS, FRONT, ARMED, *(f"Cụm tổ dân phố số {n}" for n in range(1, 5))]
    Cluster.objects.bulk_create(
        Cluster(organiser=organiser, name=name, order=order) for order, name in enumerate(names, start=1)
    )
    return organiser


def _units(organiser):
    """Every unit of the ward with the user name of the person who reports for it, in the ward's order."""
    bodies = [
        (Unit(code=code, name=name, short_name=short, kind=kind, organiser=organiser), username)
        for code, username, name, short, kind in BODIES
    ]
    schools = [
        (
            Unit(code=f"{code}-{n}", name=f"{name} {n}", kind=UnitKind.SCHOOL, school_level=level, organiser=organiser),
            f"{username}{n}",
        )
        for code, username, name, level in SCHOOL_NAMES
        for n in (1, 2, 3)
    ]
    groups = [
        (
            Unit(
                code=f"TDP-{n:02}",
                name=f"Tổ dân phố số {n}",
                short_name=f"TDP số {n}",
                kind=UnitKind.RESIDENTIAL,
                organiser=organiser,
            ),
            f"to{n:02}",
        )
        for n in range(1, GROUPS + 1)
    ]
    return [*bodies[:8], *schools, *bodies[8:], *groups]


def _person(number, username, password):
    """One in four heads of residential groups has no e-mail."""
    family = ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đỗ"][number % 7]
    middle = "Thị" if number % 2 else "Văn"
    has_mail = not (username.startswith("to") and int(username[2:]) % 4 == 0)
    return User(
        username=username,
        full_name=f"{family} {middle} Mẫu {number:02}",
        email=f"{username}@phuong-mau.example" if has_mail else "",
        phone=_phone(number),
        password=password,
    )


def _phone(number):
    return f"0225 000 {number:04}"  # no such exchange


def _role_at(unit):
    heads = {UnitKind.RESIDENTIAL, UnitKind.FRONT, UnitKind.ARMED}
    return Role.HEAD if unit.kind in heads else Role.REPORTER


def _head_of(unit):
    titles = {
        UnitKind.OFFICE: "TRƯỞNG PHÒNG",
        UnitKind.SCHOOL: "HIỆU TRƯỞNG",
        UnitKind.RESIDENTIAL: "TỔ TRƯỞNG",
        UnitKind.FRONT: "CHỦ TỊCH",
        UnitKind.ARMED: "CHỈ HUY TRƯỞNG",
    }
    return titles.get(unit.kind, "THỦ TRƯỞNG ĐƠN VỊ")


def cluster_name(unit):
    """The cluster that a unit of the sample ward competes in."""
    if unit.kind == UnitKind.RESIDENTIAL:
        return f"Cụm tổ dân phố số {(group_number(unit) - 1) // 10 + 1}"
    by_kind = {UnitKind.SCHOOL: SCHOOLS, UnitKind.FRONT: FRONT, UnitKind.ARMED: ARMED}
    return by_kind.get(unit.kind, OFFICES)


def group_number(unit):
    """37 for "TDP-37"."""
    return int(unit.code.removeprefix("TDP-"))
