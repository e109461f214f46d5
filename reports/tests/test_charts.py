"""Bars of the progress report: widths as CSS reads them, no ceiling, and words that never lie."""

from decimal import Decimal

import pytest

from campaign_portal.pdf import render
from reports import charts
from reports.documents import progress_report_html
from reports.tests.sample_figures import sample_figures
from reports.tests.test_documents import Printed


def target(*, at_least="100", at_most=None, percent=None, actual=None, estimate=None, judged="actual"):
    raw = {"at_least": at_least, "at_most": at_most, "percent": percent}
    return {"judged": judged, "raw": raw | {"submitted_actual": actual, "submitted_estimate": estimate}}


@pytest.mark.parametrize(
    ("percent", "words", "width", "is_cut"),
    [
        ("0", "0", "0.00%", False),
        ("99.96", "99,96", "49.98%", False),  # never "100" for what falls short
        ("100", "100", "50.00%", False),
        ("200", "200", "100.00%", False),
        ("681.8", "681,8", "100.00%", True),
        ("-5", "-5", "0.00%", False),
    ],
)
def test_a_bar_is_as_long_as_its_percentage_up_to_the_end_of_the_track(percent, words, width, is_cut):
    assert charts.bar(Decimal(percent)) == charts.Bar(f"{words}\u00a0%", width, is_cut)


def test_both_figures_are_measured_against_the_one_bound():
    approved, handed_in = charts.against_plan(target(percent="80", actual="95"))

    assert (approved.words, handed_in.words) == ("80\u00a0%", "95\u00a0%")


def test_what_is_judged_by_the_estimate_is_drawn_by_the_estimate():
    _, handed_in = charts.against_plan(target(actual="60", estimate="110", judged="estimate"))

    assert handed_in.words == "110\u00a0%"


@pytest.mark.parametrize("bounds", [(None, None), ("0", None), (None, "0"), ("13", "14")])
def test_a_goal_without_one_bound_that_is_not_zero_has_no_bar(bounds):
    at_least, at_most = bounds

    assert charts.against_plan(target(at_least=at_least, at_most=at_most, actual="5")) == (None, None)


def test_clusters_keep_their_order_and_count_the_silent():
    rows = [{"cluster": "B", "standing": "on_time"}, {"cluster": "B", "standing": "silent"}]
    rows += [{"cluster": "", "standing": "late"}]

    (first, arrived, pieces), (last, *_) = charts.hand_ins_by_cluster(rows)

    assert (first, arrived, last) == ("B", "1/2", "Chưa xếp cụm, khối")
    assert [(piece.code, piece.count, piece.width) for piece in pieces] == [
        ("on_time", 1, "50.00%"),
        ("late", 0, "0.00%"),
        ("silent", 1, "50.00%"),
    ]


def test_a_plan_without_targets_draws_nothing_and_divides_by_nothing():
    empty = dict.fromkeys(["exceeded", "met", "missed", "not_due", "not_computable", "tracked"], 0)

    assert {piece.width for piece in charts.verdicts(empty)} == {"0.00%"}


def test_a_season_with_a_target_far_above_its_plan_is_two_pages():
    figures = sample_figures(final=False)
    far = figures["sectors"][0]["groups"][0]["targets"][4]
    far["raw"]["percent"] = "681.8"
    figures["handed_in"]["silent"] = [f"Tổ dân phố số {n}" for n in range(1, 151)]

    printed = Printed(progress_report_html(figures, {}))

    assert len(printed.pages) == 2
    assert "681,8 %" in printed.text
    assert "và 90 đơn vị khác" in printed.text
    assert "% so kế hoạch" in printed.pages[1].text


def test_the_page_asks_for_nothing_from_elsewhere():
    html = progress_report_html(sample_figures(), {})

    assert not any(asked in html for asked in ("<script", "url(", "<img"))
    assert render(html).startswith(b"%PDF-")
