import re

import pytest

from reports import placeholders
from reports.figures import frozen_texts
from reports.tests.sample_figures import sample_figures

FIGURES = sample_figures()
VALUES = placeholders.values(FIGURES)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{{tong}}", "22"),
        ("{{dat}}", "10"),
        ("{{vuot}}", "09"),
        ("{{dat-va-vuot}}", "19"),
        ("{{ chua-dat }}", "02"),
        ("{{ngay-chot}}", "31/12/2025"),
        ("{{don-vi-da-nop}}/{{don-vi-duoc-giao}}", "58/60"),
        ("{{don-vi-chua-nop}}: {{danh-sach-chua-nop}}", "02: Tổ dân phố 3; Tổ dân phố 37"),
        ("{{chi-tieu-5.thuc-hien}} ({{chi-tieu-5.ty-le}}%)", "402.117 (121,6%)"),
        ("{{chi-tieu-5.ke-hoach}}", "330.681"),
        ("{{chi-tieu-5.danh-gia}}", "Vượt"),
        ("{{khen-tap-the}}, {{khen-lanh-dao}}, {{khen-truc-tiep}}, {{khen-cong}}", "01, 01, 02, 05"),
        ("{{de-nghi-cong}}", "01"),
        ("{{chi-tieu-20.thuc-hien}}", "(chưa có số liệu)"),
        ("{{{tong}}}", "{22}"),
    ],
)
def test_a_name_says_the_printed_figure(written, said):
    assert placeholders.resolve(written, VALUES) == said


@pytest.mark.parametrize(
    "written",
    [
        "{{chi-tieu-99.thuc-hien}}",
        "{{chi-tieu-5.__class__}}",
        "{{TONG}}",
        "{{}}",
        "{{ }}",
        "{{tong|safe}}",
        "{{tong.real}}",
        "{{%s}}",
    ],
)
def test_anything_else_stays_as_it_is_and_is_listed(written):
    assert placeholders.resolve(f"Có {written} nhé", VALUES) == f"Có {written} nhé"
    assert placeholders.unknown(f"Có {written} nhé", VALUES) == [written]


@pytest.mark.parametrize("text", ["{tong}", "{% tong %}", "{0}", "{{tong}", "{{\ntong}}", "%(tong)s", "${tong}"])
def test_other_braces_are_only_text(text):
    assert placeholders.resolve(text, VALUES) == text
    assert placeholders.unknown(text, VALUES) == []


def test_a_figure_that_holds_braces_is_not_read_again():
    figures = sample_figures()
    figures["handed_in"]["silent"] = ["{{tong}}"]
    assert placeholders.resolve("{{danh-sach-chua-nop}}", placeholders.values(figures)) == "{{tong}}"


def test_every_name_is_there_once_and_can_be_written():
    names = [each.name for each in placeholders.known(FIGURES)]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z0-9.-]+", name) for name in names)
    assert all(each.label and each.group for each in placeholders.known(FIGURES))


def test_the_frozen_text_keeps_what_was_written_beside_what_it_says():
    frozen = frozen_texts(FIGURES, {"strengths": "Đạt {{dat}} chỉ tiêu.", "weaknesses": "Không."})
    assert frozen == {
        "strengths": "Đạt 10 chỉ tiêu.",
        "weaknesses": "Không.",
        "_written": {"strengths": "Đạt {{dat}} chỉ tiêu."},
    }


def test_prose_without_figures_is_frozen_as_it_is():
    assert frozen_texts(FIGURES, {"strengths": "Không có số."}) == {"strengths": "Không có số."}
