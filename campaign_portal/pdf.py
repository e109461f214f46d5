"""HTML to PDF: the only door to WeasyPrint.

A document may use what stands in its own HTML, four font files served by name, and embedded PNG pictures. Whatever else
it asks for stops it, and so does whatever WeasyPrint could not draw: there is a whole PDF or a `PdfError`. It is drawn
in a child process of limited time and memory, so that a document without end stops nobody else's.
"""

import contextlib
import functools
import hashlib
import logging
import warnings

from django.conf import settings

from campaign_portal import confined

FONT_FAMILY = "Tinos Portal"  # Tinos, under a name that no font of the machine can have
FACES = [
    ("Tinos-Regular.ttf", "normal", "normal"),
    ("Tinos-Bold.ttf", "bold", "normal"),
    ("Tinos-Italic.ttf", "normal", "italic"),
    ("Tinos-BoldItalic.ttf", "bold", "italic"),
]
FONT_RULES = "".join(
    f'@font-face {{ font-family: "{FONT_FAMILY}"; src: url("portal-font:{name}"); font-weight: {weight};'
    f" font-style: {style}; }}\n"
    for name, weight, style in FACES
)


class PdfError(Exception):
    """The document could not be made whole. The message is a sentence for the office."""


class FontMissing(PdfError):
    """A font file of the portal is not where it should be."""


class TooLarge(PdfError):
    """Drawing the document took more time or memory than a document is given."""


def render(html):
    """The PDF of an HTML document as bytes; the same HTML gives the same bytes."""
    fonts = _fonts()  # before WeasyPrint is loaded: a missing file is the commonest fault of a fresh machine
    _warm_up()
    limits = confined.Limits(seconds=settings.DOCUMENT_SECONDS, megabytes=settings.DOCUMENT_MEGABYTES)
    try:
        return confined.run(lambda: _draw(html, fonts), limits)
    except confined.Refusal as refusal:
        raise PdfError(str(refusal)) from refusal
    except confined.TooMuch as fault:
        raise TooLarge(
            "Văn bản quá dài hoặc quá phức tạp nên máy không dàn trang xong trong thời gian và bộ nhớ cho phép; đề nghị"
            " rút gọn nội dung rồi lập lại."
        ) from fault


@functools.cache
def _warm_up():
    """Load WeasyPrint with its own style sheets once, where every child finds them."""
    from weasyprint import HTML

    HTML(string="<p>Cổng thi đua").render()


def _draw(html, fonts):
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import FatalURLFetchingError

    fetcher, font_config = _fetcher(fonts), FontConfiguration()
    with _complaints() as complaints, warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # WeasyPrint leaves its colour profile open
        try:
            faces = CSS(string=FONT_RULES, font_config=font_config, url_fetcher=fetcher)
            pdf = HTML(string=html, url_fetcher=fetcher).write_pdf(
                stylesheets=[faces],
                font_config=font_config,
                pdf_variant="pdf/a-2a",
                pdf_identifier=hashlib.sha256(html.encode()).digest()[:16],
            )
        except FatalURLFetchingError as refusal:
            raise confined.Refusal(f"Văn bản gọi tới một tài nguyên không được phép: {str(refusal)[:200]}") from refusal
    if complaints:
        raise confined.Refusal(f"Không dựng được trọn vẹn văn bản: {complaints[0][:300]}")
    return pdf


def _fonts():
    fonts = {f"portal-font:{name}": settings.PDF_FONTS_DIR / name for name, _, _ in FACES}
    for path in fonts.values():
        if not path.is_file():
            raise FontMissing(
                f"Thiếu tệp phông chữ {path.name} nên chưa in được văn bản; hãy chạy lệnh “make setup” rồi lập lại."
            )
    return fonts


def _fetcher(fonts):
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnFilesOnly(URLFetcher):
        def fetch(self, url, headers=None):
            if url in fonts:
                return URLFetcherResponse(url, fonts[url].read_bytes(), {"Content-Type": "font/ttf"})
            if url.startswith("data:image/png;base64,"):
                return super().fetch(url, headers)
            raise PermissionError(url[:200])

    return OwnFilesOnly(fail_on_errors=True)


@contextlib.contextmanager
def _complaints():
    """What WeasyPrint logs about things it left out: it goes on without them, the portal does not."""
    complaints = []

    class Collector(logging.Handler):
        def emit(self, record):
            if record.levelno >= logging.ERROR or "Font-face" in record.msg:
                complaints.append(record.getMessage())

    logger, collector = logging.getLogger("weasyprint"), Collector(level=logging.WARNING)
    logger.setLevel(logging.WARNING)
    logger.addHandler(collector)
    yield complaints
