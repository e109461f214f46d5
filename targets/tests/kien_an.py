"""The targets of the ward's own plan of 2025, as a clerk writes them in the portal's workbook."""

from decimal import Decimal
from pathlib import Path

from django.conf import settings

from campaigns.models import GivenBy
from targets import grid, numbers, plan_file, target_sheet
from targets.cell_reading import ANSWERS
from targets.models import Answer

PLAN = Path(settings.BASE_DIR, "campaigns/plans/kien-an-2025.toml")
TICKS = ["single_source", "part_of_whole", "accumulates", "may_be_negative"]
AS_WRITTEN = ["name", "wording", "unit_of_measure", "amount_label", "base_label", "how_to_count", "caution"]
# What a target that came in must have in common with the same one loaded from the file.
SAME = [
    *("number", "name", "wording", "answer", "unit_of_measure", "decimals", "at_least", "at_most", "given_by"),
    *("factor", "how_to_count", "amount_label", "base_label", "caution", "sector__name", "heading__name", *TICKS),
]


def rows_of_the_plan():
    """{heading of the workbook: text or number} for each target."""
    plan = plan_file.read(PLAN)
    sectors = {sector["code"]: sector["name"] for sector in plan["sector"]}
    titles = {column.field: column.title for column in target_sheet.COLUMNS}
    titles |= {column.key: column.title for column in target_sheet.PLACES}
    for target in plan["target"]:
        at_least, at_most = (Decimal(target[end]) if end in target else None for end in ("at_least", "at_most"))
        row = {field: grid.YES for field in TICKS if target.get(field)}
        row |= {field: target.get(field) for field in AS_WRITTEN} | {
            "sector": sectors[target["sector"]],
            "heading": target.get("heading"),
            "goal": None if at_least is at_most is None else numbers.show_interval(at_least, at_most),
            "answer": ANSWERS[Answer(target["answer"])],
            "decimals": Decimal(target["decimals"]),
            "given_by": GivenBy(target["given_by"]).label,
        }
        yield {titles[key]: value for key, value in row.items() if value is not None}
