"""The admin of units, people and letters, and the classes that keep every admin page to one's own organisers."""

from units.admin import letters, people, units
from units.admin.organisers import (
    OneOrganiserForm,
    OrganiserAdmin,
    OrganiserInline,
    ReadOnlyAdmin,
    ReadOnlyInline,
)

__all__ = [
    "OneOrganiserForm",
    "OrganiserAdmin",
    "OrganiserInline",
    "ReadOnlyAdmin",
    "ReadOnlyInline",
    "letters",
    "people",
    "units",
]
