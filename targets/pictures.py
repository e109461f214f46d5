"""How a photo or a scan is kept: drawn anew at a sane size, upright, without what travelled with it; and its thumbnail.

A phone's photo of 12 million points and 6 MB comes out at about 1 MB. Memory stays under 200 MB for any file.
"""

import io
import warnings

from PIL import Image, ImageOps

from campaign_portal.office_files import Unfit

LONG_EDGE = 2560  # an A4 page at 220 points an inch: still read, and printed
THUMBNAIL = 240  # shown at 80 px, also on a screen with three points a pixel
MAX_PIXELS = 40_000_000
MAX_PIXELS_COPIED = 16_000_000  # of a palette or with transparency: such a picture is held twice while it is drawn
HELD_ONCE = ("1", "L", "RGB", "CMYK")
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, KeyError, IndexError, OverflowError)


def drawn_anew(content, form):
    """The bytes of a "JPEG" or "PNG", redrawn in the same form. Raises Unfit for what is none, broken or too large."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[form]) as seen:
                _refuse_large(seen)
                seen.verify()
            return _saved(_made_small(Image.open(io.BytesIO(content), formats=[form]), LONG_EDGE), form)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as bomb:
        raise Unfit("ảnh lớn hơn 40 triệu điểm ảnh; đề nghị thu nhỏ") from bomb
    except _BROKEN as broken:
        raise Unfit("không mở được ảnh, có thể tệp bị hỏng") from broken


def thumbnail(content):
    """A small JPEG of a picture that was drawn anew."""
    return _saved(_made_small(Image.open(io.BytesIO(content), formats=["JPEG", "PNG"]), THUMBNAIL), "JPEG")


def _refuse_large(seen):
    most = MAX_PIXELS if seen.mode in HELD_ONCE else MAX_PIXELS_COPIED
    if seen.width * seen.height > most:
        raise Unfit(f"ảnh lớn hơn {most // 1_000_000} triệu điểm ảnh; đề nghị thu nhỏ")


def _made_small(picture, edge):
    """At most `edge` on the long side, upright. A large JPEG is read at a fraction of its size."""
    if max(picture.size) > edge and picture.mode not in ("RGB", "RGBA", "L", "CMYK"):
        picture = _smooth(picture)
    picture.thumbnail((edge, edge), reducing_gap=1.0)
    ImageOps.exif_transpose(picture, in_place=True)
    return picture


def _smooth(picture):
    """In a mode whose points can be mixed."""
    if picture.mode.startswith("I"):  # sixteen bits a point: the upper eight are what is seen
        return picture.point(lambda value: value / 256).convert("L")
    if picture.mode == "1":
        return picture.convert("L")
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _saved(picture, form):
    if form == "JPEG" and picture.mode not in ("L", "RGB"):
        picture = _on_paper(picture)
    elif picture.mode not in ("1", "L", "LA", "RGB", "RGBA"):
        picture = _smooth(picture)
    picture.info = {}
    drawn = io.BytesIO()
    picture.save(drawn, form, **({"quality": 85, "optimize": True} if form == "JPEG" else {"compress_level": 3}))
    return drawn.getvalue()


def _on_paper(picture):
    """What shows through is white; a JPEG has no other way to keep it."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    paper = Image.new("RGB", picture.size, "white")
    picture = picture.convert("RGBA")
    paper.paste(picture, mask=picture.getchannel("A"))
    return paper
