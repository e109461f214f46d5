"""The city report's pages as small pictures: taken as reference by `make reference-pages`, and compared coarsely.

A picture is 20 dots to the inch in grey. Two pages look alike when hardly any square of a centimetre differs in how
much ink it holds: a letter more does not count, a block that moved or is gone does.
"""

import subprocess
import tempfile
from pathlib import Path

from PIL import Image, ImageChops

from campaign_portal import pdf
from reports import documents
from reports.tests.sample_figures import sample_figures, sample_texts

FOLDER = Path(__file__).parent / "reference"
DOTS_PER_INCH = 20
SQUARE = 8  # dots: about a centimetre
NOTICED = 20  # of 255 levels of grey
SAMPLE_UNITS = 40  # so that the annexes have a second page, and the pictures stay few


def report_html():
    figures = sample_figures()
    figures["handed_in"]["rows"] = figures["handed_in"]["rows"][:SAMPLE_UNITS]
    header = {"stage": "draft", "number": "", "issued_on": None, "lookup": None}
    return documents.city_report_html(figures, sample_texts(), header=header)


def pictures(content):
    """One grey picture for each page of a PDF."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["pdftoppm", "-png", "-gray", "-r", str(DOTS_PER_INCH), "-", f"{folder}/page"]
        subprocess.run(command, input=content, check=True, capture_output=True)
        return [_loaded(path) for path in sorted(Path(folder).iterdir())]


def _loaded(path):
    with Image.open(path) as picture:
        return picture.convert("L")


def kept():
    return [_loaded(path) for path in sorted(FOLDER.glob("*.png"))]


def difference(one, other):
    """The share of squares, 0 to 1, whose ink differs noticeably; 1 for pages of another size."""
    if one.size != other.size:
        return 1
    squares = [
        each.resize((each.width // SQUARE, each.height // SQUARE), Image.Resampling.BOX) for each in (one, other)
    ]
    levels = ImageChops.difference(*squares).histogram()
    return sum(levels[NOTICED + 1 :]) / sum(levels)


def take():
    """Put today's pages in the place of the kept ones."""
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.glob("*.png"):
        path.unlink()
    for number, picture in enumerate(pictures(pdf.render(report_html())), start=1):
        picture.quantize(16).save(FOLDER / f"city-report-{number:02d}.png", optimize=True)
