"""The admin of units, people and letters, tried by an admin and an office of one ward beside another ward."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertRedirects

from units import outbox
from units.models import Cluster, Membership, Message, MessageKind, MessageState, Role, Unit, UnitKind, User
from units.tests.factories import MembershipFactory, OrganiserFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db

NOON = datetime(2025, 12, 3, 12, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
PASSWORD = "hoa-phuong-do-2025"
SAVED = 302


@pytest.fixture
def ward():
    return OrganiserFactory(name="Ủy ban nhân dân phường Hải Yến")


@pytest.fixture
def unit(ward):
    return UnitFactory(organiser=ward, name="Tổ dân phố Đồng Hoà")


@pytest.fixture
def foreign_unit():
    return UnitFactory(name="Tổ dân phố Sông Cấm")


@pytest.fixture
def admin_client(client, ward):
    client.force_login(UserFactory(admin_of=ward))
    return client


@pytest.fixture
def office_client(ward):
    client = Client()
    client.force_login(UserFactory(office_of=ward))
    return client


def words(response):
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


def found(client, model, query):
    response = client.get(reverse(f"admin:units_{model._meta.model_name}_changelist"), {"q": query})
    return set(response.context["cl"].queryset)


# --- Units ------------------------------------------------------------------------------------------------------------


def unit_fields(**changes):
    return {
        "name": "Tổ dân phố 3",
        "code": "TDP-3",
        "kind": UnitKind.RESIDENTIAL,
        "order": "3",
        "active": "on",
    } | changes


@pytest.mark.parametrize("query", ["dong hoa", "ĐỒNG HOÀ", "đồng hòa", "to dan pho dong"])
def test_units_are_found_without_accents(admin_client, unit, query):
    UnitFactory(organiser=unit.organiser, name="Trường Tiểu học Bắc Hà")

    assert found(admin_client, Unit, query) == {unit}


def test_units_are_found_by_their_short_names_without_accents(admin_client, ward):
    school = UnitFactory(organiser=ward, name="Trường Tiểu học số 3", short_name="TH Trần Thành Ngọ")

    assert found(admin_client, Unit, "th tran thanh") == {school}


def test_the_list_of_units_shows_what_shares_are_weighed_by(admin_client, ward):
    UnitFactory(organiser=ward, households=412, pupils=1250)

    listed = words(admin_client.get(reverse("admin:units_unit_changelist")))

    assert all(told in listed for told in ("Số hộ", "Số học sinh", "412", "1250"))


def test_the_admin_adds_a_unit_to_their_ward(admin_client, ward):
    response = admin_client.post(reverse("admin:units_unit_add"), unit_fields(organiser=ward.pk))

    assert response.status_code == SAVED
    added = Unit.objects.get(code="TDP-3")
    assert (added.organiser, added.search_key) == (ward, "to dan pho 3")


@pytest.mark.parametrize("organiser", ["", "foreign"])
def test_a_unit_is_not_added_outside_the_admins_ward(admin_client, ward, foreign_unit, organiser):
    pk = foreign_unit.organiser_id if organiser == "foreign" else ""

    response = admin_client.post(reverse("admin:units_unit_add"), unit_fields(organiser=pk))

    assert response.context["adminform"].form.errors["organiser"]
    assert not Unit.objects.filter(code="TDP-3").exists()


def test_only_the_superuser_founds_an_organiser(admin_client, ward):
    founding = unit_fields(kind=UnitKind.ORGANISER)
    assert "kind" in admin_client.post(reverse("admin:units_unit_add"), founding).context["adminform"].form.errors

    client = Client()
    client.force_login(UserFactory(is_superuser=True))
    assert client.post(reverse("admin:units_unit_add"), founding).status_code == SAVED


def test_a_unit_does_not_move_to_another_organiser(ward, unit, foreign_unit):
    client = Client()
    client.force_login(UserFactory(is_superuser=True))

    client.post(
        reverse("admin:units_unit_change", args=[unit.pk]),
        unit_fields(organiser=foreign_unit.organiser_id, phone="0225 3000 004"),
    )

    unit.refresh_from_db()
    assert (unit.organiser, unit.phone) == (ward, "0225 3000 004")


def test_twins_are_refused_with_a_sentence(admin_client, unit):
    twin = unit_fields(organiser=unit.organiser_id, code=unit.code.lower(), name=unit.name)

    errors = admin_client.post(reverse("admin:units_unit_add"), twin).context["adminform"].form.non_field_errors()

    assert errors == ["Mã đơn vị này đã có.", "Đơn vị cùng tên đang hoạt động đã có."]


def test_things_of_two_wards_are_not_tied_together_even_by_the_superuser(unit, foreign_unit):
    client = Client()
    client.force_login(UserFactory(is_superuser=True))

    tied = unit_fields(organiser=unit.organiser_id, parent=foreign_unit.pk)
    response = client.post(reverse("admin:units_unit_add"), tied)

    assert "Các mục đã chọn phải thuộc cùng một Ủy ban nhân dân." in words(response)


def test_clusters_are_added_to_ones_own_ward_only(admin_client, ward, foreign_unit):
    url = reverse("admin:units_cluster_add")

    assert admin_client.post(url, {"organiser": ward.pk, "name": "Khối trường học", "order": "1"}).status_code == SAVED
    assert (
        admin_client.post(url, {"organiser": foreign_unit.organiser_id, "name": "X", "order": "1"}).status_code == 200
    )
    assert [cluster.organiser for cluster in Cluster.objects.all()] == [ward]


# --- People -----------------------------------------------------------------------------------------------------------


def person_fields(*, unit=None, role=Role.REPORTER, **changes):
    fields = {
        "username": "nguyen.van.moi",
        "full_name": "Nguyễn Văn Mới",
        "email": "",
        "phone": "0900 000 001",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "memberships-TOTAL_FORMS": "1",
        "memberships-INITIAL_FORMS": "0",
    }
    if unit:
        fields |= {"memberships-0-unit": unit.pk, "memberships-0-role": role, "memberships-0-starts_on": "01/12/2025"}
    return fields | changes


def changes_of(person, **changes):
    roles = list(person.memberships.all())
    fields = {"username": person.username, "full_name": person.full_name, "email": person.email, "is_active": "on"}
    fields |= {"memberships-TOTAL_FORMS": str(len(roles)), "memberships-INITIAL_FORMS": str(len(roles))}
    for number, role in enumerate(roles):
        fields |= {f"memberships-{number}-{name}": getattr(role, name) for name in ("id", "role")}
        fields |= {f"memberships-{number}-unit": role.unit_id, f"memberships-{number}-user": person.pk}
        fields |= {f"memberships-{number}-starts_on": role.starts_on.strftime("%d/%m/%Y")}
    return fields | changes


@pytest.mark.parametrize("query", ["dam thi luyen", "Đàm Thị Luyến", "LUYẾN", "0912 345", "luyen.tdp"])
def test_people_are_found_without_accents_by_phone_and_by_user_name(admin_client, unit, query):
    person = UserFactory(full_name="Đàm Thị Luyến", username="luyen.tdp", phone="0912 345 678", reporter_of=unit)
    UserFactory(full_name="Bùi Văn Sơn", reporter_of=unit)

    assert found(admin_client, User, query) == {person}


def test_roles_are_found_by_person_and_by_unit(admin_client, unit):
    role = MembershipFactory(unit=unit, user=UserFactory(full_name="Đàm Thị Luyến"))

    assert found(admin_client, Membership, "dam luyen") == {role}
    assert found(admin_client, Membership, "dong hoa") == {role}


def test_the_admin_adds_a_person_with_a_role_who_can_then_sign_in(admin_client, unit):
    response = admin_client.post(reverse("admin:units_user_add"), person_fields(unit=unit))

    assert response.status_code == SAVED
    person = User.objects.get(username="nguyen.van.moi")
    assert [(m.unit, m.role, m.starts_on) for m in person.memberships.all()] == [(unit, "reporter", date(2025, 12, 1))]
    signing_in = Client().post(reverse("units:sign_in"), {"username": "nguyen.van.moi", "password": PASSWORD})
    assert signing_in.status_code == 302
    assert person in found(admin_client, User, "moi")


def test_a_person_is_not_added_without_a_role(admin_client, unit):
    response = admin_client.post(reverse("admin:units_user_add"), person_fields())

    assert "Cần nhập ít nhất 1 dòng." in words(response)
    assert not User.objects.filter(username="nguyen.van.moi").exists()


def test_a_person_is_not_added_to_another_ward(admin_client, unit, foreign_unit):
    for place, role in ((foreign_unit, Role.REPORTER), (foreign_unit.organiser, Role.ADMIN)):
        assert (
            admin_client.post(reverse("admin:units_user_add"), person_fields(unit=place, role=role)).status_code == 200
        )
    assert not User.objects.filter(username="nguyen.van.moi").exists()


def test_a_role_is_given_where_it_belongs(admin_client, unit, ward):
    for place, role in ((unit, Role.OFFICE), (ward, Role.REPORTER)):
        response = admin_client.post(reverse("admin:units_user_add"), person_fields(unit=place, role=role))
        assert "Vai trò này chỉ giao được tại" in words(response)


def test_no_admin_makes_a_superuser(admin_client, unit):
    admin_client.post(reverse("admin:units_user_add"), person_fields(unit=unit, is_superuser="on"))
    person = User.objects.get(username="nguyen.van.moi")

    response = admin_client.post(
        reverse("admin:units_user_change", args=[person.pk]), changes_of(person, is_superuser="on", phone="1")
    )

    assert response.status_code == SAVED
    person.refresh_from_db()
    assert (person.is_superuser, person.phone) == (False, "1")


@pytest.mark.parametrize("more", ["superuser", "shared", "shared_above"])
def test_a_person_who_also_acts_elsewhere_is_seen_but_not_edited(admin_client, unit, foreign_unit, more):
    person = UserFactory(full_name="Đàm Thị Luyến", reporter_of=unit, is_superuser=more == "superuser")
    if more != "superuser":
        place, role = (foreign_unit, Role.HEAD) if more == "shared" else (foreign_unit.organiser, Role.ADMIN)
        MembershipFactory(user=person, unit=place, role=role)
    url = reverse("admin:units_user_change", args=[person.pk])

    page = admin_client.get(url)
    assert "Người báo cáo – Tổ dân phố Đồng Hoà" in words(page)
    assert "Sông Cấm" not in words(page)
    assert admin_client.post(url, changes_of(person, email="toi@cua.toi")).status_code == 403
    assert admin_client.get(reverse("admin:units_user_reset_password", args=[person.pk])).status_code == 403


def test_who_left_the_other_ward_is_edited_by_the_new_one(admin_client, unit, foreign_unit):
    person = UserFactory(reporter_of=unit)
    MembershipFactory(user=person, unit=foreign_unit, ends_on=date(2021, 1, 1))
    own = person.memberships.get(unit=unit)

    page = admin_client.get(reverse("admin:units_user_change", args=[person.pk]))

    assert [form.instance for form in page.context["inline_admin_formsets"][0].formset.initial_forms] == [own]


def test_office_in_one_ward_and_admin_in_another_do_not_add_up(unit, ward, foreign_unit):
    client, actor = Client(), UserFactory(office_of=ward, admin_of=foreign_unit.organiser)
    client.force_login(actor)

    into_ours = person_fields(unit=ward, role=Role.ADMIN)
    assert client.post(reverse("admin:units_user_add"), into_ours).status_code == 200
    assert client.get(reverse("admin:units_unit_change", args=[unit.pk])).context["has_change_permission"] is False
    assert client.post(reverse("admin:units_unit_change", args=[unit.pk]), unit_fields()).status_code == 403
    to_oneself = {"user": actor.pk, "unit": ward.pk, "role": Role.ADMIN, "starts_on": "01/01/2025"}
    assert client.post(reverse("admin:units_membership_add"), to_oneself).status_code == 200
    assert not Membership.objects.filter(unit=ward, role=Role.ADMIN).exists()


def test_a_person_is_stopped_and_not_deleted(admin_client, unit):
    person = UserFactory(reporter_of=unit)

    assert admin_client.post(reverse("admin:units_user_delete", args=[person.pk]), {"post": "yes"}).status_code == 403
    admin_client.post(reverse("admin:units_user_change", args=[person.pk]), changes_of(person, is_active=""))

    person.refresh_from_db()
    assert person.is_active is False


def test_what_was_changed_is_told_in_vietnamese(admin_client, unit):
    person = UserFactory(reporter_of=unit)
    admin_client.post(reverse("admin:units_user_change", args=[person.pk]), changes_of(person, phone="0912"))

    history = words(admin_client.get(reverse("admin:units_user_history", args=[person.pk])))

    assert "Đã thay đổi Điện thoại." in history


# --- Passwords --------------------------------------------------------------------------------------------------------


def reset(client, person, again=PASSWORD):
    url = reverse("admin:units_user_reset_password", args=[person.pk])
    return client.post(url, {"new_password1": PASSWORD, "new_password2": again})


@pytest.mark.parametrize("who", ["admin_client", "office_client"])
def test_a_units_person_gets_a_new_password_that_opens_a_locked_account(request, who, unit):
    person = UserFactory(username="luyen", reporter_of=unit, password="mat-khau-cu-2024")
    held = Client()
    held.force_login(person)
    stranger = Client()
    for _ in range(5):
        stranger.post(reverse("units:sign_in"), {"username": "luyen", "password": "khong-dung"})

    response = reset(request.getfixturevalue(who), person)

    assertRedirects(response, reverse("admin:units_user_change", args=[person.pk]))
    assert stranger.post(reverse("units:sign_in"), {"username": "luyen", "password": PASSWORD}).status_code == 302
    assert held.get(reverse("units:change_password")).status_code == 302  # the old session ended


def test_the_office_resets_nobody_above_units(office_client, ward, unit):
    above = [UserFactory(**{role: ward}) for role in ("admin_of", "leader_of", "staff_of", "office_of")]
    above.append(UserFactory(reporter_of=unit, leader_of=ward))

    assert {reset(office_client, person).status_code for person in above} == {403}
    assert not any(person.check_password(PASSWORD) for person in User.objects.all())


@pytest.mark.parametrize("who", ["admin_client", "office_client"])
def test_people_of_another_ward_are_not_found(request, who, foreign_unit):
    assert reset(request.getfixturevalue(who), UserFactory(reporter_of=foreign_unit)).status_code == 404


def test_two_different_new_passwords_are_refused(office_client, unit):
    person = UserFactory(reporter_of=unit)

    response = reset(office_client, person, again="khac-hoan-toan-2025")

    assert "Hai lần nhập mật khẩu không giống nhau." in words(response)
    assert not User.objects.get(pk=person.pk).has_usable_password()


def test_the_admin_resets_their_own_password_and_stays(ward):
    client, person = Client(), UserFactory(admin_of=ward)
    client.force_login(person)

    assert client.get(reset(client, person).url).status_code == 200


# --- Letters ----------------------------------------------------------------------------------------------------------


def test_who_has_no_address_is_listed_with_phone_and_text_and_can_be_written_to_again(office_client, unit):
    person = UserFactory(full_name="Đàm Thị Luyến", email="", phone="0912 345 678", reporter_of=unit)
    outbox.write(
        key="reminder",
        kind=MessageKind.REMINDER,
        topic="submission:1",
        user=person,
        unit=unit,
        subject="Nhắc nộp kết quả",
        body="Kính gửi Tổ dân phố Đồng Hoà,\nđề nghị nộp trước ngày 10/12/2025.",
        at=NOON,
    )
    outbox.deliver_waiting(NOON)
    letter = Message.objects.get()
    url = reverse("admin:units_message_changelist")

    listed = words(office_client.get(url, {"state__exact": MessageState.NO_ADDRESS}))
    assert "Đàm Thị Luyến" in listed
    assert "0912 345 678" in listed
    text = words(office_client.get(reverse("admin:units_message_change", args=[letter.pk])))
    assert "đề nghị nộp trước ngày 10/12/2025." in text

    response = office_client.post(url, {"action": "send_again", "_selected_action": [letter.pk]}, follow=True)
    letter.refresh_from_db()
    assert letter.state == MessageState.WAITING
    assert "1 thư đã được xếp hàng gửi lại." in words(response)
