"""Passwords for one use: given out on paper or reset by somebody else, run out, and changed before anything else."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertRedirects

from units.models import User
from units.passwords import ALPHABET
from units.tests.factories import MembershipFactory, OrganiserFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db

WARD = ZoneInfo("Asia/Ho_Chi_Minh")
MORNING = datetime(2025, 11, 20, 9, tzinfo=WARD)
LAST_MOMENT = datetime(2025, 12, 20, 23, 59, 59, tzinfo=WARD)
NEXT_DAY = datetime(2025, 12, 21, tzinfo=WARD)
OWN = "song-lach-tray-2026"
PEOPLE, UNITS = "admin:units_user_changelist", "admin:units_unit_changelist"


@pytest.fixture
def ward(time_machine):
    time_machine.move_to(MORNING, tick=False)
    return OrganiserFactory(name="Ủy ban nhân dân phường Hải Yến")


@pytest.fixture
def unit(ward):
    return UnitFactory(organiser=ward, name="Tổ dân phố Đồng Hoà")


@pytest.fixture
def luyen(unit):
    return UserFactory(username="luyen", full_name="Đàm Thị Luyến", reporter_of=unit)


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


def ask(client, rows, page=PEOPLE):
    """The page that says whom the slips will be for."""
    chosen = {"action": "issue_accounts", "_selected_action": [row.pk for row in rows]}
    return client.post(reverse(page), chosen, follow=True)


def confirmed(asked, whom):
    """What the page's own form sends."""
    form = BeautifulSoup(asked.content, "html.parser").select_one("#content-main form")
    sent = {"whom": whom, "_selected_action": []}
    for field in form.select("input[type=hidden]"):
        if field["name"] == "_selected_action":
            sent["_selected_action"].append(field["value"])
        else:
            sent[field["name"]] = field["value"]
    return sent


def issue(client, rows, page=PEOPLE, whom="all"):
    return client.post(reverse(PEOPLE), confirmed(ask(client, rows, page), whom), follow=True)


def slips(response):
    """{user name: password} as printed."""
    page = BeautifulSoup(response.content, "html.parser")
    return {name.text: password.text for name, password in (slip.select(".code") for slip in page.select(".slip"))}


def sign_in(username, password):
    client = Client()
    response = client.post(reverse("units:sign_in"), {"username": username, "password": password})
    return client, response


# --- Slips ------------------------------------------------------------------------------------------------------------


def test_a_slip_tells_all_that_a_person_without_mail_needs(admin_client, luyen, settings):
    response = issue(admin_client, [luyen])

    slip = BeautifulSoup(response.content, "html.parser").select_one(".slip").get_text(" ")
    for told in ("Tổ dân phố Đồng Hoà", "Đàm Thị Luyến", "luyen", settings.SITE_URL + "/dang-nhap/", "20/12/2025"):
        assert told in slip


def test_a_password_on_paper_is_long_and_has_no_letters_that_look_alike(admin_client, unit):
    people = [UserFactory(reporter_of=unit) for _ in range(20)]

    printed = slips(issue(admin_client, people)).values()

    assert not set("0o1il") & set(ALPHABET)
    assert all(re.fullmatch(f"[{ALPHABET}]{{4}}(-[{ALPHABET}]{{4}}){{2}}", password) for password in printed)
    assert len(set(printed)) == 20


def test_slips_are_shown_once_and_kept_by_no_cache_and_no_row(admin_client, luyen):
    response = issue(admin_client, [luyen])
    password = slips(response)["luyen"]

    assert "no-store" in response["Cache-Control"]
    luyen.refresh_from_db()
    assert luyen.check_password(password)
    assert password not in luyen.password
    history = admin_client.get(reverse("admin:units_user_history", args=[luyen.pk]))
    assert "Cấp mật khẩu dùng một lần, in phiếu." in words(history)
    assert password not in history.text


def test_the_same_sheet_sent_again_leaves_the_printed_passwords_as_they_are(admin_client, luyen):
    sent = confirmed(ask(admin_client, [luyen]), "all")
    password = slips(admin_client.post(reverse(PEOPLE), sent))["luyen"]

    again = admin_client.post(reverse(PEOPLE), sent, follow=True)

    assert "Phiếu của lần chọn này đã được in" in words(again)
    assert User.objects.get(pk=luyen.pk).check_password(password)


