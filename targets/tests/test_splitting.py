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
STYLES = sorted(path.stem for path in INVENTED.glob("*.txt"))
FRONT = ("number", "issued_on", "title", "short_name", "starts_on", "ends_on")


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


# --- Plans in other styles --------------------------------------------------------------------------------------------


def known(name):
    return tomllib.loads((INVENTED / f"{name}.toml").read_text())


def read(name):
    return split((INVENTED / f"{name}.txt").read_text())


def placed(found):
    """Each target with the names of what it stands under."""
    names = {one.key: one.fields.get("name") for one in found.proposals} | {"": ""}
    for one in of_kind(found, "target"):
        above = [names[one.fields[place]] for place in ("sector", "heading", "part_of")]
        yield [*above, one.fields["name"], one.fields["goal"], one.fields["unit_of_measure"]], one.doubts


@pytest.mark.parametrize("name", STYLES)
def test_plans_in_other_styles_give_their_targets(name):
    assert [target for target, _ in placed(read(name))] == [target[:6] for target in known(name)["targets"]]


@pytest.mark.parametrize("name", STYLES)
def test_plans_in_other_styles_carry_the_doubts_that_a_reader_would_have(name):
    for (target, doubts), (*_, begins) in zip(placed(read(name)), known(name)["targets"], strict=True):
        assert [doubt[: len(words)] for doubt, words in zip(doubts, begins, strict=True)] == begins, target


@pytest.mark.parametrize("name", STYLES)
def test_a_target_without_a_goal_or_a_unit_is_never_silent(name):
    for target, doubts in placed(read(name)):
        assert doubts or (target[4] and target[5]), target


@pytest.mark.parametrize("name", STYLES)
def test_plans_in_other_styles_give_their_deadlines(name):
    read_here = [
        [one.fields["whose"], one.fields["words"], list(one.doubts)] for one in of_kind(read(name), "deadline")
    ]
    expected = known(name)["deadlines"]

    assert [one[:2] for one in read_here] == [one[:2] for one in expected]
    for (_, words, doubts), (*_, begins) in zip(read_here, expected, strict=True):
        assert [doubt[: len(start)] for doubt, start in zip(doubts, begins, strict=True)] == begins
        assert doubts or read_words(words)


@pytest.mark.parametrize("name", STYLES)
def test_what_was_not_read_stays_as_text(name):
    assert [one.text for one in read(name).unread] == known(name)["unread"]


def test_the_front_of_a_plan_gives_number_day_title_and_bases():
    assert {name: text for name, text in parts(read("01-numbered-lists")).items() if name in FRONT} == {
        "number": "45/KH-UBND",
        "issued_on": "05/03/2031",
        "title": "Tổ chức phong trào thi đua yêu nước năm 2031 trên địa bàn phường Mẫu Đông",
        "short_name": "Phong trào thi đua 2031",
        "starts_on": "01/04/2031",
        "ends_on": "30/11/2031",
    }


def test_a_movement_says_who_launched_it():
    assert [one.fields for one in of_kind(read("01-numbered-lists"), "movement")] == [
        {"name": "Phường Mẫu Đông chung tay xây dựng đô thị xanh", "launched_by": "ward"}
    ]


def test_a_title_in_capitals_is_lowered_and_doubted():
    title = next(one for one in read("07-caps-headings").proposals if one.fields.get("field") == "title")
    assert (title.fields["text"], "chữ hoa của tên riêng" in said(title)) == ("Phát động thi đua", True)


def test_two_spellings_of_one_sector_name_each_other():
    first, second, _ = of_kind(read("10-old-spelling"), "sector")
    assert "dòng 7 viết “Văn hóa”" in said(first)
    assert "dòng 4 viết “Văn hoá”" in said(second)


def test_a_figure_said_to_be_given_by_the_city_is_marked_so():
    given = {one.fields["name"]: one.fields["given_by"] for one in of_kind(read("07-caps-headings"), "target")}
    assert given["Thu ngân sách (thành phố giao)"] == "city"
    assert set(given.values()) == {"city", "ward"}


# --- Any text at all --------------------------------------------------------------------------------------------------

