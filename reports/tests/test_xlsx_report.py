"""The workbook of the city report, opened again: real numbers in Vietnamese form, and text that is never a formula."""

import io
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from reports import xlsx_report
from reports.models import FileStage
from reports.tests.factories import MORNING, ReportFactory
from reports.tests.sample_figures import PLAN, sample_figures
from targets import numbers

HOSTILE = [
    '=HYPERLINK("http://x","y")',
    "=1+1",
    "+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "＝1",
    "{=1}",
    "<b>đậm</b>",
    "x\x00y",
]


def opened(stage=FileStage.DRAFT, figures=None, **fields):
    report = ReportFactory.build(
        ready=True, period=None, campaign=None, figures=figures or sample_figures(final=False), **fields
    )
    return load_workbook(io.BytesIO(xlsx_report.write(report, stage)))


def rows_of(book, sheet):
    """[{heading: cell}] of a sheet."""
    heading, *rows = book[sheet].iter_rows()
    return [{title.value: cell for title, cell in zip(heading, row, strict=True)} for row in rows]


def targets():
    return [target for _, _, groups in PLAN for _, rows in groups for target in rows]


def test_every_target_is_a_row_with_its_figures_as_numbers():
    rows = rows_of(opened(), "Chỉ tiêu")

    assert [row["Chỉ tiêu"].value for row in rows] == [name for name, *_ in targets()]
    assert [row["STT"].value for row in rows] == list(range(1, 23))
    for row, (_, unit, goal, actual, percent, _) in zip(rows, targets(), strict=True):
        assert (row["Đơn vị tính"].value, row["Kế hoạch năm"].value) == (unit, goal)
        for title, printed in [("Thực hiện đến 30/11/2025", actual), ("% so kế hoạch", percent)]:
            cell = row[title]
            if printed:
                assert (cell.data_type, Decimal(str(cell.value))) == ("n", numbers.parse(printed))
            else:
                assert cell.value in (None, "")


@pytest.mark.parametrize(
    ("exact", "number_format"),
    [("537487.84", "#,##0.00"), ("139", "#,##0"), ("-5", "#,##0"), ("97.5", "#,##0.0")],
)
def test_a_figure_is_exact_and_shown_with_the_decimals_it_has(exact, number_format):
    figures = sample_figures(final=False)
    figures["sectors"][0]["groups"][0]["targets"][0]["raw"] |= {"actual": exact, "at_least": exact}

    row = rows_of(opened(figures=figures), "Chỉ tiêu")[0]

    for title in ("Thực hiện đến 30/11/2025", "Kế hoạch: ít nhất"):
        assert Decimal(str(row[title].value)) == Decimal(exact)
        assert (row[title].data_type, row[title].number_format) == ("n", number_format)


def test_no_text_becomes_a_formula():
    figures = sample_figures(final=False)
    figures["issuer"]["name"] = figures["campaign"]["subject"] = HOSTILE[0]
    lines = [t for sector in figures["sectors"] for group in sector["groups"] for t in group["targets"]]
    for text, target in zip(HOSTILE, lines, strict=False):
        target |= {"name": text, "note": text, "actual": text, "unit": text, "lead": text}
    figures["examples"] = [{"name": text, "unit": text, "summary": text} for text in HOSTILE]
    figures["movements"] = HOSTILE
    for text, row in zip(HOSTILE, figures["handed_in"]["rows"], strict=False):
        row |= {"unit": text, "theme": text}
    figures["commendations"]["rows"][0] |= {"recipient": HOSTILE[0], "achievement": HOSTILE[0]}

    book = opened(figures=figures)

    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    said = [row["Điển hình, mô hình"].value for row in rows_of(book, "Điển hình")]
    assert said[:5] == HOSTILE[:5]
    assert all(row["Điển hình, mô hình"].quotePrefix for row in rows_of(book, "Điển hình"))


def test_the_cover_says_which_figures_these_are():
    draft = dict(opened(digest="a" * 64, as_of=MORNING)["Bìa"].iter_rows(values_only=True, min_row=2))

    assert draft["Đợt thi đua"] == "Đợt thi đua năm 2025"
    assert draft["Kỳ báo cáo"] == "Kỳ báo cáo năm 2025"
    assert draft["Số liệu tính đến hết ngày"] == "30/11/2025"
    assert draft["Tổng hợp số liệu lúc"] == "09:00 ngày 11/12/2025"
    assert draft["Mã kiểm tra số liệu"] == "a" * 64
    assert draft["Bản"] == "Dự thảo"
    assert "Số, ký hiệu" not in draft


def test_the_issued_cover_carries_number_and_date():
    issued = dict(opened(FileStage.ISSUED, issued=True, number="5")["Bìa"].iter_rows(values_only=True, min_row=2))

    assert (issued["Bản"], issued["Số, ký hiệu"], issued["Ngày ban hành"]) == (
        "Bản ban hành",
        "05/BC-UBND",
        "12/12/2025",
    )


def test_the_words_stand_beside_their_headings():
    rows = rows_of(opened(), "Lời báo cáo")
    said = [tuple(row[title].value or "" for title in ("Phần", "Mục", "Điểm", "Nội dung")) for row in rows]

    part = "I. Công tác lãnh đạo, chỉ đạo, tổ chức phát động"
    assert (part, "", "", "- Ban hành 03 văn bản chỉ đạo.") in said
    assert said[0][3].startswith("Thực hiện Kế hoạch số 232/KH-UBND")
    assert said[-1][3].endswith("./.")
    above = {tuple(text.split(" ")[0] for text in headings) for *headings, _ in said}
    assert {("II.", "2.", "a)"), ("II.", "2.", "đ)"), ("II.", "5.", ""), ("III.", "2.", "")} <= above


def test_who_handed_in_and_who_is_honoured_have_their_sheets():
    book = opened()

    assert book.sheetnames == ["Bìa", "Chỉ tiêu", "Tình hình nộp", "Khen thưởng", "Điển hình", "Lời báo cáo"]
    units = rows_of(book, "Tình hình nộp")
    assert len(units) == 60
    assert [row["Đơn vị"].value for row in units if row["Tình trạng nộp"].value == "Chưa nộp"] == [
        "Tổ dân phố 3",
        "Tổ dân phố 37",
    ]
    honoured = rows_of(book, "Khen thưởng")
    assert len(honoured) == 6
    assert [row["Đối tượng"].value for row in honoured if row["Lãnh đạo, quản lý"].value == "Có"] == ["Cá nhân"]
    assert honoured[-1]["Thẩm quyền"].value == "Đề nghị cấp trên khen thưởng"
