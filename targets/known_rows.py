"""Boxes that name rows which were read already: however many rows of a block are judged, none is asked for again."""

from django import forms


class KnownRow(forms.Field):
    """The key of one of `rows` becomes that row, a blank None."""

    default_error_messages = forms.ModelChoiceField.default_error_messages

    def __init__(self, rows):
        super().__init__(required=False)
        self.rows = {str(row.pk): row for row in rows}

    def to_python(self, value):
        if value in self.empty_values:
            return None
        if str(value) not in self.rows:
            raise forms.ValidationError(self.error_messages["invalid_choice"], params={"value": value})
        return self.rows[str(value)]


class KnownRows(KnownRow):
    """Keys of several of `rows` become a list of them."""

    def to_python(self, value):
        return [super(KnownRows, self).to_python(key) for key in value or []]
