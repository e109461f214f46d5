"""The city report's pages look as they did when somebody last looked at them (`make reference-pages`)."""

import pytest
from PIL import Image, ImageChops

from campaign_portal import pdf
from tests import reference_pages
from tests.reference_pages import difference

ALIKE = 0.04


@pytest.fixture(scope="module")
def pages():
    return reference_pages.pictures(pdf.render(reference_pages.report_html()))


def test_every_page_looks_as_it_was_kept(pages):
    kept = reference_pages.kept()
    assert len(pages) == len(kept) <= 20
    assert [number for number, pair in enumerate(zip(pages, kept, strict=True), 1) if difference(*pair) > ALIKE] == []


def test_a_page_whose_text_slid_down_is_noticed(pages):
    slid = ImageChops.offset(pages[0], 0, 24)
    assert difference(slid, pages[0]) > ALIKE


def test_a_page_that_lost_its_lower_half_is_noticed(pages):
    torn = pages[0].copy()
    torn.paste(255, (0, torn.height // 2, torn.width, torn.height))
    assert difference(torn, pages[0]) > ALIKE


def test_a_page_turned_on_its_side_is_noticed(pages):
    assert difference(pages[0].transpose(Image.Transpose.ROTATE_90), pages[0]) == 1


def test_a_dot_more_is_not_noticed(pages):
    dotted = pages[0].copy()
    dotted.paste(0, (60, 60, 62, 61))
    assert difference(dotted, pages[0]) <= ALIKE
