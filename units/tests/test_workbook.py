"""Units and people from Excel: out filled, in with every fault or a preview, then whole or not at all."""

import io
from datetime import date, datetime
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertRedirects

from units.models import Cluster, Membership, Role, Unit, User
from units.tests.factories import ClusterFactory, MembershipFactory, OrganiserFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db

WARD = ZoneInfo("Asia/Ho_Chi_Minh")
MORNING = datetime(2025, 11, 20, 9, tzinfo=WARD)
TODAY = date(2025, 11, 20)
UNITS, CLUSTERS, PEOPLE, ROLES = "Đơn vị", "Cụm, khối", "Người dùng", "Vai trò"


@pytest.fixture
def ward(time_machine):
    time_machine.move_to(MORNING, tick=False)
    return OrganiserFactory(name="Ủy ban nhân dân phường Hải Yến", code="UBND")


@pytest.fixture
def unit(ward):
    return UnitFactory(organiser=ward, name="Tổ dân phố 1", code="TDP-1", households=120, phone="0225 3000 001")


@pytest.fixture
def luyen(unit):
    return UserFactory(username="luyen", full_name="Đàm Thị Luyến", email="luyen@example.org", reporter_of=unit)


@pytest.fixture
def admin(ward):
    return UserFactory(username="quan-tri", full_name="Quản Trị Viên", admin_of=ward)


@pytest.fixture
def admin_client(client, admin):
    client.force_login(admin)
    return client


def words(response):
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


def address(name, ward):
    return reverse(f"admin:units_unit_{name}", args=[ward.pk])


def template(client, ward):
    content = client.get(address("workbook_file", ward)).content
    return openpyxl.load_workbook(io.BytesIO(content))


def column(sheet, title):
    return next(cell.column for cell in sheet[1] if cell.value == title)


def row_of(sheet, first):
    """The number of the row that begins with a value; without one, of the first blank row."""
    return next(row for row in range(2, sheet.max_row + 2) if sheet.cell(row, 1).value == first)


def put(book, title, first=None, **cells):
    """Type into the row that begins with `first`, or into a new row; cells by their heading."""
    sheet = book[title]
    row = row_of(sheet, first)
    for heading, value in cells.items():
        sheet.cell(row, column(sheet, heading.replace("_", " ")), value)
    return row


def new_unit(book, **cells):
    fields = {"Mã_đơn_vị": "TDP-2", "Tên_đơn_vị": "Tổ dân phố 2", "Loại_đơn_vị": "Tổ dân phố"} | cells
    return put(book, UNITS, **fields)


def upload(client, ward, book):
    content = book
    if not isinstance(book, bytes):
        written = io.BytesIO()
        book.save(written)
        content = written.getvalue()
    return client.post(address("workbook", ward), {"workbook": SimpleUploadedFile("bang.xlsx", content)})


def sealed(response):
    field = BeautifulSoup(response.content, "html.parser").find("input", {"name": "sealed"})
    assert field, words(response)
    return field["value"]


def confirm(client, ward, previewed, **more):
    return client.post(address("apply_workbook", ward), {"sealed": sealed(previewed)} | more, follow=True)


def brought_in(client, ward, book, **more):
    return confirm(client, ward, upload(client, ward, book), **more)


def faults(response):
    """[(sheet, cell, sentence)] as the page lists them."""
    rows = BeautifulSoup(response.content, "html.parser").select(".results tbody tr")
    return [tuple(cell.get_text() for cell in row.find_all(["td", "th"])) for row in rows]


def everything():
    return {model: list(model.objects.order_by("pk").values()) for model in (Unit, Cluster, User, Membership)}


# --- Out --------------------------------------------------------------------------------------------------------------


