"""The plan as data against the plan as text, and against figures typed by hand from the printed plan."""

import tomllib
import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

PLANS = Path(__file__).parent.parent / "plans"
ALL_KINDS = {"office", "school", "service", "residential", "front", "armed", "enterprise", "authority"}

# number, sector, answer, unit of measure, at least, at most
TARGETS = [
    (1, "Kinh tế", "number", "triệu đồng", "537487.84", None),
    (2, "Kinh tế", "number", "triệu đồng", "10712726.79", None),
    (3, "Kinh tế", "number", "triệu đồng", "1809001.12", None),
    (4, "Kinh tế", "number", "triệu đồng", "83485.19", None),
    (5, "Kinh tế", "number", "triệu đồng", "330681", None),
    (6, "Kinh tế", "number", "triệu đồng", None, "330681"),
    (7, "Văn hóa – Xã hội", "ratio", "%", None, "0.67"),
    (8, "Văn hóa – Xã hội", "yes_no", "%", "95", None),
    (9, "Văn hóa – Xã hội", "ratio", "%", "95", None),
    (10, "Văn hóa – Xã hội", "number", "hộ", None, "0"),
    (11, "Văn hóa – Xã hội", "number", "người", "1805", None),
    (12, "Văn hóa – Xã hội", "ratio", "%", "95.08", None),
    (13, "Văn hóa – Xã hội", "ratio", "%", "51", None),
    (14, "Giáo dục", "number", "cháu", "850", None),
    (15, "Giáo dục", "number", "học sinh", "3268", None),
    (16, "Giáo dục", "number", "lớp", "139", None),
    (17, "Giáo dục", "number", "học sinh", "4675", None),
    (18, "Giáo dục", "number", "lớp", "88", None),
    (19, "Giáo dục", "number", "học sinh", "3867", None),
    (20, "Môi trường", "ratio", "%", "100", None),
    (21, "Môi trường", "ratio", "%", "100", None),
    (22, "Quốc phòng", "ratio", "%", "100", None),
]


@pytest.fixture(scope="module")
def plan():
    return tomllib.loads((PLANS / "kien-an-2025.toml").read_text(encoding="utf-8"))


def target_numbers(plan, key):
    return [target["number"] for target in plan["target"] if target.get(key)]


def folded(text):
    return " ".join(text.split())


def put_together(plan):
    """The plan as it was printed, from its parts; the printed section titles are typed here."""
    lines = [plan["document_kind"], plan["title"], *plan["legal_bases"], plan["opening"]]
    lines += ["I. MỤC ĐÍCH, YÊU CẦU", "1. Mục đích", *plan["purpose"], "2. Yêu cầu", *plan["requirements"]]
    lines += ["II. NỘI DUNG TỔ CHỨC, MỤC TIÊU, CHỈ TIÊU, NHIỆM VỤ, GIẢI PHÁP TỔ CHỨC ĐỢT THI ĐUA"]
    lines += ["1. Nội dung:", plan["content"], "2. Mục tiêu tổng quát:", plan["objective"]]
    lines += ["3. Các chỉ tiêu thi đua", plan["targets_lead"], *printed_targets(plan)]
    lines += ["4. Nhiệm vụ và giải pháp"]
    for task in plan["task"]:
        lines += [f"{task['letter']})", *task["paragraphs"]]
    lines += ["III. THỜI GIAN THỰC HIỆN", plan["timing"], "IV. KHEN THƯỞNG", *plan["reward_rules"]]
    units, office = plan["duty"]
    lines += ["V. TỔ CHỨC THỰC HIỆN", f"1. {units['whom']}", *units["paragraphs"]]
    lines += [f"2. {office['whom']}:", *office["paragraphs"], plan["closing"]]
    lines += ["Nơi nhận:", *(f"- {recipient};" for recipient in plan["recipients"][:-1])]
    lines += [f"- {plan['recipients'][-1]}.", *plan["signer_block"], plan["signer_name"]]
    return folded(" ".join(lines))


