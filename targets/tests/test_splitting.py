"""A plan's text is proposed as what it says: every target in its place, and nothing wrong without a doubt."""

import tomllib
import unicodedata
from decimal import Decimal
from pathlib import Path
from time import perf_counter

import pytest
from django.conf import settings as portal
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.deadlines import read_words
from targets.goals import read_goal
from targets.splitting import split

PLANS = Path(portal.BASE_DIR) / "campaigns" / "plans"
INVENTED = Path(__file__).parent / "plans"


@pytest.fixture(scope="module")
def text():
    return (PLANS / "kien-an-2025.txt").read_text()


@pytest.fixture(scope="module")
def data():
    return tomllib.loads((PLANS / "kien-an-2025.toml").read_text())


@pytest.fixture(scope="module")
def kien_an(text):
    return split(text)


def of_kind(found, kind):
    return [one for one in found.proposals if one.kind == kind]


def interval(proposal):
    goal = read_goal(proposal.fields["goal"])
    return goal.at_least, goal.at_most


def parts(found):
    return {one.fields["field"]: one.fields["text"] for one in of_kind(found, "part")}


def said(proposal):
    return " · ".join(proposal.doubts)


def given_bounds(target):
    return tuple(Decimal(target[bound]) if bound in target else None for bound in ("at_least", "at_most"))


# --- The plan of Kiến An ----------------------------------------------------------------------------------------------


def test_kien_an_gives_exactly_its_22_targets_with_their_values(kien_an, data):
    read = [
        (
            one.fields["name"],
            *interval(one),
            one.fields["unit_of_measure"],
            int(one.fields["decimals"]),
            one.fields["wording"],
        )
        for one in of_kind(kien_an, "target")
    ]

    assert read == [
        (one["name"], *given_bounds(one), one["unit_of_measure"], one["decimals"], one["wording"])
        for one in data["target"]
    ]


def test_kien_an_targets_stand_under_their_sectors_and_headings(kien_an, data):
    names = {one.key: one.fields["name"] for one in kien_an.proposals if one.kind in ("sector", "heading")}
    sectors = {one["code"]: one["name"] for one in data["sector"]}

    read = [(names[one.fields["sector"]], names.get(one.fields["heading"])) for one in of_kind(kien_an, "target")]

    assert read == [(sectors[one["sector"]], one.get("heading")) for one in data["target"]]
    assert [one.fields["name"] for one in of_kind(kien_an, "sector")] == list(sectors.values())
    assert all(one.fields["part_of"] == "" for one in of_kind(kien_an, "target"))


def test_kien_an_answers_are_those_of_the_plan_or_a_doubt_names_the_other_way(kien_an, data):
    for one, known in zip(of_kind(kien_an, "target"), data["target"], strict=True):
        assert one.fields["answer"] == known["answer"] or "đạt hay không đạt" in said(one)


@pytest.mark.parametrize(
    ("number", "why"),
    [
        (3, "in liền trên một dòng"),
        (4, "in liền trên một dòng"),
        (5, "Con số trùng với “Tổng chi ngân sách"),
        (6, "Con số trùng với “Thu ngân sách"),
        (6, "thiếu dấu đầu dòng"),
        (6, "trong ngoặc được coi là điều kiện"),
        (6, "trong dự toán"),
        (7, "không nói không quá, không thấp hơn hay đúng bằng 0,67%"),
        (10, "ghi là tỷ lệ nhưng mức là “không còn”"),
        (12, "thường là của BHYT"),
        (13, "cao hơn nhiều so với thông thường"),
        (16, "chỉ phân biệt được nhờ đề mục"),
        (17, "chỉ phân biệt được nhờ đề mục"),
        (18, "không thấp hơn hay đúng bằng 88 lớp"),
        (19, "ngày lấy số liệu"),
        (22, "dấu như tên lĩnh vực"),
        (22, "không in tên lĩnh vực"),
        (22, "mẫu số"),
    ],
)
def test_each_trap_of_kien_an_is_named(kien_an, number, why):
    assert why in said(of_kind(kien_an, "target")[number - 1])


