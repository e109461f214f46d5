"""The catalogue of awards that a portal starts with, read from `awards.toml`."""

import tomllib
from pathlib import Path

from django.db import transaction

from commendations.models import AwardForm, BonusRate

FILE = Path(__file__).with_name("awards.toml")


@transaction.atomic
def load_awards():
    """Add the awards and bonus rates that are not there yet; what the ward changed stays. Returns how many were added.

    An award is known by its name, a bonus rate by award, recipient and first day: loading twice changes nothing.
    """
    added = 0
    for order, entry in enumerate(tomllib.loads(FILE.read_text(encoding="utf-8"))["award"], start=1):
        award, is_new = AwardForm.objects.get_or_create(
            name=entry["name"],
            defaults={
                "kind": entry["kind"],
                "signed_by": entry["signed_by"],
                "caution": entry.get("caution", ""),
                "order": order,
            }
            | {f"for_{recipient}": True for recipient in entry["recipients"]},
        )
        added += is_new
        for rate in entry.get("bonus", []):
            added += _add_rate(award, **rate)
    return added


def _add_rate(award, *, recipient, coefficient, starts_on, source, ends_on=None, caution=""):
    return BonusRate.objects.get_or_create(
        award=award,
        recipient_kind=recipient,
        starts_on=starts_on,
        defaults={"coefficient": coefficient, "ends_on": ends_on, "source": source, "caution": caution},
    )[1]