def test_the_workbook_holds_what_is_there_and_nothing_of_another_ward(admin_client, ward, unit, luyen):
    ClusterFactory(organiser=ward, name="Cụm các tổ dân phố")
    UnitFactory(organiser=ward, code="DA-DONG", active=False)
    UserFactory(username="nguoi-la", reporter_of=UnitFactory(code="NGOAI"))

    book = template(admin_client, ward)
    text = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}

    assert [sheet.title for sheet in book if sheet.sheet_state == "visible"] == [UNITS, CLUSTERS, PEOPLE, ROLES]
    assert {"TDP-1", "Tổ dân phố", "120", "luyen", "Người báo cáo", "Cụm các tổ dân phố", "UBND"} <= text
    assert not {"NGOAI", "nguoi-la", "DA-DONG"} & text


def test_kinds_and_roles_are_chosen_from_a_list(admin_client, ward):
    book = template(admin_client, ward)

    rules = {title: {rule.type for rule in book[title].data_validations.dataValidation} for title in (UNITS, ROLES)}
    assert all("list" in types for types in rules.values())


def test_the_workbook_as_it_came_changes_nothing(admin_client, ward, unit, luyen):
    before = everything()

    response = upload(admin_client, ward, template(admin_client, ward))

    assert "Bảng không có gì khác với cổng" in words(response)
    assert everything() == before


# --- In ---------------------------------------------------------------------------------------------------------------


def test_a_preview_writes_nothing_and_shows_all_that_will_change(admin_client, ward, unit):
    before = everything()
    book = template(admin_client, ward)
    put(book, UNITS, "TDP-1", Số_hộ=135)
    new_unit(book)

    response = upload(admin_client, ward, book)

    assert everything() == before
    told = words(response)
    for expected in (
        "Đơn vị: thêm 1, sửa 1, giữ nguyên 0",
        "Tổ dân phố 1 (TDP-1) Số hộ 120 135",
        "Tổ dân phố 2 (TDP-2)",
    ):
        assert expected in told


def test_units_clusters_people_and_roles_come_in_together(admin_client, ward, unit):
    book = template(admin_client, ward)
    new_unit(book, Số_hộ=98, Mã_đơn_vị_cấp_trên="tdp-1", Điện_thoại="0225 3000 002")
    put(
        book,
        UNITS,
        Mã_đơn_vị="TH-BH",
        Tên_đơn_vị="Trường Bắc Hà",
        Loại_đơn_vị="Trường học",
        Cấp_học="Tiểu học",
        Số_học_sinh="1.250",
    )
    book[CLUSTERS].append(["Khối trường học", 2])
    put(book, PEOPLE, Tên_đăng_nhập="son", Họ_và_tên="Bùi Văn Sơn", Điện_thoại="0912 345 678")
    put(book, ROLES, Tên_đăng_nhập="son", Mã_đơn_vị="TDP-2", Vai_trò="Người báo cáo")
    put(book, ROLES, Tên_đăng_nhập="quan-tri", Mã_đơn_vị="UBND", Vai_trò="Cán bộ nhập kế hoạch", Từ_ngày="01/12/2025")

    response = brought_in(admin_client, ward, book)

    assert "Đã nhập từ Excel: thêm 6 dòng, sửa 0 dòng." in words(response)
    group, school = Unit.objects.get(code="TDP-2"), Unit.objects.get(code="TH-BH")
    assert (group.organiser, group.parent, group.households, group.kind) == (ward, unit, 98, "residential")
    assert (school.school_level, school.pupils) == ("primary", 1250)
    assert Cluster.objects.get().order == 2
    son = User.objects.get(username="son")
    assert (son.full_name, son.phone, son.has_usable_password()) == ("Bùi Văn Sơn", "0912 345 678", False)
    assert [(role.unit, role.role, role.starts_on) for role in son.memberships.all()] == [(group, "reporter", TODAY)]
    assert Membership.objects.get(role=Role.STAFF).starts_on == date(2025, 12, 1)


