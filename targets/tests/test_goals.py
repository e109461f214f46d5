"""Goals are read the way plans and people write them, and what the portal prints is read back the same."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from targets.goals import Goal, NotAGoal, read_goal
from targets.numbers import show_interval

THOROUGH = settings(max_examples=400, deadline=None)
figures = st.decimals(min_value=-(10**10), max_value=10**10, places=4, allow_nan=False) | st.integers(
    -(10**10), 10**10
).map(Decimal)


def interval(text, **options):
    goal = read_goal(text, **options)
    return tuple(None if bound is None else str(bound) for bound in (goal.at_least, goal.at_most))


def doubts(text):
    return " · ".join(read_goal(text).doubts)


def refusal(text):
    with pytest.raises(NotAGoal) as refused:
        read_goal(text)
    return str(refused.value)


@pytest.mark.parametrize(
    ("text", "at_least", "at_most"),
    [
        ("≥ 95", "95", None),
        (">=95", "95", None),
        ("95% trở lên", "95", None),
        ("từ 95% trở lên", "95", None),
        ("TỪ 95 % TRỞ LÊN", "95", None),
        ("ít nhất 02 mô hình", "2", None),
        ("tối thiểu 1.805 người", "1805", None),
        ("không thấp hơn 95,08%", "95.08", None),
        ("không dưới 90%", "90", None),
        ("đạt 100%", "100", None),
        ("đạt và vượt 95%", "95", None),
        ("phấn đấu đạt từ 95% trở lên", "95", None),
        ("tăng lên 95%", "95", None),
        ("537.487,84 triệu đồng", "537487.84", None),
        ("1\u00a0805 người", "1805", None),
        ("1 805 người", "1805", None),
        ("≤ 330.681", None, "330681"),
        ("<= 5", None, "5"),
        ("không quá 5 vụ", None, "5"),
        ("không vượt quá 5", None, "5"),
        ("tối đa 3", None, "3"),
        ("giảm còn 1,2%", None, "1.2"),
        ("giảm xuống còn 1,2%", None, "1.2"),
        ("trong dự toán 330.681 triệu đồng", None, "330681"),
        ("12 trở xuống", None, "12"),
        ("từ 12 hộ trở xuống", None, "12"),
        ("= 12", "12", "12"),
        ("đúng 12 cuộc", "12", "12"),
        ("bằng 12", "12", "12"),
        ("13 - 14", "13", "14"),
        ("13-14%", "13", "14"),
        ("13 – 14", "13", "14"),
        ("từ 13 đến 14%", "13", "14"),
        ("từ 13% đến 14%", "13", "14"),
        ("đạt 13 – 14%", "13", "14"),
        ("1.000 - 1.200 người", "1000", "1200"),
        ("-1 – 3", "-1", "3"),
        ("-3 – -1", "-3", "-1"),
        ("≥ −0,12", "-0.12", None),
        ("không còn", None, "0"),
        ("không còn hộ nghèo", None, "0"),
        ("không để xảy ra cháy, nổ lớn", None, "0"),
        ("không có vụ việc nào", None, "0"),
        ("Không phát sinh điểm nóng", None, "0"),
        ("", None, None),
        ("theo dõi", None, None),
        ("–", None, None),
    ],
)
def test_a_goal_is_read_as_people_write_it(text, at_least, at_most):
    assert interval(text) == (at_least, at_most)


def test_a_number_alone_is_a_floor_or_exact_as_the_caller_says():
    assert interval("1.805") == ("1805", None)
    assert interval("1.805", bare="exact") == ("1805", "1805")
    assert interval("≥ 1.805", bare="exact") == ("1805", None)


@pytest.mark.parametrize(
    ("text", "unit", "decimals"),
    [
        ("95,08%", "%", 2),
        ("95 %", "%", 0),
        ("7,5‰", "‰", 1),
        ("7 phần nghìn", "‰", 0),
        ("537.487,84 triệu đồng", "triệu đồng", 2),
        ("2,5 tỷ đồng", "tỷ đồng", 1),
        ("75 triệu đồng / người / năm", "triệu đồng/người/năm", 0),
        ("32 giường bệnh/vạn dân", "giường bệnh/vạn dân", 0),
        ("không còn hộ nghèo", "hộ", 0),
        ("từ 13% đến 14,5%", "%", 1),
        ("ít nhất 3.268 học sinh trở lên", "học sinh", 0),
        ("10 nghìn lượt khách", "nghìn lượt khách", 0),
        ("95", "", 0),
    ],
)
def test_the_unit_of_measure_and_the_decimals_are_read_beside_the_number(text, unit, decimals):
    goal = read_goal(text)
    assert (goal.unit_of_measure, goal.decimals) == (unit, decimals)


@pytest.mark.parametrize(
    ("text", "at_least", "at_most", "says"),
    [
        ("trên 95%", "95", None, "“trên 95” được đọc là từ 95 trở lên, kể cả đúng 95"),
        ("> 95", "95", None, "kể cả đúng 95"),
        ("còn dưới 1,5%", None, "1.5", "“dưới 1,5” được đọc là không quá 1,5"),
        ("từ 13 đến dưới 14%", "13", "14", "“dưới 14” được đọc là không quá 14"),
        ("khoảng 100 hộ", "100", None, "gần đúng"),
        ("gần 95%", "95", None, "gần đúng"),
        ("19/20", "19", None, "ít nhất 19 trong tổng số 20"),
        ("đạt 19/19 tiêu chí", "19", None, "trong tổng số 19"),
        ("1,234 tấn", "1.234", None, "nếu là hàng nghìn thì phải gõ 1.234"),
        ("2 cuộc/năm", "2", None, "từng kỳ"),
        ("bình quân 12 buổi/tháng", "12", None, "từng kỳ"),
        ("từ 90% lên 95%", "95", None, "mức phải đạt được đọc là 95"),
        ("từ 3% xuống còn 2%", None, "2", "mức phải đạt được đọc là 2"),
        ("330.681 triệu đồng (sau trừ tiết kiệm 10%)", "330681", None, "trong ngoặc"),
        ("500 gùi", "500", None, "“gùi” không có trong danh mục"),
        ("05 trường đạt chuẩn quốc gia", "5", None, "Không đọc phần chữ “đạt chuẩn quốc gia”"),
        ("Tỷ lệ hộ nghèo 5%", "5", None, "Không đọc phần chữ “Tỷ lệ hộ nghèo”"),
        ("duy trì", None, None, "có hoặc không"),
        ("giữ vững", None, None, "có hoặc không"),
        ("đạt chuẩn quốc gia", None, None, "có hoặc không"),
        ("xếp loại tốt", None, None, "xếp loại"),
        ("mức độ 2", None, None, "xếp loại"),
    ],
)
def test_what_is_not_certain_carries_a_doubt(text, at_least, at_most, says):
    assert interval(text) == (at_least, at_most)
    assert says in doubts(text)


@pytest.mark.parametrize("text", ["≥ 95", "từ 13 đến 14%", "không còn hộ nghèo", "trong dự toán 330.681 triệu đồng"])
def test_what_is_plain_carries_no_doubt(text):
    assert doubts(text) == ""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("tăng 10%", "so với một kỳ khác; đề nghị gõ con số phải đạt"),
        ("giảm 0,58%", "so với một kỳ khác"),
        ("giảm ít nhất 5 vụ", "so với một kỳ khác"),
        ("tăng 0,7 lần so với 2015", "so với một kỳ khác"),
        ("105% so với cùng kỳ", "so với một kỳ khác"),
        ("gấp 2 lần", "so với một kỳ khác"),
        ("537,487.84", "đề nghị gõ 537.487,84"),
        ("≥ 95.5%", "đề nghị gõ 95,5"),
        ("5000.000", "Dấu chấm chỉ dùng".lower()),
        ("10/12/2025", "ngày tháng"),
        ("12 lớp, 300 học sinh", "tách thành từng chỉ tiêu"),
        ("1, 2 và 3", "3 con số"),
        ("14 - 13", "đề nghị gõ: 13 - 14"),
        ("20/19", "tử số lớn hơn mẫu số"),
        ("không quá 13 - 14", "đề nghị gõ: 13 - 14 hoặc ≤ 14"),
        ("không quá 5 trở lên", "chỉ gõ một chiều"),
        ("không có 3 vụ", "Vừa ghi “không” vừa ghi con số"),
        ("abc", "Chưa thấy con số"),
        ("ít nhất một mô hình", "Chưa thấy con số"),
        ("9" * 40, "15 chữ số"),
        ("9 " * 400, "quá dài"),
    ],
)
def test_what_is_no_goal_is_refused_with_what_to_type(text, says):
    assert says in refusal(text)


@THOROUGH
@given(bounds=st.tuples(st.none() | figures, st.none() | figures))
def test_what_is_printed_reads_back_the_same(bounds):
    at_least, at_most = bounds
    if at_least is not None and at_most is not None:
        at_least, at_most = sorted(bounds)

    printed = show_interval(at_least, at_most)
    goal = read_goal(printed)

    assert (goal.at_least, goal.at_most) == (at_least, at_most)
    assert show_interval(goal.at_least, goal.at_most) == printed


pieces = st.sampled_from(
    "từ|đến|trên|dưới|không|còn|quá|tăng|giảm|đạt|khoảng|trở lên|không còn|95|1.805|0,67|13 - 14|19/20|%|‰|triệu đồng"
    "|hộ|(|)|so với|≥|≤|=|–|-|/năm|lần|2025|1,234|5.5|duy trì|:|;|,|\u00a0|\x00".split("|")
)


@THOROUGH
@given(
    text=st.text(max_size=40) | st.lists(pieces, max_size=8).map(" ".join), bare=st.sampled_from(["at_least", "exact"])
)
def test_any_text_is_a_goal_or_refused_with_a_sentence_and_never_an_error(text, bare):
    try:
        goal, sentence = read_goal(text, bare=bare), "ví dụ"
    except NotAGoal as refused:
        goal, sentence = Goal(None, None), str(refused)

    assert "đề nghị" in sentence or "ví dụ" in sentence
    assert goal.at_least is None or goal.at_most is None or goal.at_least <= goal.at_most
    again = read_goal(show_interval(goal.at_least, goal.at_most), bare=bare)
    assert again == Goal(goal.at_least, goal.at_most, "", again.decimals, again.doubts)
    assert again.decimals == goal.decimals or goal.at_least is None