def test_targets_of_kien_an_that_hold_no_trap_carry_no_doubt(kien_an):
    plain = [number for number, one in enumerate(of_kind(kien_an, "target"), start=1) if not one.doubts]
    assert plain == [1, 2, 9, 11, 20, 21]


def test_two_spellings_of_a_sector_are_told_with_the_other_line(kien_an):
    society = of_kind(kien_an, "sector")[1]
    assert "viết cách khác ở dòng 311" in said(society)


def test_kien_an_has_two_deadlines_in_its_own_words(kien_an, data):
    period = data["period"][0]
    read = {
        one.fields["whose"]: (one.fields["words"], read_words(one.fields["words"]))
        for one in of_kind(kien_an, "deadline")
    }

    assert read == {
        "units": (period["units_due_words"], period["units_due"]),
        "report": (period["report_due_words"], period["report_due"]),
    }
    assert len(of_kind(kien_an, "deadline")) == 2


def test_kien_an_names_six_movements_and_asks_who_launched_them(kien_an, data):
    read = of_kind(kien_an, "movement")

    assert [one.fields["name"] for one in read] == [one["name"] for one in data["movement"]]
    assert {one.fields["launched_by"] for one in read} == {"centre"}
    assert all("cần xác nhận cấp phát động" in said(one) for one in read)


def test_kien_an_parts_are_the_plan_word_for_word(kien_an, data):
    read = parts(kien_an)

    for name in ("title", "opening", "content", "objective", "targets_lead", "timing", "closing", "signer_name"):
        assert read[name] == data[name].strip(), name
    for name in ("legal_bases", "purpose", "requirements", "reward_rules", "signer_block"):
        assert read[name].split("\n") == data[name], name
    tasks = [
        f"{one['letter']}) {paragraph}" if number == 0 else paragraph
        for one in data["task"]
        for number, paragraph in enumerate(one["paragraphs"])
    ]
    assert read["tasks"].split("\n") == tasks
    assert read["duties"].startswith("1. Các cơ quan, đơn vị sự nghiệp thuộc phường\na) Tổ chức")
    assert "\n2. Giao phòng Văn hoá - Xã hội: Theo dõi" in read["duties"]
    assert read["higher_plan"] == data["higher_plan"].removesuffix(" Hải Phòng")
    assert (read["starts_on"], read["ends_on"]) == ("", "31/12/2025")
    assert [one.fields["name"] for one in of_kind(kien_an, "recipient")] == data["recipients"]


def test_every_line_of_kien_an_was_read(kien_an):
    assert kien_an.unread == ()


def test_the_lines_of_a_proposal_hold_its_sentence(kien_an):
    for one in kien_an.proposals:
        lines = " ".join(" ".join(kien_an.lines[one.first_line - 1 : one.last_line]).split())
        assert one.sentence.removeprefix("II. ") in lines or one.kind == "part", one


def test_kien_an_is_split_within_200_ms(text):
    start = perf_counter()
    split(text)
    assert perf_counter() - start < 0.2


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda text: unicodedata.normalize("NFD", text), id="NFD"),
        pytest.param(lambda text: text.replace("\n", "\r\n"), id="CRLF"),
        pytest.param(lambda text: "\n".join(line for line in text.split("\n") if line.strip()), id="no blank lines"),
        pytest.param(lambda text: text.replace("- ", "– ").replace("* ", "• "), id="other marks"),
        pytest.param(lambda text: text.replace(" ", "\u00a0"), id="hard blanks"),
        pytest.param(lambda text: text.replace("ủy", "uỷ").replace("hóa", "hoá"), id="old spelling"),
    ],
)
def test_kien_an_gives_the_same_goals_however_it_was_copied(text, kien_an, change):
    changed = split(change(text))

    assert [interval(one) for one in of_kind(changed, "target")] == [
        interval(one) for one in of_kind(kien_an, "target")
    ]
    assert [one.fields["sector"] for one in of_kind(changed, "target")] == [
        one.fields["sector"] for one in of_kind(kien_an, "target")
    ]
    assert [one.fields["words"] for one in of_kind(changed, "deadline")] == [
        one.fields["words"] for one in of_kind(kien_an, "deadline")
    ]


def test_the_same_text_gives_the_same_proposals(text, kien_an):
    assert split(text) == kien_an