def test_rows_are_matched_by_code_and_not_by_place(admin_client, ward, unit):
    UnitFactory(organiser=ward, code="TDP-9", name="Tổ dân phố 9")
    book = openpyxl.Workbook()
    del book["Sheet"]
    source = template(admin_client, ward)
    for title in (UNITS, CLUSTERS, PEOPLE, ROLES):
        rows = [row for row in source[title].iter_rows(values_only=True) if any(row)]
        sheet = book.create_sheet(title)
        for row in [("Danh sách của phường",), rows[0][::-1], *(row[::-1] for row in reversed(rows[1:]))]:
            sheet.append(row)
    sheet = book[UNITS]
    place = next(cell.column for cell in sheet[2] if cell.value == "Số hộ")
    number = next(row[0].row for row in sheet.iter_rows() if "TDP-9" in [cell.value for cell in row])
    sheet.cell(number, place, 77)

    brought_in(admin_client, ward, book)

    assert dict(Unit.objects.filter(organiser=ward).values_list("code", "households")) == {"TDP-1": 120, "TDP-9": 77}


def test_what_is_left_out_stays_and_what_is_emptied_goes(admin_client, ward, unit, luyen):
    ClusterFactory(organiser=ward, name="Cụm 1")
    book = template(admin_client, ward)
    book[CLUSTERS].delete_rows(2)
    book[UNITS].delete_cols(column(book[UNITS], "Số hộ"))
    sheet = book[UNITS]
    sheet.cell(row_of(sheet, "TDP-1"), column(sheet, "Điện thoại")).value = None

    brought_in(admin_client, ward, book)

    unit.refresh_from_db()
    assert (unit.households, unit.phone) == (120, "")
    assert Cluster.objects.exists()


def test_a_new_name_leaves_its_trace_with_the_decision(admin_client, ward, unit):
    book = template(admin_client, ward)
    put(book, UNITS, "TDP-1", Tên_đơn_vị="Tổ dân phố Đồng Hoà")

    brought_in(admin_client, ward, book, decision_number="9/QĐ-UBND")

    change = unit.changes.get()
    assert (change.old_name, change.new_name) == ("Tổ dân phố 1", "Tổ dân phố Đồng Hoà")
    assert change.decision_number == "9/QĐ-UBND"


@pytest.mark.parametrize(
    "names",
    [
        {"TDP-1": "Tổ dân phố 2", "TDP-2": "Tổ dân phố Mới"},
        {"TDP-1": "Tổ dân phố Mới", "TDP-2": "Tổ dân phố 1"},
        {"TDP-1": "Tổ dân phố 2", "TDP-2": "Tổ dân phố 1"},
        {"TDP-1": "Tổ dân phố 2", "TDP-2": "Tổ dân phố 3", "TDP-3": "Tổ dân phố 1"},
    ],
    ids=["taken before it is given up", "given up before it is taken", "exchanged", "in a circle"],
)
def test_a_unit_may_take_the_name_that_another_gives_up(admin_client, ward, unit, names):
    for number in (2, 3):
        UnitFactory(organiser=ward, name=f"Tổ dân phố {number}", code=f"TDP-{number}")
    book = template(admin_client, ward)
    for code, name in names.items():
        put(book, UNITS, code, Tên_đơn_vị=name)

    assert "Đã nhập từ Excel" in words(brought_in(admin_client, ward, book))

    for code, name in names.items():
        renamed = Unit.objects.get(code=code)
        assert (renamed.name, renamed.changes.get().new_name) == (name, name)


def test_a_new_unit_may_take_the_name_that_another_gives_up(admin_client, ward, unit):
    book = template(admin_client, ward)
    put(book, UNITS, "TDP-1", Tên_đơn_vị="Tổ dân phố Mới")
    new_unit(book, Tên_đơn_vị="Tổ dân phố 1")

    brought_in(admin_client, ward, book)

    assert Unit.objects.get(code="TDP-2").name == "Tổ dân phố 1"


