import re
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from targets.numbers import NotANumber, in_words, out_of_range, parse, percent, show, show_beside_goal, show_interval

THOROUGH = settings(max_examples=1000, deadline=None)
NBSP, NARROW = "\u00a0", "\u202f"
PLAN_FIGURES = [
    ("537.487,84", "537487.84"),
    ("10.712.726,79", "10712726.79"),
    ("1.809.001,12", "1809001.12"),
    ("83.485,19", "83485.19"),
    ("330.681", "330681"),
    ("0,67", "0.67"),
    ("95", "95"),
    ("0", "0"),
    ("1.805", "1805"),
    ("95,08", "95.08"),
    ("51", "51"),
    ("850", "850"),
    ("3.268", "3268"),
    ("139", "139"),
    ("4.675", "4675"),
    ("88", "88"),
    ("3.867", "3867"),
    ("100", "100"),
]

numbers = st.builds(
    lambda digits, places: Decimal(digits).scaleb(-places),
    st.integers(min_value=-(10**15) + 1, max_value=10**15 - 1),
    st.integers(min_value=0, max_value=4),
)
bounds = st.none() | st.builds(lambda n: Decimal(n).scaleb(-2), st.integers(min_value=-(10**7), max_value=10**7))


def refusal(text, **options):
    with pytest.raises(NotANumber) as refused:
        parse(text, **options)
    return str(refused.value)


# parse


@pytest.mark.parametrize(("printed", "value"), PLAN_FIGURES)
def test_every_figure_of_the_plan_is_read_and_printed_as_in_the_plan(printed, value):
    assert parse(printed) == Decimal(value)
    assert show(Decimal(value)) == printed
    assert show(Decimal(value).quantize(Decimal("0.0001")), 2) == printed


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("537487,84", "537487.84"),
        ("537 487,84", "537487.84"),
        (f"537{NBSP}487,84", "537487.84"),
        (f"10{NARROW}712{NARROW}726,79", "10712726.79"),
        (f" {NBSP}850\n", "850"),
        ("-0,12", "-0.12"),
        ("−0,12", "-0.12"),
        ("-1.234", "-1234"),
        ("0,0001", "0.0001"),
        ("0,670", "0.670"),
        ("1,234", "1.234"),
        ("999.999.999.999.999", "999999999999999"),
        ("99.999.999.999,9999", "99999999999.9999"),
    ],
)
def test_other_ways_to_type_a_number_are_read(text, value):
    assert parse(text) == Decimal(value)


