"""What the sheets of the workbook hold, and the workbook filled with what is there."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from campaign_portal import xlsx
from campaign_portal.xlsx import Column
from units.models import Cluster, Membership, Role, SchoolLevel, Unit, UnitKind, User

UNITS, CLUSTERS, PEOPLE, ROLES = "units", "clusters", "people", "roles"
KINDS = {label: value for value, label in UnitKind.choices if value != UnitKind.ORGANISER}
LEVELS = {label: value for value, label in SchoolLevel.choices}
ROLE_NAMES = {label: value for value, label in Role.choices}
SPARE_ROWS = 50


@dataclass(frozen=True)
class Page:
    """A sheet of the workbook: `key` names its rows, `identity` the columns that tell one row from another."""

    key: str
    title: str
    model: type
    columns: list
    required: tuple
    identity: tuple


PAGES = [
    Page(
        UNITS,
        "Đơn vị",
        Unit,
        [
            Column("code", "Mã đơn vị", 14, hint="Chữ không dấu, số và . _ -; không đổi được sau khi nhập."),
            Column("name", "Tên đơn vị", 36),
            Column("short_name", "Tên gọi tắt", 20, optional=True),
            Column("kind", "Loại đơn vị", 30, choices=tuple(KINDS), hint="Chọn trong danh sách."),
            Column("school_level", "Cấp học", 18, choices=tuple(LEVELS), hint="Chỉ ghi cho trường học.", optional=True),
            Column("parent", "Mã đơn vị cấp trên", 18, hint="Để trống nếu không có.", optional=True),
            Column("order", "Thứ tự", 9, kind="number", optional=True),
            Column("households", "Số hộ", 10, kind="number", hint="Dùng để chia mức giao.", optional=True),
            Column("pupils", "Số học sinh", 12, kind="number", hint="Dùng để chia mức giao.", optional=True),
            Column("phone", "Điện thoại", 16, optional=True),
            Column("email", "Thư điện tử", 26, optional=True),
            Column("signer_title", "Chức vụ người ký", 22, optional=True),
            Column("signer_name", "Họ tên người ký", 24, optional=True),
        ],
        required=("code", "name", "kind"),
        identity=("code",),
    ),
    Page(
        CLUSTERS,
        "Cụm, khối",
        Cluster,
        [Column("name", "Tên cụm, khối", 40), Column("order", "Thứ tự", 9, kind="number", optional=True)],
        required=("name",),
        identity=("name",),
    ),
    Page(
        PEOPLE,
        "Người dùng",
        User,
        [
            Column("username", "Tên đăng nhập", 22, hint="Chữ không dấu, số và . _ -; không đổi được sau khi nhập."),
            Column("full_name", "Họ và tên", 30),
            Column("email", "Thư điện tử", 30, hint="Để trống nếu không có; khi đó in phiếu mật khẩu.", optional=True),
            Column("phone", "Điện thoại", 16, optional=True),
        ],
        required=("username", "full_name"),
        identity=("username",),
    ),
    Page(
        ROLES,
        "Vai trò",
        Membership,
        [
            Column("username", "Tên đăng nhập", 22, hint="Đã có trên cổng hoặc ở trang “Người dùng”."),
            Column("unit", "Mã đơn vị", 14, hint="Đã có trên cổng hoặc ở trang “Đơn vị”."),
            Column("role", "Vai trò", 28, choices=tuple(ROLE_NAMES), hint="Chọn trong danh sách."),
            Column("starts_on", "Từ ngày", 13, kind="date", hint="Để trống: từ hôm nay.", optional=True),
            Column("ends_on", "Đến hết ngày", 13, kind="date", hint="Để trống: chưa định ngày thôi.", optional=True),
        ],
        required=("username", "unit", "role"),
        identity=("username", "unit", "role", "starts_on"),
    ),
]


def page_of(key):
    return next(page for page in PAGES if page.key == key)


def at_units_of(organiser):
    """Rows with a unit that is the organiser or one of its units."""
    return Q(unit=organiser) | Q(unit__organiser=organiser)


def lasting_roles(organiser, *, on):
    """The memberships at an organiser and its units that are in force on a day or will be."""
    lasting = Membership.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on))
    return lasting.filter(at_units_of(organiser)).select_related("unit", "user")


def filled(organiser, *, on):
    """The bytes of the workbook with an organiser's working units, clusters, people and roles on a day."""
    units = Unit.objects.active().filter(organiser=organiser).select_related("parent")
    roles = lasting_roles(organiser, on=on).order_by("unit__order", "unit__sort_key", "role", "user__sort_key")
    rows = {
        UNITS: map(_unit_row, units),
        CLUSTERS: [(cluster.name, Decimal(cluster.order)) for cluster in organiser.clusters.all()],
        PEOPLE: [
            (person.username, person.full_name, person.email, person.phone)
            for person in User.objects.filter(pk__in=roles.order_by().values("user")).order_by("sort_key")
        ],
        ROLES: [
            (role.user.username, role.unit.code, role.get_role_display(), role.starts_on, role.ends_on)
            for role in roles
        ],
    }
    return xlsx.write([
        xlsx.Sheet(page.title, page.columns, rows[page.key], blank_rows=SPARE_ROWS, frozen_columns=1) for page in PAGES
    ])  # fmt: skip


def _unit_row(unit):
    return {
        "code": unit.code,
        "name": unit.name,
        "short_name": unit.short_name,
        "kind": unit.get_kind_display(),
        "school_level": unit.get_school_level_display(),
        "parent": unit.parent and unit.parent.code,
        "order": Decimal(unit.order),
        "households": unit.households if unit.households is None else Decimal(unit.households),
        "pupils": unit.pupils if unit.pupils is None else Decimal(unit.pupils),
        "phone": unit.phone,
        "email": unit.email,
        "signer_title": unit.signer_title,
        "signer_name": unit.signer_name,
    }