@pytest.mark.parametrize("number", ["9" * 61, "9/QĐ\nUBND"], ids=["too long", "two lines"])
def test_a_decision_number_that_cannot_be_is_told_and_writes_nothing(admin_client, ward, unit, number):
    book = template(admin_client, ward)
    put(book, UNITS, "TDP-1", Tên_đơn_vị="Tổ dân phố Đồng Hoà")
    previewed = upload(admin_client, ward, book)

    response = confirm(admin_client, ward, previewed, decision_number=number)

    field = BeautifulSoup(response.content, "html.parser").find("input", {"name": "decision_number"})
    assert field["aria-invalid"] == "true"
    assert field["value"] == number
    assert "Tổ dân phố Đồng Hoà" in words(response)
    assert BeautifulSoup(response.content, "html.parser").select_one(".errorlist")
    unit.refresh_from_db()
    assert unit.name == "Tổ dân phố 1"

    confirm(admin_client, ward, response, decision_number="9/QĐ-UBND")
    assert unit.changes.get().decision_number == "9/QĐ-UBND"


def test_the_history_tells_what_the_workbook_changed(admin_client, ward, unit):
    book = template(admin_client, ward)
    put(book, UNITS, "TDP-1", Số_hộ=135)
    brought_in(admin_client, ward, book)

    history = words(admin_client.get(reverse("admin:units_unit_history", args=[unit.pk])))

    assert "Nhập từ Excel: Số hộ 120 → 135." in history


def test_a_role_is_ended_by_its_last_day(admin_client, ward, unit, luyen):
    book = template(admin_client, ward)
    sheet = book[ROLES]
    row = row_of(sheet, "luyen")
    sheet.cell(row, column(sheet, "Từ ngày")).value = None
    sheet.cell(row, column(sheet, "Đến hết ngày")).value = date(2025, 12, 31)

    brought_in(admin_client, ward, book)

    role = luyen.memberships.get()
    assert (role.starts_on, role.ends_on) == (date(2020, 1, 1), date(2025, 12, 31))


def test_a_changed_person_is_found_under_the_new_name(admin_client, ward, luyen):
    book = template(admin_client, ward)
    put(book, PEOPLE, "luyen", Họ_và_tên="Đàm Thị Luyên Ngọc".replace("ê", "e\u0302"))
    brought_in(admin_client, ward, book)

    luyen.refresh_from_db()
    assert (luyen.full_name, luyen.search_key) == ("Đàm Thị Luyên Ngọc", "dam thi luyen ngoc")


# --- Faults -----------------------------------------------------------------------------------------------------------


def test_every_fault_is_told_at_once_with_its_cell_and_nothing_is_written(admin_client, ward, unit, luyen):
    before = everything()
    book = template(admin_client, ward)
    first = new_unit(book, Loại_đơn_vị="Tổ dân cư", Số_hộ="12,5", Điện_thoại=2253000002)
    second = put(book, UNITS, Mã_đơn_vị="mã có dấu", Tên_đơn_vị="=1+1")
    person = put(book, PEOPLE, Tên_đăng_nhập="son", Họ_và_tên="Bùi Văn Sơn", Thư_điện_tử="khong-phai-thu")
    role = put(
        book, ROLES, Tên_đăng_nhập="khong-co", Mã_đơn_vị="TDP-99", Vai_trò="Thủ trưởng đơn vị", Từ_ngày="31/02/2025"
    )

    listed = faults(upload(admin_client, ward, book))

    told = {(sheet, cell): sentence for sheet, cell, sentence in listed}
    expected = {
        (UNITS, f"D{first}"): "Không có “Tổ dân cư”; đề nghị chọn một trong:",
        (UNITS, f"H{first}"): "“12,5” không phải số nguyên",
        (UNITS, f"J{first}"): "mất số 0 ở đầu",
        (UNITS, f"A{second}"): "",
        (UNITS, f"B{second}"): "công thức",
        (UNITS, f"D{second}"): "Chưa ghi “Loại đơn vị”",
        (PEOPLE, f"A{person}"): "chưa có vai trò",
        (PEOPLE, f"C{person}"): "thư điện tử",
        (ROLES, f"A{role}"): "Không có người dùng này",
        (ROLES, f"D{role}"): "không phải ngày",
    }
    assert set(told) == set(expected)
    assert all(part.lower() in told[place].lower() for place, part in expected.items())
    assert everything() == before


