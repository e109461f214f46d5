import pytest

from reports.figures import frozen_texts
from reports.objections import objections, with_headings
from reports.prose_numbers import numbers_without_table, other_cut_offs
from reports.tests.sample_figures import sample_figures, sample_texts


def sentences(figures=None, **texts):
    figures = figures or sample_figures()
    found = objections(figures, frozen_texts(figures, sample_texts() | texts))
    return [(each.section, each.sentence) for each in found]


def about(section, **texts):
    return [sentence for code, sentence in sentences(**texts) if code == section]


@pytest.mark.parametrize(
    "text",
    [
        "Đạt 19/22 chỉ tiêu",
        "Thu ngân sách 402.117 triệu đồng, bằng 121,6% kế hoạch",
        "Thu ngân sách 402117 triệu đồng",
        "Có 58 đơn vị nộp, 06 đơn vị nộp muộn",
        "Thực hiện Kế hoạch số 232/KH-UBND ngày 09/9/2025 và Chỉ thị 41-CT/TW",
        "Năm 2025, giai đoạn 2025 - 2030, tháng 7 và quý 3",
        "1. Về công tác chỉ đạo",
        "Theo Điều 103, khoản 4",
        "Lần thứ 3, lúc 16 giờ 45 phút",
        "Phong trào 3 không",
        "Tổ dân phố 77 có mô hình mới",
    ],
)
def test_numbers_that_stand_in_a_table_or_count_nothing_are_left_alone(text):
    figures = sample_figures()
    figures["sectors"][0]["groups"][0]["targets"][0]["note"] = "19, 22 và 3"
    assert numbers_without_table(figures, text) == []


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Tổ chức 77 hội nghị", ["77"]),
        ("Thu 402.118 triệu đồng, bằng 121,7%", ["402.118", "121,7"]),
        ("Dòng một\n- Có 333 hộ và 58 đơn vị", ["333"]),
        ("Tăng từ 71 lên 72.", ["71", "72"]),
    ],
)
def test_a_number_of_no_table_is_told_with_the_words_around_it(text, numbers):
    found = numbers_without_table(sample_figures(), text)
    assert [number for number, _ in found] == numbers
    assert all(number in around for number, around in found)


def test_a_number_without_a_table_is_told_under_its_section():
    assert "Số “77” không có trong bảng nào của báo cáo: “Tổ chức 77 hội nghị”." in about(
        "strengths", strengths="Tổ chức 77 hội nghị"
    )


def test_many_numbers_of_no_table_are_told_by_twenty_and_how_many_more():
    text = "\n".join(f"Có {number} việc" for number in range(5001, 5031)) + "\nCó 5001 việc"
    said = about("strengths", strengths=text)
    assert len(said) == 21
    assert said[-1] == "Còn 10 số khác không có trong bảng nào của báo cáo."


@pytest.mark.timeout(10)
@pytest.mark.parametrize("piece", ["1 ", "1,", "{{", "số ", " ", "1.", "tính đến "])
def test_a_text_made_to_be_slow_is_read_at_once(piece):
    about("strengths", strengths=piece * (20_000 // len(piece)))


def test_a_placeholder_that_is_none_forbids_the_report():
    figures = sample_figures()
    found = objections(figures, frozen_texts(figures, sample_texts() | {"strengths": "Có {{khong-co}} và {{tong}}"}))
    assert [(each.section, each.forbids) for each in found if each.forbids] == [("strengths", True)]
    assert "{{khong-co}}" in next(each.sentence for each in found if each.forbids)


def test_a_figure_that_there_is_not_is_told():
    assert about("strengths", strengths="Đạt {{chi-tieu-20.thuc-hien}} người")[0].startswith("Có số liệu được chèn")


def test_another_cut_off_than_the_report_s_is_told():
    assert other_cut_offs("tính đến hết ngày 31/12/2025; chốt đến 30/11/2025", "31/12/2025") == ["30/11/2025"]
    assert about("strengths", strengths="Số liệu tính đến ngày 30/11/2025.")[0].startswith(
        "Ghi số liệu tính đến 30/11/2025, trong khi"
    )


def test_silent_and_late_units_without_a_word_are_told():
    said = about("weaknesses")
    assert said[0].startswith("02 đơn vị chưa nộp, được nêu tên tại Phụ lục II: Tổ dân phố 3; Tổ dân phố 37.")
    assert said[0].endswith("Lời báo cáo chưa nói lý do.")
    assert said[1] == "06 đơn vị nộp muộn; lời báo cáo chưa nói lý do."


def test_explained_lateness_leaves_only_the_names():
    said = about("weaknesses", weaknesses="Một số đơn vị nộp chậm do mưa bão.")
    assert said == ["02 đơn vị chưa nộp, được nêu tên tại Phụ lục II: Tổ dân phố 3; Tổ dân phố 37."]


def test_a_missed_target_without_a_cause_is_told():
    figures = sample_figures()
    figures["sectors"][0]["groups"][0]["targets"][2]["note"] = ""
    said = [sentence for code, sentence in sentences(figures) if code == "targets"]
    assert said == [
        "Chỉ tiêu 3 (Doanh thu dịch vụ lưu trú và ăn uống) chưa đạt nhưng chưa ghi nguyên nhân.",
        "Chỉ tiêu 20 (Tỷ lệ hộ dân được sử dụng nước sạch theo tiêu chuẩn) không tính được, chưa ghi lý do.",
    ]


def test_empty_sections_and_unreviewed_results_are_told_for_the_whole():
    assert about("") == [
        "02 mục chưa có nội dung: II.2.đ), V.",
        "01 kết quả đã nộp nhưng chưa duyệt: chưa tính vào báo cáo.",
    ]


def test_nothing_is_left_to_say_about_a_whole_report():
    figures = sample_figures()
    figures["handed_in"] |= {"silent": [], "late": 0, "unreviewed": 0}
    figures["sectors"][3]["groups"][0]["targets"][0]["note"] = "Chờ số liệu"
    texts = dict.fromkeys(sample_texts() | {"tasks": ""}, "Đã thực hiện.")
    assert objections(figures, texts) == []


def test_objections_stand_in_the_report_s_order():
    figures = sample_figures()
    found = objections(figures, frozen_texts(figures, sample_texts() | {"directions": "Làm 77 việc"}))
    codes = [code for code, _, _ in with_headings(found, figures)]
    assert codes == ["", "targets", "weaknesses", "directions"]
