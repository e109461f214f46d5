"""Capitals and small letters of Vietnamese for regular expressions: no range of code points holds one kind alone."""

_ALL = [chr(code) for code in range(0xC0, 0x1EFA) if chr(code).isalpha()]
UPPER = "A-Z" + "".join(letter for letter in _ALL if letter.isupper() and len(letter.lower()) == 1)  # inside [ ]
LOWER = "a-z" + "".join(letter for letter in _ALL if letter.islower() and len(letter.upper()) == 1)
