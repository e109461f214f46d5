import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from units.models import User
from units.navigation import navigation
from units.tests.factories import OrganiserFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit():
    organiser = OrganiserFactory(name="Ủy ban nhân dân phường Mẫu", phone="0225 3876 543")
    return UnitFactory(organiser=organiser, name="Tổ dân phố số 12", short_name="TDP 12")


@pytest.fixture
def seen(rf):
    def frame(user, path="/"):
        request = rf.get(path)
        request.user, request.arrived_at = user, timezone.now()
        return navigation(request)

    return frame


def labels(frame):
    return [item["label"] for item in frame["nav_items"]]


def test_everybody_is_offered_what_their_roles_open(seen, unit):
    organiser = unit.organiser
    assert labels(seen(UserFactory(reporter_of=unit))) == ["Trang chủ", "Khen thưởng"]
    assert labels(seen(UserFactory(head_of=unit))) == ["Trang chủ", "Khen thưởng"]
    assert labels(seen(UserFactory(staff_of=organiser))) == ["Trang chủ", "Đợt thi đua", "Khen thưởng"]
    assert labels(seen(UserFactory(leader_of=organiser))) == ["Trang chủ", "Đợt thi đua", "Khen thưởng"]
    everything = ["Trang chủ", "Đợt thi đua", "Khen thưởng", "Quản trị"]
    assert labels(seen(UserFactory(office_of=organiser))) == everything
    assert labels(seen(UserFactory(admin_of=organiser))) == everything
    assert labels(seen(UserFactory(is_superuser=True))) == everything


def test_the_place_one_is_at_is_marked(seen, unit):
    person = UserFactory(reporter_of=unit)

    assert [item["active"] for item in seen(person, "/")["nav_items"]] == [True, False]
    assert [item["active"] for item in seen(person, "/khen-thuong/")["nav_items"]] == [False, True]


def test_a_unit_sees_for_whom_it_acts_and_whom_to_ask(seen, unit):
    frame = seen(UserFactory(reporter_of=unit, head_of=unit))

    assert frame["user_units"] == "TDP 12"
    assert frame["organiser_name"] == "Ủy ban nhân dân phường Mẫu"
    assert frame["office_contact"] == "phòng Văn hoá - Xã hội, Ủy ban nhân dân phường Mẫu, điện thoại 0225 3876 543"


def test_a_person_without_a_role_is_told_of_no_office(seen):
    frame = seen(UserFactory())

    assert (frame["user_units"], frame["organiser_name"], frame["office_contact"]) == ("", "", "")


def test_the_frame_costs_one_query_and_none_for_a_stranger(seen, unit, django_assert_num_queries):
    person = User.objects.get(pk=UserFactory(reporter_of=unit, office_of=unit.organiser).pk)

    with django_assert_num_queries(1):
        seen(person)
    with django_assert_num_queries(0):
        assert seen(AnonymousUser()) == {}
