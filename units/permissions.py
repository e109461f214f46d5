"""Who may change units. Whether it is possible now is the verb's question."""

from units.models import Role


def can_change_unit(user, unit, *, on):
    """Rename, merge, close and open again: the admin of the organiser."""
    return user.is_superuser or user.holds({Role.ADMIN}, unit=unit.organiser or unit, on=on)