@pytest.mark.parametrize("text", ["-0", "−0,00", "0,000"])
def test_zero_has_no_sign(text):
    assert parse(text).is_zero()
    assert not parse(text).is_signed()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("537,487.84", "Số viết theo kiểu Anh; đề nghị gõ 537.487,84"),
        ("3,098.5", "Số viết theo kiểu Anh; đề nghị gõ 3.098,5"),
        ("−3,098.5", "Số viết theo kiểu Anh; đề nghị gõ -3.098,5"),
        ("1,234,567", "Số viết theo kiểu Anh; đề nghị gõ 1.234.567"),
        ("0.67", "Phần thập phân gõ sau dấu phẩy, không phải dấu chấm; đề nghị gõ 0,67"),
        ("0.670", "Phần thập phân gõ sau dấu phẩy, không phải dấu chấm; đề nghị gõ 0,67"),
        ("1.23", "Phần thập phân gõ sau dấu phẩy, không phải dấu chấm; đề nghị gõ 1,23"),
        ("330.68", "Phần thập phân gõ sau dấu phẩy, không phải dấu chấm; đề nghị gõ 330,68"),
        ("537487.84", "Phần thập phân gõ sau dấu phẩy, không phải dấu chấm; đề nghị gõ 537.487,84"),
        ("537 487.84", "Phần thập phân gõ sau dấu phẩy, không phải dấu chấm; đề nghị gõ 537.487,84"),
        ("+0.67", "Phần thập phân gõ sau dấu phẩy, không phải dấu chấm; đề nghị gõ 0,67"),
        ("5%", "Đề nghị bỏ dấu %; đề nghị gõ 5"),
        ("95,08 %", "Đề nghị bỏ dấu %; đề nghị gõ 95,08"),
        ("+5", "Số dương không gõ dấu +; đề nghị gõ 5"),
        ("- 5", "Dấu âm gõ là “-”, liền trước số; đề nghị gõ -5"),
        ("–5", "Dấu âm gõ là “-”, liền trước số; đề nghị gõ -5"),
        ("01.234", "Số không bắt đầu bằng chữ số 0 thừa; đề nghị gõ 1.234"),
        ("٣٢", "Đề nghị gõ bằng các chữ số thường từ 0 đến 9; đề nghị gõ 32"),
        ("１２３", "Đề nghị gõ bằng các chữ số thường từ 0 đến 9; đề nghị gõ 123"),
        (",5", "Trước phần thập phân phải có chữ số; đề nghị gõ 0,5"),
        ("5,", "Đề nghị bỏ dấu ở cuối số; đề nghị gõ 5"),
        ("", "Chưa gõ số; ví dụ gõ đúng: 537.487,84"),
        (f" {NBSP} ", "Chưa gõ số; ví dụ gõ đúng: 537.487,84"),
        ("abc", "Chỉ gõ số, không gõ chữ hay đơn vị tính; ví dụ gõ đúng: 537.487,84"),
        ("850 cháu", "Chỉ gõ số, không gõ chữ hay đơn vị tính; ví dụ gõ đúng: 537.487,84"),
        ("1e5", "Chỉ gõ số, không gõ chữ hay đơn vị tính; ví dụ gõ đúng: 537.487,84"),
        ("NaN", "Chỉ gõ số, không gõ chữ hay đơn vị tính; ví dụ gõ đúng: 537.487,84"),
        ("1.2.3", "Dấu chấm chỉ dùng để tách từng nhóm ba chữ số; ví dụ gõ đúng: 537.487,84"),
        ("12.34.567", "Dấu chấm chỉ dùng để tách từng nhóm ba chữ số; ví dụ gõ đúng: 537.487,84"),
        ("1.234.56", "Dấu chấm chỉ dùng để tách từng nhóm ba chữ số; ví dụ gõ đúng: 537.487,84"),
        ("5000.000", "Dấu chấm chỉ dùng để tách từng nhóm ba chữ số; ví dụ gõ đúng: 537.487,84"),
        ("5 000.000", "Dấu chấm chỉ dùng để tách từng nhóm ba chữ số; ví dụ gõ đúng: 537.487,84"),
        ("1,2,3", "Chỉ gõ một dấu phẩy, trước phần thập phân; ví dụ gõ đúng: 537.487,84"),
        ("12 34", "Dấu cách chỉ dùng để tách từng nhóm ba chữ số; ví dụ gõ đúng: 537.487,84"),
        (f"1 234{NBSP}567", "Dấu cách chỉ dùng để tách từng nhóm ba chữ số; ví dụ gõ đúng: 537.487,84"),
        ("9.999.999.999.999.999", "Số có quá 15 chữ số; đề nghị kiểm tra lại số và đơn vị tính"),
        ("999.999.999.999,9999", "Số có quá 15 chữ số; đề nghị kiểm tra lại số và đơn vị tính"),
        ("9" * 40, "Số có quá 15 chữ số; đề nghị kiểm tra lại số và đơn vị tính"),
        ("9" * 100_000, "Số có quá 15 chữ số; đề nghị kiểm tra lại số và đơn vị tính"),
        ("0,12345", "Chỉ tiêu này ghi nhiều nhất 4 chữ số sau dấu phẩy; đề nghị làm tròn trước khi gõ"),
    ],
)
def test_what_is_no_number_is_refused_with_what_to_type_instead(text, sentence):
    assert refusal(text) == sentence


@pytest.mark.parametrize("text", ["-", ".", ",", "--5", "5-", "1'000", "1/2", "½", "5²", "5\u200b", "5\x00", "₫", "∞"])
def test_stray_marks_are_refused(text):
    assert refusal(text).startswith("Số chỉ gồm chữ số, dấu chấm, dấu phẩy và dấu âm đứng đầu; ")


@pytest.mark.parametrize(
    ("text", "decimals", "sentence"),
    [
        ("12,5", 0, "Chỉ tiêu này là số nguyên; đề nghị không gõ phần thập phân"),
        ("12,0", 0, "Chỉ tiêu này là số nguyên; đề nghị không gõ phần thập phân"),
        ("1.23", 0, "Chỉ tiêu này là số nguyên; đề nghị không gõ phần thập phân"),
        ("0,678", 2, "Chỉ tiêu này ghi nhiều nhất 2 chữ số sau dấu phẩy; đề nghị làm tròn trước khi gõ"),
        ("0,12345", 9, "Chỉ tiêu này ghi nhiều nhất 4 chữ số sau dấu phẩy; đề nghị làm tròn trước khi gõ"),
    ],
)
def test_more_decimals_than_the_target_has_are_refused(text, decimals, sentence):
    assert refusal(text, decimals=decimals) == sentence


@THOROUGH
@given(value=numbers)
def test_what_is_printed_is_read_back_equal(value):
    assert parse(show(value)) == value