def test_a_whole_kind_of_units_is_served_but_who_has_a_password_keeps_it(admin_client, ward, luyen):
    held = UserFactory(username="co-roi", password=OWN, reporter_of=UnitFactory(organiser=ward))
    school = UserFactory(username="truong", reporter_of=UnitFactory(organiser=ward, kind="school"))
    groups = admin_client.get(reverse(UNITS), {"kind__exact": "residential"}).context["cl"].queryset

    asked = ask(admin_client, list(groups), UNITS)
    printed = slips(admin_client.post(reverse(PEOPLE), confirmed(asked, "fresh")))

    assert set(printed) == {"luyen"}
    assert "Người chưa có mật khẩu (1)" in words(asked)
    held.refresh_from_db()
    school.refresh_from_db()
    assert (held.check_password(OWN), school.has_usable_password()) == (True, False)


def test_people_are_filtered_by_the_kind_of_their_unit(admin_client, ward, luyen):
    UserFactory(reporter_of=UnitFactory(organiser=ward, kind="school"))

    listed = admin_client.get(reverse(PEOPLE), {"loai": "residential"}).context["cl"].queryset

    assert list(listed) == [luyen]


def test_all_chosen_get_a_new_password_when_asked_so(admin_client, unit):
    held = UserFactory(username="co-roi", password=OWN, reporter_of=unit)
    session, _ = sign_in("co-roi", OWN)

    assert set(slips(issue(admin_client, [held], whom="all"))) == {"co-roi"}
    assert session.get("/").status_code == 302  # the session under the old password ended


def test_nobody_is_served_beyond_the_rights_of_whoever_asks(office_client, ward, unit, luyen):
    above = UserFactory(username="lanh-dao", leader_of=ward)
    shared = UserFactory(username="hai-noi", reporter_of=unit)
    MembershipFactory(user=shared, unit=UnitFactory())
    stopped = UserFactory(username="da-nghi", reporter_of=unit, is_active=False)

    asked = ask(office_client, [luyen, above, shared, stopped])
    printed = slips(office_client.post(reverse(PEOPLE), confirmed(asked, "all")))

    assert set(printed) == {"luyen"}
    assert "Không cấp được cho:" in words(asked)


def test_people_of_another_ward_are_not_reached_by_their_keys(admin_client, luyen):
    stranger = UserFactory(username="nguoi-la", reporter_of=UnitFactory())
    sent = confirmed(ask(admin_client, [luyen]), "all") | {"_selected_action": [luyen.pk, stranger.pk]}

    assert set(slips(admin_client.post(reverse(PEOPLE), sent))) == {"luyen"}
    assert "nguoi-la" not in words(ask(admin_client, [stranger]))
    assert not User.objects.get(pk=stranger.pk).has_usable_password()


def test_more_people_than_one_sheet_takes_are_refused_and_nothing_changes(admin_client, unit):
    people = [UserFactory(reporter_of=unit) for _ in range(201)]

    response = issue(admin_client, people)

    assert "Mỗi lần chỉ cấp được cho 200 người" in words(response)
    assert not User.objects.filter(one_time_password=True).exists()