def printed_targets(plan):
    """Bullets as printed: a star for a sector, a dash, a plus under a heading; 4 and 6 have lost theirs."""
    for sector in plan["sector"]:
        yield f"* {sector['printed']}" if sector["printed"] else "*"
        heading = None
        for target in (target for target in plan["target"] if target["sector"] == sector["code"]):
            if target.get("heading") != heading:
                heading = target["heading"]
                yield f"- {heading}:"
            bullet = "+" if heading else "" if target["number"] in (4, 6) or not sector["printed"] else "-"
            yield f"{bullet} {target['wording']}"


def test_the_parts_put_together_are_the_whole_text_of_the_plan(plan):
    assert put_together(plan) == folded((PLANS / "kien-an-2025.txt").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["kien-an-2025.toml", "kien-an-2025.txt"])
def test_the_files_are_composed_unicode(name):
    text = (PLANS / name).read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFC", text)


def test_the_22_targets_have_the_printed_order_sectors_answers_and_goals(plan):
    sectors = {sector["code"]: sector["name"] for sector in plan["sector"]}
    assert [
        (
            target["number"],
            sectors[target["sector"]],
            target["answer"],
            target["unit_of_measure"],
            target.get("at_least"),
            target.get("at_most"),
        )
        for target in plan["target"]
    ] == TARGETS


def test_the_five_sectors_stand_in_the_printed_order_and_the_unnamed_one_says_so(plan):
    assert [sector["name"] for sector in plan["sector"]] == [
        "Kinh tế",
        "Văn hóa – Xã hội",
        "Giáo dục",
        "Môi trường",
        "Quốc phòng",
    ]
    assert [sector["code"] for sector in plan["sector"] if not sector["printed"]] == ["defence"]
    assert "cần phường xác nhận" in plan["sector"][-1]["caution"]


def test_only_the_school_targets_stand_under_nested_headings(plan):
    headings = {target["number"]: target["heading"] for target in plan["target"] if "heading" in target}
    assert headings == {
        14: "Giáo dục mầm non",
        15: "Giáo dục mầm non",
        16: "Giáo dục tiểu học",
        17: "Giáo dục tiểu học",
        18: "Giáo dục trung học cơ sở",
        19: "Giáo dục trung học cơ sở",
    }
    education = next(sector for sector in plan["sector"] if sector["code"] == "education")
    assert education["headings"] == list(dict.fromkeys(headings.values()))


def test_how_each_target_is_counted(plan):
    assert target_numbers(plan, "single_source") == [1, 2, 3, 4, 5, 6, 12, 13, 21, 22]
    assert target_numbers(plan, "accumulates") == [1, 2, 3, 4, 5, 6, 11]
    assert target_numbers(plan, "part_of_whole") == [9, 12, 13, 20, 21, 22]
    assert target_numbers(plan, "may_be_negative") == [7]
    assert target_numbers(plan, "amount_label") == target_numbers(plan, "base_label") == [7, 9, 12, 13, 20, 21, 22]
    assert [target["number"] for target in plan["target"] if target.get("factor") == 100] == [
        target["number"] for target in plan["target"] if target["unit_of_measure"] == "%"
    ]
    assert {target["given_by"] for target in plan["target"]} == {"ward"}
    assert all(target["how_to_count"] for target in plan["target"])


def test_a_goal_needs_no_more_decimals_than_its_target_has(plan):
    for target in plan["target"]:
        for bound in (target.get("at_least"), target.get("at_most")):
            assert bound is None or -Decimal(bound).as_tuple().exponent <= target["decimals"]
    assert {target["unit_of_measure"] for target in plan["target"] if target["decimals"] == 0} == {
        "hộ",
        "người",
        "cháu",
        "học sinh",
        "lớp",
    }