@THOROUGH
@given(text=st.text() | st.text("0123456789.,-−+% \u00a0\u202f٣１e", max_size=12), decimals=st.integers(0, 4))
def test_any_text_is_either_a_number_within_the_limits_or_refused_with_a_sentence(text, decimals):
    try:
        value = parse(text, decimals=decimals)
    except NotANumber as refused:
        value, sentence = None, str(refused)

    if value is None:
        assert "đề nghị" in sentence or "ví dụ gõ đúng" in sentence
    else:
        assert value.is_finite()
        assert -value.as_tuple().exponent <= decimals
        assert abs(value) < 10**15
        assert re.fullmatch(r"[-−]?[0-9., \u00a0\u202f]+", text.strip())


@THOROUGH
@given(text=st.text("0123456789.,-−+% ", max_size=12), decimals=st.integers(0, 4))
@example(text="+01,234.50%", decimals=2)
def test_whatever_a_refusal_proposes_can_be_typed(text, decimals):
    try:
        parse(text, decimals=decimals)
    except NotANumber as refused:
        proposed = re.search(r"đề nghị gõ (-?[0-9.,]+)$", str(refused))
        if proposed:
            assert show(parse(proposed[1], decimals=decimals)) == proposed[1]


# show


@pytest.mark.parametrize(
    ("value", "decimals", "printed"),
    [
        (None, None, "–"),
        (None, 2, "–"),
        (0, None, "0"),
        (1805, None, "1.805"),
        (Decimal("330681.0000"), None, "330.681"),
        (Decimal("330681.5"), 0, "330.682"),
        (Decimal("0.665"), 2, "0,67"),
        (Decimal("-0.665"), 2, "-0,67"),
        (Decimal("-0.001"), 2, "0"),
        (Decimal("-1234.5"), None, "-1.234,5"),
        (Decimal("95.10"), 2, "95,1"),
        (Decimal("1E+3"), None, "1.000"),
        (Decimal("681.81818181"), 1, "681,8"),
    ],
)
def test_a_number_is_printed_the_vietnamese_way_without_forced_zeros(value, decimals, printed):
    assert show(value, decimals) == printed


@pytest.mark.parametrize(
    ("value", "at_least", "at_most", "decimals", "printed"),
    [
        ("99.96", "100", None, 1, "99,96"),
        ("99.96", "100", None, 0, "99,96"),
        ("99.961234", "100", None, 1, "99,96"),
        ("99.94", "100", None, 1, "99,9"),
        ("99.99999", "100", None, 1, "99,9999"),
        ("100.00001", "100", None, 1, "100,0001"),
        ("100", "100", None, 1, "100"),
        ("95.0799", "95.08", None, 2, "95,0799"),
        ("0.674", None, "0.67", 2, "0,674"),
        ("0.6700001", None, "0.67", 2, "0,6701"),
        ("13.96", "13", "14", 0, "13,96"),
        ("14.0001", "14", "14.0002", 0, "14,0001"),
        ("14.00005", "14", "14.0001", 0, "14,00005"),
        ("12.34", None, None, 1, "12,3"),
    ],
)
def test_a_figure_beside_its_goal_gets_as_many_decimals_as_it_needs(value, at_least, at_most, decimals, printed):
    at_least, at_most = (None if bound is None else Decimal(bound) for bound in (at_least, at_most))
    assert show_beside_goal(Decimal(value), at_least=at_least, at_most=at_most, decimals=decimals) == printed


def test_no_figure_beside_a_goal_is_a_dash():
    assert show_beside_goal(None, at_least=Decimal(1), at_most=None, decimals=2) == "–"


@THOROUGH
@given(
    bounds=st.tuples(bounds, bounds),
    part=st.integers(0, 10**9),
    whole=st.integers(1, 10**9),
    nudge=st.sampled_from(["0", "0.00000001", "-0.00000001", "0.004", "-0.004"]),
    near=st.booleans(),
    decimals=st.integers(0, 2),
)
def test_a_printed_figure_never_stands_on_the_other_side_of_a_bound(bounds, part, whole, nudge, near, decimals):
    at_least, at_most = bounds
    value = percent(Decimal(part), Decimal(whole))
    if near and at_least is not None:
        value = at_least + Decimal(nudge)

    text = show_beside_goal(value, at_least=at_least, at_most=at_most, decimals=decimals)
    printed = Decimal(text.replace(".", "").replace(",", "."))

    for bound in bounds:
        if bound is not None:
            assert (printed < bound, printed == bound) == (value < bound, value == bound)