pieces = st.sampled_from(
    [
        *(
            "I. CHỈ TIÊU",
            "II. NHIỆM VỤ",
            "1. Kinh tế",
            "* Chỉ tiêu xã hội:",
            "Trong đó:",
            "KẾ HOẠCH",
            "STT\nChỉ tiêu\nKế hoạch\n1\nThu phí\n5",
            "Nơi nhận:",
            "- Lưu: VT.",
        ),
        *(
            "TM. ỦY BAN NHÂN DÂN",
            "Trần Văn Mẫu",
            "- Thu: 5 tỷ đồng; chi 4 tỷ đồng",
            "+ 95% hộ dân",
            "STT\tChỉ tiêu\tĐVT\tKế hoạch",
        ),
        *(
            "1\tThu\ttỷ đồng\t12,5",
            "\t\t\t",
            "| a | b | c |",
            "2",
            "a) Không còn hộ nghèo",
            "trước ngày 10/12/2031",
            "gửi báo cáo",
        ),
        *(
            "phong trào “Vì người nghèo hôm nay”",
            "từ 5 đến",
            "tăng 10% so với",
            "19/20",
            "\u00a0",
            "\x0c",
            "(",
            "1.1.",
            "đ)",
            "–",
        ),
    ]
)
texts = st.text(max_size=80) | st.lists(pieces | st.text(max_size=12), max_size=25).flatmap(
    lambda lines: st.sampled_from(["\n", " ", "\n\n"]).map(lambda joint: joint.join(lines))
)


@settings(max_examples=300, deadline=None)
@given(text=texts)
def test_no_text_is_an_error_and_no_line_is_lost(text):
    found = split(text)

    held = {line for one in [*found.proposals, *found.unread] for line in range(one.first_line, one.last_line + 1)}
    assert {number for number, line in enumerate(found.lines, start=1) if line.strip()} <= held
    keys = [one.key for one in found.proposals]
    assert len(set(keys)) == len(keys)
    for one in of_kind(found, "target"):
        assert {one.fields["sector"]} <= set(keys)
        assert {one.fields["heading"], one.fields["part_of"]} <= {*keys, ""}
        read_goal(one.fields["goal"])


@settings(max_examples=60, deadline=None)
@given(cut=st.integers(0, 369), length=st.integers(1, 120))
def test_any_stretch_of_a_plan_keeps_its_lines(cut, length):
    lines = (PLANS / "kien-an-2025.txt").read_text().split("\n")[cut : cut + length]

    found = split("\n".join(lines))

    held = {line for one in [*found.proposals, *found.unread] for line in range(one.first_line, one.last_line + 1)}
    assert {number for number, line in enumerate(found.lines, start=1) if line.strip()} <= held


def test_a_very_long_text_is_split_in_seconds(text):
    start = perf_counter()
    split(text * 20 + "9" * 20_000 + "-" * 20_000 + "\n" + "a " * 50_000)
    assert perf_counter() - start < 10


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "* Chỉ tiêu kinh tế:\n- Thu ngân sách: 330.681 triệu đồng.\n- Tỷ lệ hộ dùng nước sạch: 100%.",
            [("Thu ngân sách", "≥ 330.681"), ("Tỷ lệ hộ dùng nước sạch", "≥ 100")],
        ),
        ("STT\tChỉ tiêu\tĐVT\tKế hoạch\n1\tThu ngân sách\ttriệu đồng\t330.681", [("Thu ngân sách", "≥ 330.681")]),
    ],
)
def test_a_list_pasted_without_the_rest_of_its_plan_is_read(text, found):
    targets = [proposal for proposal in split(text).proposals if proposal.kind == "target"]

    assert [(target.fields["name"], target.fields["goal"]) for target in targets] == found


@pytest.mark.parametrize("blank", [" ", "\u00a0", "\t", "\n", " \n", "\t ", " -", "- "])
def test_a_text_full_of_blanks_is_split_at_once(blank):
    blanks = blank * (300_000 // len(blank))
    start = perf_counter()
    split(f"- Thu ngân sách:{blanks}330.681 triệu đồng.")
    assert perf_counter() - start < 5


def test_wide_gaps_between_words_are_squeezed_and_tabs_are_kept():
    assert split("- Thu" + " " * 500 + "ngân sách\t\t5").lines == ("- Thu" + " " * 8 + "ngân sách\t\t5",)


# --- The resolution that sets the targets -----------------------------------------------------------------------------

RESOLUTION = "Nghị quyết số 13/NQ-HĐND ngày 05/8/2025 của Hội đồng nhân dân phường"


def test_the_resolution_that_leads_the_targets_in_is_proposed(kien_an):
    assert parts(kien_an)["resolution"] == RESOLUTION
    assert sum(one.fields["field"] == "resolution" for one in of_kind(kien_an, "part")) == 1


def test_a_resolution_among_the_bases_is_proposed_with_a_doubt():
    found = split(f"KẾ HOẠCH\nPhát động thi đua\nCăn cứ {RESOLUTION};\nI. MỤC ĐÍCH\n- Thi đua.\n")

    proposal = next(one for one in of_kind(found, "part") if one.fields["field"] == "resolution")
    assert proposal.fields["text"] == RESOLUTION
    assert "xác nhận" in said(proposal)