def unit_row(code, **cells):
    return {"Mã_đơn_vị": code, "Tên_đơn_vị": f"Đơn vị {code}", "Loại_đơn_vị": "Tổ dân phố"} | cells


def role_row(username, code, role="Người báo cáo", **cells):
    return {"Tên_đăng_nhập": username, "Mã_đơn_vị": code, "Vai_trò": role} | cells


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        (
            UNITS,
            [
                (unit_row("tdp-1", Tên_đơn_vị="Tổ dân phố 1"), "Trùng với dòng 2"),
                (unit_row("T1", Tên_đơn_vị="tổ dân phố 1"), "Trùng tên với đơn vị có mã TDP-1"),
                (unit_row("UBND"), "mã của Ủy ban nhân dân"),
                (unit_row("DONG"), "đã thôi hoạt động"),
                (unit_row("T2", Cấp_học="Tiểu học"), "Chỉ trường học"),
                (unit_row("T3", Mã_đơn_vị_cấp_trên="NGOAI"), "Không có đơn vị mang mã này"),
                (unit_row("T4", Mã_đơn_vị_cấp_trên="T4"), "tạo thành vòng"),
                (unit_row("T5", Tên_đơn_vị="a\nb"), "trên một dòng"),
                (unit_row("T6", Tên_đơn_vị="x" * 201), "200"),
            ],
        ),
        (
            PEOPLE,
            [
                ({"Tên_đăng_nhập": "Nguoi-La", "Họ_và_tên": "X"}, "đã có người khác dùng"),
                ({"Tên_đăng_nhập": "LUYEN", "Họ_và_tên": "Đàm Thị Luyến"}, "Trùng với dòng"),
                ({"Tên_đăng_nhập": "moi", "Họ_và_tên": "X"}, "chưa có vai trò"),
            ],
        ),
        (
            ROLES,
            [
                (role_row("nguoi-la", "TDP-1"), "Không có người dùng"),
                (role_row("luyen", "NGOAI"), "Không có đơn vị"),
                (role_row("luyen", "DONG"), "đã thôi hoạt động"),
                (role_row("luyen", "TDP-1", "Quản trị"), "không giao được ở đó"),
                (role_row("luyen", "UBND"), "không giao được ở đó"),
                (role_row("luyen", "TDP-1", Từ_ngày="01/12/2025"), "đang có từ 01/01/2020"),
                (
                    role_row("luyen", "TDP-1", "Thủ trưởng đơn vị", Từ_ngày="02/12/2025", Đến_hết_ngày="01/12/2025"),
                    "trước ngày bắt đầu",
                ),
            ],
        ),
    ],
    ids=["units", "people", "roles"],
)
def test_each_row_that_cannot_be_is_told_with_what_to_type(admin_client, ward, unit, luyen, title, expected):
    UnitFactory(organiser=ward, code="DONG", active=False)
    UserFactory(username="nguoi-la", reporter_of=UnitFactory(code="NGOAI"))
    before = everything()
    book = template(admin_client, ward)
    rows = [put(book, title, **cells) for cells, _ in expected]

    listed = faults(upload(admin_client, ward, book))

    assert [(sheet, int(cell[1:])) for sheet, cell, _ in listed] == [(title, row) for row in rows]
    assert all(part in told for (*_, told), (_, part) in zip(listed, expected, strict=True))
    assert everything() == before