@pytest.mark.parametrize(
    ("at_least", "at_most", "decimals", "printed"),
    [
        ("537487.84", None, 2, "≥ 537.487,84"),
        (None, "330681.0000", 2, "≤ 330.681"),
        (None, "0", 0, "≤ 0"),
        ("12", "12.0", 0, "= 12"),
        ("13", "14", 0, "13 – 14"),
        ("95.08", None, None, "≥ 95,08"),
        (None, None, 2, "theo dõi"),
    ],
)
def test_a_goal_is_printed_as_an_interval(at_least, at_most, decimals, printed):
    at_least, at_most = (None if bound is None else Decimal(bound) for bound in (at_least, at_most))
    assert show_interval(at_least, at_most, decimals) == printed


# percent and magnitude


def test_percent_has_neither_rounding_nor_ceiling():
    assert percent(Decimal(150), Decimal(22)) == Decimal(15000) / Decimal(22)
    assert percent(Decimal("537487.84"), Decimal("537487.84")) == 100


@pytest.mark.parametrize(
    ("value", "at_least", "at_most", "asks"),
    [
        ("537487840000", "537487.84", None, True),
        ("537.48784", "537487.84", None, True),
        ("500000", "537487.84", None, False),
        ("50", "500", None, False),
        ("49.9999", "500", None, True),
        ("5000", "500", None, False),
        ("5000.0001", "500", None, True),
        ("0", "95", None, True),
        ("-95", "95", None, True),
        ("0", None, "330681", False),
        ("-0.5", None, "0.67", False),
        ("6.7", None, "0.67", False),
        ("67", None, "0.67", True),
        ("-67", None, "0.67", True),
        ("1.3", "13", "14", False),
        ("1.2", "13", "14", True),
        ("140", "13", "14", False),
        ("140.1", "13", "14", True),
        ("3", "0", "50", False),
        ("501", "0", "50", True),
        ("12", None, "0", False),
        ("12", "0", None, False),
        ("12", None, None, False),
    ],
)
def test_a_figure_ten_times_off_its_goal_asks_for_a_confirmation(value, at_least, at_most, asks):
    at_least, at_most = (None if bound is None else Decimal(bound) for bound in (at_least, at_most))
    assert out_of_range(Decimal(value), at_least=at_least, at_most=at_most) is asks


# words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("0", "không"),
        ("1", "một"),
        ("4", "bốn"),
        ("5", "năm"),
        ("10", "mười"),
        ("11", "mười một"),
        ("14", "mười bốn"),
        ("15", "mười lăm"),
        ("20", "hai mươi"),
        ("21", "hai mươi mốt"),
        ("24", "hai mươi tư"),
        ("25", "hai mươi lăm"),
        ("55", "năm mươi lăm"),
        ("100", "một trăm"),
        ("101", "một trăm linh một"),
        ("104", "một trăm linh bốn"),
        ("105", "một trăm linh năm"),
        ("110", "một trăm mười"),
        ("115", "một trăm mười lăm"),
        ("139", "một trăm ba mươi chín"),
        ("850", "tám trăm năm mươi"),
        ("1000", "một nghìn"),
        ("1005", "một nghìn không trăm linh năm"),
        ("1050", "một nghìn không trăm năm mươi"),
        ("1805", "một nghìn tám trăm linh năm"),
        ("330681", "ba trăm ba mươi nghìn sáu trăm tám mươi mốt"),
        ("710000", "bảy trăm mười nghìn"),
        ("18750000", "mười tám triệu bảy trăm năm mươi nghìn"),
        ("1000005", "một triệu không trăm linh năm"),
        ("1021004", "một triệu không trăm hai mươi mốt nghìn không trăm linh bốn"),
        ("1000000000", "một tỷ"),
        ("1000000001", "một tỷ không trăm linh một"),
        ("1005000000000", "một nghìn không trăm linh năm tỷ"),
        (
            "999999999999999",
            (
                "chín trăm chín mươi chín nghìn chín trăm chín mươi chín tỷ chín trăm chín mươi chín triệu "
                "chín trăm chín mươi chín nghìn chín trăm chín mươi chín"
            ),
        ),
        ("537487.84", "năm trăm ba mươi bảy nghìn bốn trăm tám mươi bảy phẩy tám bốn"),
        (
            "10712726.79",
            "mười triệu bảy trăm mười hai nghìn bảy trăm hai mươi sáu phẩy bảy chín",
        ),
        ("0.67", "không phẩy sáu bảy"),
        ("0.0500", "không phẩy không năm"),
        ("95.0000", "chín mươi lăm"),
        ("1.234", "một phẩy hai ba bốn"),
        ("-0.12", "âm không phẩy một hai"),
        ("-21", "âm hai mươi mốt"),
    ],
)
def test_a_number_is_read_aloud(value, words):
    assert in_words(Decimal(value)) == words
