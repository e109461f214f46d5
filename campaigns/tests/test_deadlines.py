"""Deadlines in a plan's own words: what they mean to the second, and what is asked when they could mean two things."""

import unicodedata
from datetime import datetime

import pytest

from campaigns import deadlines
from campaigns.tests.factories import WARD
from units.refusals import Refused


def at(day, month, hour=0, minute=0, year=2025):
    return datetime(year, month, day, hour, minute, tzinfo=WARD)


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("trước ngày 10/12/2025", at(10, 12)),
        ("trước ngày 15/12/2025", at(15, 12)),
        ("Trước ngày 10 tháng 12 năm 2025", at(10, 12)),
        ("trước 10/12/2025", at(10, 12)),
        ("trước ngày 10-12-2025.", at(10, 12)),
        ("trước ngày 05/6/2025", at(5, 6)),
        ("TRƯỚC NGÀY 10/12/2025", at(10, 12)),
        ("truoc ngay 10/12/2025", at(10, 12)),
        ("chậm nhất ngày 10/12/2025", at(11, 12)),
        ("chậm nhất là ngày 10/12/2025", at(11, 12)),
        ("chậm nhất vào ngày 10/12/2025", at(11, 12)),
        ("chậm nhất trong ngày 10/12/2025", at(11, 12)),
        ("chậm nhất đến hết ngày 10/12/2025", at(11, 12)),
        ("muộn nhất ngày 10/12/2025", at(11, 12)),
        ("không quá ngày 10/12/2025", at(11, 12)),
        ("không muộn hơn ngày 10/12/2025", at(11, 12)),
        ("đến hết ngày 10/12/2025", at(11, 12)),
        ("hết ngày 31/12/2025", at(1, 1, year=2026)),
        ("trong ngày 28/02/2028", at(29, 2, year=2028)),
        ("đến hết tháng 12 năm 2025", at(1, 1, year=2026)),
        ("hết tháng 02/2025", at(1, 3)),
        ("trước tháng 12/2025", at(1, 12)),
        ("trước 16 giờ ngày 10/12/2025", at(10, 12, 16)),
        ("trước 16 giờ 30 phút ngày 10/12/2025", at(10, 12, 16, 30)),
        ("trước 16 giờ 30 ngày 10/12/2025", at(10, 12, 16, 30)),
        ("trước 16h30 ngày 10/12/2025", at(10, 12, 16, 30)),
        ("trước 16:30 ngày 10/12/2025", at(10, 12, 16, 30)),
        ("trước 16h00, ngày 10/12/2025", at(10, 12, 16)),
        ("chậm nhất 16 giờ ngày 10/12/2025", at(10, 12, 16)),
        ("chậm nhất là 16 giờ 00 phút ngày 10 tháng 12 năm 2025", at(10, 12, 16)),
        ("trước 5 giờ chiều ngày 10/12/2025", at(10, 12, 17)),
        ("trước 12 giờ ngày 10/12/2025", at(10, 12, 12)),
        ("trước 24 giờ ngày 10/12/2025", at(11, 12)),
        ("trước 0 giờ ngày 10/12/2025", at(10, 12)),
        ("trước thứ Tư, ngày 10/12/2025", at(10, 12)),
        ("trước ngày 10/12/2025 (thứ Tư)", at(10, 12)),
        ("trước 16 giờ thứ 4 ngày 10/12/2025", at(10, 12, 16)),
        ("chậm nhất Chủ nhật, ngày 14/12/2025", at(15, 12)),
    ],
)
def test_a_plan_s_words_name_one_exclusive_moment(words, moment):
    assert deadlines.read_words(words) == moment
    assert deadlines.read_words(f"  {unicodedata.normalize('NFD', words)}\u00a0") == moment


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("", "Chưa hiểu"),
        ("cuối năm", "Chưa hiểu"),
        ("sau ngày 10/12/2025", "Chưa hiểu"),
        ("từ ngày 10/12/2025", "Chưa hiểu"),
        ("trước ngày 10/12/2025 hoặc ngày 12/12/2025", "chỉ ghi một thời hạn"),
        ("gửi về phòng Văn hoá trước ngày 10/12/2025", "Chưa hiểu"),
        ("trước ngày ١٠/١٢/٢٠٢٥", "Chưa hiểu"),
        ("ngày 10/12/2025", "“trước ngày …” hoặc “chậm nhất ngày …”"),
        ("10/12/2025", "“trước ngày …” hoặc “chậm nhất ngày …”"),
        ("16 giờ ngày 10/12/2025", "“trước ngày …” hoặc “chậm nhất ngày …”"),
        ("trước ngày 10/12", "đủ năm"),
        ("trước ngày 10/12/25", "đủ năm"),
        ("hết tháng 12", "đủ năm"),
        ("trước ngày 31/11/2025", "Lịch không có ngày 31/11/2025"),
        ("trước ngày 29/02/2025", "Lịch không có ngày"),
        ("hết tháng 13/2025", "Lịch không có tháng 13/2025"),
        ("trước ngày 10/12/9999", "quá xa"),
        ("trước ngày 10/12/1025", "quá xa"),
        ("trước 25 giờ ngày 10/12/2025", "từ 0 đến 24 giờ"),
        ("trước 24 giờ 30 ngày 10/12/2025", "từ 0 đến 24 giờ"),
        ("trước 16 giờ 60 phút ngày 10/12/2025", "từ 0 đến 24 giờ"),
        ("trước 16 giờ tháng 12/2025", "cả ngày"),
        ("trước thứ Năm, ngày 10/12/2025", "Ngày 10/12/2025 là thứ Tư"),
        ("trước ngày 14/12/2025 (thứ Bảy)", "là Chủ nhật"),
    ],
)
def test_words_that_name_no_single_moment_are_refused_with_what_to_write(words, sentence):
    with pytest.raises(Refused, match=sentence):
        deadlines.read_words(words)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            "trước ngày 10/12/2025",
            "Đúng hạn: đến hết 23:59 thứ Ba, ngày 09/12/2025. Muộn: từ 00:00 thứ Tư, ngày 10/12/2025.",
        ),
        (
            "chậm nhất ngày 10/12/2025",
            "Đúng hạn: đến hết 23:59 thứ Tư, ngày 10/12/2025. Muộn: từ 00:00 thứ Năm, ngày 11/12/2025.",
        ),
        (
            "trước 16 giờ ngày 14/12/2025",
            "Đúng hạn: đến hết 15:59 Chủ nhật, ngày 14/12/2025. Muộn: từ 16:00 Chủ nhật, ngày 14/12/2025.",
        ),
    ],
)
def test_a_deadline_is_read_back_as_its_last_minute_and_the_first_that_is_late(words, said):
    assert deadlines.read_back(deadlines.read_words(words)) == said


@pytest.mark.parametrize("moment", [at(10, 12), at(10, 12, 16), at(10, 12, 16, 30), at(1, 1, year=2026)])
def test_what_is_said_reads_back_the_same(moment):
    assert deadlines.read_words(deadlines.before(moment)) == moment