def test_two_people_cannot_share_an_address(admin_client, ward, unit, luyen):
    UserFactory(username="nguoi-la", email="La@example.org")
    book = template(admin_client, ward)
    rows = [
        put(book, PEOPLE, Tên_đăng_nhập=name, Họ_và_tên="X", Thư_điện_tử=email)
        for name, email in (("a", "LUYEN@example.org"), ("b", "la@example.org"), ("c", "c@a.vn"), ("d", "C@a.vn"))
    ]
    for name in "abcd":
        put(book, ROLES, Tên_đăng_nhập=name, Mã_đơn_vị="TDP-1", Vai_trò="Người báo cáo")

    listed = faults(upload(admin_client, ward, book))

    assert [cell for _, cell, _ in listed] == [f"C{rows[0]}", f"C{rows[1]}", f"C{rows[3]}"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "tệp rỗng"),
        (b"khong phai bang", "không phải là tệp xlsx"),
        (b"PK\x03\x04hong", "tệp bị hỏng"),
    ],
)
def test_what_is_no_workbook_is_refused_once_and_politely(admin_client, ward, content, sentence):
    response = upload(admin_client, ward, content)

    [(_, _, told)] = faults(response)
    assert sentence in told


def test_a_workbook_with_too_much_in_one_sheet_is_refused_once(admin_client, ward):
    book = template(admin_client, ward)
    for title in (UNITS, PEOPLE):
        book[title].cell(100_001, 1, "x")

    [(_, _, told)] = faults(upload(admin_client, ward, book))
    assert "dòng" in told


def test_no_file_is_asked_for_again(admin_client, ward):
    response = admin_client.post(address("workbook", ward), {})

    assert "Đề nghị chọn tệp Excel" in words(response)


def test_a_lost_sheet_and_a_lost_column_are_told_by_name(admin_client, ward):
    book = template(admin_client, ward)
    del book[ROLES]
    book[UNITS].delete_cols(1)

    told = " ".join(sentence for *_, sentence in faults(upload(admin_client, ward, book)))

    assert "không có trang “Vai trò”" in told
    assert "thiếu cột: “Mã đơn vị”" in told


# --- Whose ------------------------------------------------------------------------------------------------------------


def test_a_person_who_also_acts_elsewhere_is_not_taken_over(admin_client, ward, unit, luyen):
    MembershipFactory(user=luyen, unit=UnitFactory())
    book = template(admin_client, ward)
    row = put(book, PEOPLE, "luyen", Thư_điện_tử="toi@cua.toi")

    [(sheet, cell, told)] = faults(upload(admin_client, ward, book))

    assert (sheet, cell) == (PEOPLE, f"B{row}")
    assert "không sửa được ở đây" in told


def test_a_superuser_is_not_changed_by_a_wards_admin(admin_client, ward):
    UserFactory(username="goc", is_superuser=True, office_of=ward)
    book = template(admin_client, ward)
    put(book, PEOPLE, "goc", Thư_điện_tử="toi@cua.toi")

    assert len(faults(upload(admin_client, ward, book))) == 1


def test_the_same_codes_in_another_ward_stay_apart(admin_client, ward, unit):
    theirs = UnitFactory(code="TDP-1", name="Tổ của phường khác", households=5)
    book = template(admin_client, ward)
    put(book, UNITS, "TDP-1", Số_hộ=300)

    brought_in(admin_client, ward, book)

    theirs.refresh_from_db()
    assert (theirs.households, Unit.objects.get(pk=unit.pk).households) == (5, 300)


def test_another_wards_workbook_is_not_found_and_the_office_may_not(admin_client, ward):
    office = Client()
    office.force_login(UserFactory(office_of=ward))
    other = OrganiserFactory()

    assert admin_client.get(address("workbook", other)).status_code == 404
    assert admin_client.get(address("workbook_file", other)).status_code == 404
    assert office.get(address("workbook", ward)).status_code == 403
    assert office.get(address("workbook_file", ward)).status_code == 403


