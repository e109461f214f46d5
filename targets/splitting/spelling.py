"""Two spellings of one thing: "hoá" and "hóa", "kỹ" and "kĩ" are the same syllable, "hoa" is another one."""

import re
import unicodedata

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_WORD = re.compile(r"[^\W\d_]+")
_Y_TWIN = re.compile(r"(?<=[hklmst])y$")


def same_key(text):
    """Equal for spellings of one thing: tone marks placed anywhere in the syllable, y for i, case, dashes, quotes."""
    text = re.sub(r"(?<!\s)\s*[-–—]\s*", " - ", text)
    return " ".join(re.sub(r"[“”\"'‘’]", "", _WORD.sub(lambda word: _syllable(word[0]), text)).split())


def _syllable(word):
    parts = unicodedata.normalize("NFD", word.lower())
    bare = "".join(mark for mark in parts if mark not in _TONES)
    tone = "".join(mark for mark in parts if mark in _TONES)
    bare = unicodedata.normalize("NFC", bare)
    return _Y_TWIN.sub("i", bare) + (f"{_TONES.index(tone[0])}" if tone else "")
