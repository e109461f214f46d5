"""Vietnamese text as people search and sort it: accents, đ, tone placement and number order folded into plain keys."""

import re
import unicodedata

from django.db import models

ALPHABET = "a ă â b c d đ e ê f g h i j k l m n o ô ơ p q r s t u ư v w x y z".split()
LETTER = {letter: chr(ord("!") + index) for index, letter in enumerate(ALPHABET)}
TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền hỏi ngã sắc nặng, the dictionary's order
DIGITS = re.compile(r"[0-9]+")


def search_key(text):
    """The text without accents, in lower case, blanks folded: "Tổ dân phố Hoà" and "to dan pho hòa" give the same."""
    text = text.lower().replace("\0", "")  # PostgreSQL takes no NUL, not even to look for
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return " ".join(bare.replace("đ", "d").split())


def sort_key(text):
    """A key that sorts by the Vietnamese alphabet, then by tone, with numbers by value ("Tổ 2" before "Tổ 10")."""
    letters, tones = [], []
    numbered = DIGITS.sub(lambda match: match[0].zfill(8), " ".join(text.lower().split()))
    for character in unicodedata.normalize("NFC", numbered):
        parts = unicodedata.normalize("NFD", character)
        tone = next((mark for mark in parts if mark in TONES), "")
        base = unicodedata.normalize("NFC", parts.replace(tone, "")) if tone else character
        if base in LETTER:
            letters.append("~" + LETTER[base])
            tones.append(str(TONES.index(tone) + 1) if tone else "0")
        else:
            letters.append(" " if base == " " else base)
    return "".join(letters) + " " + "".join(tones)


def person_sort_key(full_name):
    """People are ordered by given name, which comes last, then by family and middle names."""
    *family, given = full_name.split() or [""]
    return f"{sort_key(given)} {sort_key(' '.join(family))}"


class FoldedField(models.CharField):
    """A key computed from another field whenever the row is saved, as ``auto_now`` computes its moment.

    `source` names the field, `fold` the function above. ``QuerySet.update`` of the source must set it too.
    """

    def __init__(self, source="name", fold=search_key, **options):
        self.source, self.fold = source, fold
        super().__init__(**{"max_length": 600, "editable": False, "default": "", "db_index": True} | options)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"source": self.source, "fold": self.fold}

    def pre_save(self, instance, add):
        key = self.fold(getattr(instance, self.source))[: self.max_length]
        setattr(instance, self.attname, key)
        return key


class NFCCharField(models.CharField):
    """Text kept in its composed form, so that twins that look alike are alike."""

    def to_python(self, value):
        value = super().to_python(value)
        return unicodedata.normalize("NFC", value) if isinstance(value, str) else value

    def get_prep_value(self, value):
        return self.to_python(super().get_prep_value(value))