def test_a_slip_is_hashed_quickly_and_its_first_use_hashes_it_anew(admin_client, luyen, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    password = slips(issue(admin_client, [luyen]))["luyen"]
    brief = User.objects.get(pk=luyen.pk).password

    client, _ = sign_in("luyen", password)

    assertRedirects(client.get("/"), reverse("units:change_password"))
    kept = User.objects.get(pk=luyen.pk).password
    assert ("m=19456,t=2,p=1" in brief, "m=102400" in kept) == (True, True)


def test_choosing_people_costs_the_same_for_one_and_for_many(admin_client, unit):
    def queries(number):
        people = [UserFactory(reporter_of=unit) for _ in range(number)]
        with CaptureQueriesContext(connection) as asked:
            ask(admin_client, people)
        return len(asked)

    queries(1)  # what is read once for all
    assert queries(1) == queries(5)


# --- Using one --------------------------------------------------------------------------------------------------------


@pytest.fixture
def on_paper(admin_client, luyen):
    return slips(issue(admin_client, [luyen]))["luyen"]


def test_signing_in_with_a_slip_leads_to_ones_own_password_and_nowhere_else(on_paper):
    client, response = sign_in("luyen", on_paper)
    change = reverse("units:change_password")

    assert response.status_code == 302
    for address in (response.url, "/", "/khen-thuong/", "/quan-tri/", "/khong-co-trang-nay/"):
        assertRedirects(client.get(address), change)
    page = client.get(change)
    assert "Mật khẩu dùng một lần (ghi trên phiếu hoặc được báo)" in words(page)
    assert "Trang chủ" not in words(page).replace("– Cổng", "")


def test_a_saving_page_of_such_a_session_is_told_why_in_its_own_language(on_paper):
    client, _ = sign_in("luyen", on_paper)

    response = client.post("/ket-qua/1/luu-nhap/", {}, headers={"accept": "application/json"})

    assert response.status_code == 403
    assert response.json() == {
        "error": "Đề nghị đổi mật khẩu dùng một lần trước.",
        "change_at": reverse("units:change_password"),
    }


def test_one_may_sign_out_instead(on_paper):
    client, _ = sign_in("luyen", on_paper)

    assertRedirects(client.post(reverse("units:sign_out")), reverse("units:sign_in"))


def own_password(client, old, fresh=OWN):
    return client.post(
        reverse("units:change_password"), {"old_password": old, "new_password1": fresh, "new_password2": fresh}
    )


def test_after_the_change_everything_opens_and_other_sessions_end(on_paper):
    client, _ = sign_in("luyen", on_paper)
    elsewhere, _ = sign_in("luyen", on_paper)

    response = own_password(client, on_paper)

    assertRedirects(response, reverse("units:password_changed"))
    assert client.get("/").status_code == 200
    assertRedirects(elsewhere.get("/"), f"{reverse('units:sign_in')}?next=/")
    person = User.objects.get(username="luyen")
    assert (person.one_time_password, person.one_time_until) == (False, None)


def test_the_password_on_paper_is_not_taken_as_ones_own(on_paper):
    client, _ = sign_in("luyen", on_paper)

    response = own_password(client, on_paper, fresh=on_paper)

    assert "Mật khẩu mới phải khác mật khẩu dùng một lần." in words(response)
    assert User.objects.get(username="luyen").one_time_password


@pytest.mark.parametrize(("moment", "opens"), [(LAST_MOMENT, True), (NEXT_DAY, False)])
def test_a_slip_opens_the_portal_to_the_end_of_its_last_day(on_paper, time_machine, moment, opens):
    time_machine.move_to(moment, tick=False)

    client, response = sign_in("luyen", on_paper)

    assert ("_auth_user_id" in client.session) is opens
    assert ("đã hết hạn từ sau ngày 20/12/2025" in response.text) is not opens


# --- Passwords that somebody else typed -------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["admin_client", "office_client"])
def test_a_reset_password_is_for_one_use(request, who, luyen):
    page = reverse("admin:units_user_reset_password", args=[luyen.pk])
    request.getfixturevalue(who).post(page, {"new_password1": "mot-hai-ba-2025", "new_password2": "mot-hai-ba-2025"})

    client, _ = sign_in("luyen", "mot-hai-ba-2025")

    assertRedirects(client.get("/"), reverse("units:change_password"))


def test_ones_own_reset_password_is_ones_own(admin_client):
    admin = User.objects.get()
    page = reverse("admin:units_user_reset_password", args=[admin.pk])

    response = admin_client.post(page, {"new_password1": OWN, "new_password2": OWN}, follow=True)

    assert "Đã đổi mật khẩu." in words(response)
    assert not User.objects.get().one_time_password


def test_the_password_typed_for_a_new_person_is_for_one_use(admin_client, unit):
    fields = {"username": "moi", "full_name": "Nguyễn Văn Mới", "password1": OWN, "password2": OWN}
    fields |= {"memberships-TOTAL_FORMS": "1", "memberships-INITIAL_FORMS": "0", "memberships-0-unit": unit.pk}
    fields |= {"memberships-0-role": "reporter", "memberships-0-starts_on": "20/11/2025"}
    admin_client.post(reverse("admin:units_user_add"), fields)

    client, _ = sign_in("moi", OWN)

    assertRedirects(client.get("/"), reverse("units:change_password"))


@pytest.mark.parametrize("field", ["one_time_password", "one_time_until"])
def test_the_flag_is_on_no_form(admin_client, luyen, field):
    page = admin_client.get(reverse("admin:units_user_change", args=[luyen.pk]))

    assert f'name="{field}' not in page.text