def test_names_are_unique_and_short_of_the_goal(plan):
    names = [target["name"] for target in plan["target"]]
    assert len(set(names)) == 22
    assert not [name for name in names if name.endswith((".", ";", ":"))]


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (3, "hai chỉ tiêu trên một dòng"),
        (4, "hai chỉ tiêu trên một dòng"),
        (5, "trùng nhau"),
        (6, "theo dự toán"),
        (6, "thiếu gạch đầu dòng"),
        (7, "tạm hiểu là không quá"),
        (10, "chuẩn nghèo quốc gia"),
        (12, "BHXH hay BHYT"),
        (13, "nhầm BHXH với BHYT"),
        (14, "năm học"),
        (15, "năm học"),
        (16, "không thấp hơn hay đúng bằng"),
        (17, "năm học"),
        (18, "không thấp hơn hay đúng bằng"),
        (19, "năm học"),
        (22, "mẫu số"),
    ],
)
def test_a_doubtful_target_has_its_caution(plan, number, said):
    caution = plan["target"][number - 1]["caution"]
    assert caution.startswith("Cần phường xác nhận")
    assert said in caution


def test_number_and_date_are_blank_and_the_days_the_plan_leaves_open_are_marked(plan):
    assert (plan["slug"], plan["number"], plan["issued_on"]) == ("kien-an-2025", "", "")
    assert (plan["starts_on"], plan["ends_on"]) == (date(2025, 9, 9), date(2025, 12, 31))
    assert [caution.split(":")[0] for caution in plan["cautions"][:3]] == [
        "Số và ngày ban hành kế hoạch",
        "Ngày bắt đầu",
        "Ngày chốt số liệu",
    ]


def test_both_deadlines_end_when_the_named_day_begins_in_the_ward(plan):
    (period,) = plan["period"]
    assert period["units_due"] == datetime(2025, 12, 9, 17, tzinfo=UTC)
    assert period["report_due"] == datetime(2025, 12, 14, 17, tzinfo=UTC)
    assert period["figures_as_of"] == date(2025, 12, 9)
    units, office = (folded(" ".join(duty["paragraphs"])) for duty in plan["duty"])
    assert units.endswith(f"{period['units_due_words']}.")
    assert office.endswith(f"{period['report_due_words']}.")


def test_the_six_movements_are_those_that_task_c_names(plan):
    task = next(task for task in plan["task"] if task["letter"] == "c")
    text = folded(" ".join(task["paragraphs"]))
    assert len(plan["movement"]) == 6
    for movement in plan["movement"]:
        assert movement["name"] in text
        assert movement["launched_by"] == "centre"
        assert movement["caution"].startswith("Cần phường xác nhận")


def test_references_to_other_documents_are_the_plan_s_own(plan):
    assert plan["higher_plan"].startswith("Kế hoạch số 232/KH-UBND ngày 09/9/2025")
    assert "Kế hoạch số 232/KH-UBND ngày 09/9/2025" in plan["legal_bases"][0]
    assert plan["resolution"] == "Nghị quyết số 13/NQ-HĐND ngày 05/8/2025 của Hội đồng nhân dân phường"
    assert plan["resolution"] in plan["targets_lead"]


def test_the_city_s_office_is_written_with_its_proper_capitals(plan):
    assert plan["report_addressee"] == "Ban Thi đua - Khen thưởng thành phố Hải Phòng"
    assert plan["report_recipients"][0] == "Như trên"
    assert plan["report_recipients"][-1] == "Lưu: VT, VHXH"


def test_units_are_asked_about_every_task_and_residential_groups_and_the_front_in_short(plan):
    assert [task["letter"] for task in plan["task"]] == ["a", "b", "c", "d", "đ", "e"]
    kinds = {prompt["code"]: prompt["kind"] for prompt in plan["prompt"]}
    assert kinds == {
        "launching": "launching",
        "theme": "theme",
        "task-a": "task",
        "task-b": "task",
        "task-c": "task",
        "task-d": "task",
        "task-dd": "task",
        "task-e": "task",
        "example": "example",
        "difficulty": "difficulty",
        "proposal": "proposal",
    }
    for kind in ("residential", "front"):
        assert [p["code"] for p in plan["prompt"] if not p["asked_of"] or kind in p["asked_of"]] == [
            "launching",
            "theme",
            "task-c",
            "example",
            "difficulty",
            "proposal",
        ]
    for prompt in plan["prompt"]:
        assert set(prompt["asked_of"]) <= ALL_KINDS
        assert prompt["heading"]
        assert prompt["hint"]
