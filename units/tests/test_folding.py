import unicodedata

import pytest

from units.folding import person_sort_key, search_key, sort_key
from units.models import Unit
from units.tests.factories import UnitFactory

# In the order of the Vietnamese dictionary: letters first (d before đ, a ă â …), then tones huyền hỏi ngã sắc nặng.
GIVEN_NAMES = """
An Anh Ánh Ân Ba Bà Bảo Bình Chi Chung Cường Dũng Duy Dương Đan Đào Đạt Đức Giang Hà Hạ Hải Hạnh Hiền Hoà Hoàng Huệ
Khánh Lan Linh Mai Minh Nam Ngọc Oanh Phúc Quân Sơn Tâm Thảo Thu Thuý Tuấn Uyên Việt Ý
""".split()


def test_forty_six_people_are_ordered_by_given_name_as_a_dictionary_orders_them():
    people = [f"Nguyễn Văn {given}" for given in GIVEN_NAMES]

    assert len(people) == 46
    assert sorted(reversed(people), key=person_sort_key) == people


def test_people_of_one_given_name_are_ordered_by_family_name():
    people = ["Bùi Thị Lan", "Đỗ Thị Lan", "Lê Thị Lan", "Nguyễn Thị Lan"]

    assert sorted(reversed(people), key=person_sort_key) == people


def test_tones_order_names_of_the_same_letters():
    assert sorted(["Hoạ", "Hoá", "Hoã", "Hoả", "Hoà", "Hoa"], key=sort_key) == [
        "Hoa",
        "Hoà",
        "Hoả",
        "Hoã",
        "Hoá",
        "Hoạ",
    ]


def test_numbers_in_names_are_ordered_by_value():
    groups = [f"Tổ dân phố {number}" for number in (1, 2, 9, 10, 11, 40)]

    assert sorted(reversed(groups), key=sort_key) == groups


@pytest.mark.parametrize("typed", ["Tổ dân phố Hoà", "tổ dân phố hòa", "TO DAN PHO HOA", "  to  dan pho  hoa "])
def test_search_does_not_depend_on_accents_case_tone_placement_or_blanks(typed):
    assert search_key(typed) == "to dan pho hoa"
    assert search_key(unicodedata.normalize("NFD", typed)) == "to dan pho hoa"


def test_search_takes_d_for_đ():
    assert search_key("Đoàn thể Đồng Hoà") == "doan the dong hoa"


@pytest.mark.django_db
def test_units_are_listed_by_their_number_and_found_again_after_a_renaming():
    organiser = UnitFactory(name="Tổ dân phố 10").organiser
    second = UnitFactory(name="Tổ dân phố 2", organiser=organiser)
    assert [unit.name for unit in organiser.units.all()] == ["Tổ dân phố 2", "Tổ dân phố 10"]

    second.name = "Tổ dân phố Đồng Hoà"
    second.save()

    assert Unit.objects.get(search_key="to dan pho dong hoa") == second


@pytest.mark.django_db
def test_names_are_kept_in_composed_form_so_that_twins_meet():
    unit = UnitFactory(name=unicodedata.normalize("NFD", "Trường Mầm non Hoa Sữa"))

    assert Unit.objects.get(name="Trường Mầm non Hoa Sữa") == unit
