"""What every paper in the form of Decree 30/2020 words alike: its number, its date, its recipients, its paragraphs."""

import unicodedata

BLANK = "\N{NO-BREAK SPACE}"


def numbered(number, symbol):
    """ "05/BC-UBND"; blank until the clerk has entered a number."""
    number = f"{int(number):02d}" if number.isdecimal() else number
    return f"{number or BLANK * 8}/{symbol}"


def dated(day, *, year=""):
    """The decree's date: days under 10 and January, February with a zero; blank until the paper is issued."""
    if day is None:
        return f"ngày{BLANK * 7}tháng{BLANK * 7}năm {year}"
    month = f"{day.month:02d}" if day.month < 3 else day.month
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def at_place(place, date_words):
    """The line of place and date: "Kiến An, ngày …"."""
    return f"{place}, {date_words}" if place else f"{date_words[0].upper()}{date_words[1:]}"


def recipients(typed):
    """The lines after "Nơi nhận:", without the dashes and closing marks that the form prints itself."""
    return [name for line in typed if (name := line.strip().lstrip("-–").rstrip(";.").strip())]


def paragraphs(text):
    return [line.strip() for line in unicodedata.normalize("NFC", text).splitlines() if line.strip()]