def test_one_organiser_is_gone_to_at_once_and_several_are_listed(admin_client, admin, ward):
    page = reverse("admin:units_unit_workbooks")
    assertRedirects(admin_client.get(page), address("workbook", ward))
    other = OrganiserFactory(name="Ủy ban nhân dân phường Sông Cấm")
    MembershipFactory(user=admin, unit=other, role=Role.ADMIN)

    listed = words(admin_client.get(page))

    assert ward.name in listed
    assert other.name in listed


# --- Between preview and confirmation ---------------------------------------------------------------------------------


def test_what_changed_after_the_preview_is_not_overwritten(admin_client, ward, unit):
    book = template(admin_client, ward)
    put(book, UNITS, "TDP-1", Số_hộ=135)
    previewed = upload(admin_client, ward, book)
    Unit.objects.filter(pk=unit.pk).update(households=140)

    response = confirm(admin_client, ward, previewed)

    assert "vừa thay đổi nên chưa ghi gì" in words(response)
    assert Unit.objects.get(pk=unit.pk).households == 140


def test_a_second_confirmation_changes_nothing_more(admin_client, ward, unit):
    book = template(admin_client, ward)
    new_unit(book)
    previewed = upload(admin_client, ward, book)
    confirm(admin_client, ward, previewed)

    again = confirm(admin_client, ward, previewed)

    assert "vừa thay đổi nên chưa ghi gì" in words(again)
    assert Unit.objects.filter(code="TDP-2").count() == 1


def test_a_preview_is_its_owners_its_wards_and_runs_out(admin_client, admin, ward, unit, time_machine):
    other = OrganiserFactory()
    MembershipFactory(user=admin, unit=other, role=Role.ADMIN)
    colleague = Client()
    colleague.force_login(UserFactory(admin_of=ward))
    book = template(admin_client, ward)
    new_unit(book)
    previewed = upload(admin_client, ward, book)
    sent = sealed(previewed)

    answers = [
        words(confirm(colleague, ward, previewed)),
        words(confirm(admin_client, other, previewed)),
        words(admin_client.post(address("apply_workbook", ward), {"sealed": sent[:-2]}, follow=True)),
        words(admin_client.post(address("apply_workbook", ward), {}, follow=True)),
    ]
    time_machine.move_to(datetime(2025, 11, 20, 11, 1, tzinfo=WARD), tick=False)
    answers.append(words(confirm(admin_client, ward, previewed)))

    assert all("Bản xem trước" in answer and "đề nghị tải bảng lên lại" in answer for answer in answers)
    assert not Unit.objects.filter(code="TDP-2").exists()


def test_a_name_taken_at_the_last_moment_writes_nothing(admin_client, ward, unit):
    book = template(admin_client, ward)
    put(book, UNITS, "TDP-1", Số_hộ=135)
    put(book, PEOPLE, Tên_đăng_nhập="son", Họ_và_tên="Bùi Văn Sơn")
    put(book, ROLES, Tên_đăng_nhập="son", Mã_đơn_vị="TDP-1", Vai_trò="Người báo cáo")
    previewed = upload(admin_client, ward, book)
    UserFactory(username="SON", reporter_of=UnitFactory())

    response = confirm(admin_client, ward, previewed)

    assert "vừa thay đổi nên chưa ghi gì" in words(response)
    assert Unit.objects.get(pk=unit.pk).households == 120


def test_a_workbook_costs_the_same_queries_for_few_rows_and_for_many(admin_client, ward, unit, luyen):
    def queries(book):
        with CaptureQueriesContext(connection) as asked:
            upload(admin_client, ward, book)
        return len(asked)

    few, many = template(admin_client, ward), template(admin_client, ward)
    new_unit(few)
    for number in range(3, 9):
        new_unit(many, Mã_đơn_vị=f"TDP-{number}", Tên_đơn_vị=f"Tổ dân phố {number}")

    assert queries(few) == queries(many)
