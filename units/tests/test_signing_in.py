from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertRedirects

from units.tests.factories import UnitFactory, UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "hoa-phuong-do-2025"
WRONG = "Tên đăng nhập hoặc mật khẩu không đúng."


@pytest.fixture
def person():
    return UserFactory(
        username="Ha.Tdp12", email="Ha@Phuong.example", password=PASSWORD, reporter_of=UnitFactory(name="Tổ dân phố 12")
    )


@pytest.fixture
def url():
    return reverse("units:sign_in")


def try_to_sign_in(client, url, name, password=PASSWORD, address="10.0.0.1", **more):
    return client.post(url, {"username": name, "password": password} | more, REMOTE_ADDR=address)


def signed_in_as(client):
    return int(client.session.get("_auth_user_id", 0))


@pytest.mark.parametrize("name", ["Ha.Tdp12", "ha.tdp12", " HA.TDP12 ", "ha@phuong.example", "HA@PHUONG.EXAMPLE"])
def test_a_person_signs_in_by_user_name_or_mail_in_any_case(client, person, url, name):
    response = try_to_sign_in(client, url, name)

    assertRedirects(response, "/", fetch_redirect_response=False)
    assert signed_in_as(client) == person.pk


def test_a_wrong_password_an_unknown_name_and_a_stopped_account_get_the_same_answer(client, person, url):
    UserFactory(username="da-nghi", password=PASSWORD, is_active=False)
    answers = [
        try_to_sign_in(client, url, "ha.tdp12", "khong-dung"),
        try_to_sign_in(client, url, "khong-co-ai"),
        try_to_sign_in(client, url, "da-nghi"),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert {" ".join(answer.context["form"].non_field_errors())[: len(WRONG)] for answer in answers} == {WRONG}
    assert not signed_in_as(client)


class CountingHasher(MD5PasswordHasher):
    algorithm = "counting"
    runs = 0

    def encode(self, password, salt):
        CountingHasher.runs += 1
        return super().encode(password, salt)


@pytest.mark.parametrize("name", ["co-that", "khong-co-ai", "khong@co.ai", "khong-mat-khau"])
def test_every_refusal_costs_one_password_hash(client, url, settings, name):
    settings.PASSWORD_HASHERS = ["units.tests.test_signing_in.CountingHasher"]
    UserFactory(username="co-that", password=PASSWORD)
    UserFactory(username="khong-mat-khau")
    CountingHasher.runs = 0

    try_to_sign_in(client, url, name, "khong-dung")

    assert CountingHasher.runs == 1


def test_a_name_too_long_or_with_null_characters_is_refused_with_a_sentence(client, url):
    for name in ("a" * 300, "a\x00b"):
        response = try_to_sign_in(client, url, name, next="/\x00")
        assert response.status_code == 200
        assert response.context["form"].errors["username"]


def test_after_signing_in_one_returns_to_where_one_was_but_never_to_another_site(client, person, url):
    assert try_to_sign_in(client, url, "ha.tdp12", next="/khen-thuong/").url == "/khen-thuong/"
    client.logout()
    assert try_to_sign_in(client, url, "ha.tdp12", next="https://elsewhere.example/").url == "/"


def test_whoever_is_signed_in_is_not_asked_again(client, person, url):
    client.force_login(person)

    assertRedirects(client.get(url), "/", fetch_redirect_response=False)


def test_five_wrong_passwords_stop_the_account_from_that_address_for_a_quarter_of_an_hour(
    client, person, url, time_machine
):
    time_machine.move_to("2025-12-09 08:00:00+00:00", tick=False)
    for name in ("ha.tdp12", "HA.TDP12", "ha@phuong.example", "ha.tdp12"):
        assert try_to_sign_in(client, url, name, "khong-dung").status_code == 200

    fifth = try_to_sign_in(client, url, "ha.tdp12", "khong-dung")
    right = try_to_sign_in(client, url, "ha@phuong.example")

    assert (fifth.status_code, right.status_code) == (429, 429)
    assert "15 phút" in right.text
    assert not signed_in_as(client)
    assert try_to_sign_in(Client(), url, "ha.tdp12", address="10.0.0.2").status_code == 302

    time_machine.shift(timedelta(minutes=16))
    assert try_to_sign_in(client, url, "ha.tdp12").status_code == 302


def test_one_locked_account_does_not_stop_colleagues_behind_the_same_address(client, person, url):
    UserFactory(username="dong-nghiep", password=PASSWORD)
    for _ in range(6):
        try_to_sign_in(client, url, "ha.tdp12", "khong-dung")

    assert try_to_sign_in(client, url, "dong-nghiep").status_code == 302


def test_a_right_password_forgets_the_wrong_ones_before_it(client, person, url):
    for _ in range(2):
        for _ in range(4):
            try_to_sign_in(client, url, "ha@phuong.example", "khong-dung")
        assert try_to_sign_in(client, url, "ha@phuong.example").status_code == 302
        client.logout()


def test_signing_out_takes_a_post(client, person):
    client.force_login(person)
    assert client.get(reverse("units:sign_out")).status_code == 405

    assertRedirects(client.post(reverse("units:sign_out")), reverse("units:sign_in"))
    assert not signed_in_as(client)


def test_a_form_without_its_token_gets_a_page_that_says_what_to_do(person, url):
    response = try_to_sign_in(Client(enforce_csrf_checks=True), url, "ha.tdp12")

    assert response.status_code == 403
    assert "tải lại trang" in response.text


def test_a_person_changes_the_password_and_stays_signed_in(client, person):
    client.force_login(person)
    fresh = "song-lach-tray-2026"

    response = client.post(
        reverse("units:change_password"), {"old_password": PASSWORD, "new_password1": fresh, "new_password2": fresh}
    )

    assertRedirects(response, reverse("units:password_changed"))
    person.refresh_from_db()
    assert person.check_password(fresh)


@pytest.mark.parametrize(
    ("old", "fresh", "again", "sentence"),
    [
        ("khong-dung", "song-lach-tray-2026", "song-lach-tray-2026", "Mật khẩu hiện tại không đúng"),
        (PASSWORD, "ngan", "ngan", "Mật khẩu quá ngắn; cần ít nhất 10 ký tự."),
        (PASSWORD, "ha.tdp12-ha", "ha.tdp12-ha", "Mật khẩu quá giống với tên đăng nhập"),
        (PASSWORD, "song-lach-tray-2026", "song-lach-tray-2027", "Hai lần nhập mật khẩu không giống nhau."),
    ],
)
def test_a_password_that_will_not_do_is_refused_in_vietnamese(client, person, old, fresh, again, sentence):
    client.force_login(person)

    response = client.post(
        reverse("units:change_password"), {"old_password": old, "new_password1": fresh, "new_password2": again}
    )

    assert sentence in BeautifulSoup(response.content, "html.parser").get_text()
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


@pytest.mark.parametrize("name", ["change_password", "password_changed"])
def test_the_password_pages_ask_for_a_sign_in(client, name):
    page = reverse(f"units:{name}")

    assertRedirects(client.get(page), f"{reverse('units:sign_in')}?next={page}")
