"""A refusal: something that cannot be done now, told in a sentence for the user."""


class Refused(Exception):
    """`str()` is the Vietnamese sentence shown to whoever asked; a view shows it as a form error."""
