"""Awards counted for the report's own table: by award, kind of recipient, and whether a person leads or works directly.

What was given and what is only proposed are never added to each other.
"""

from reports.wording import TRACKS, on_track

COLUMNS = ["Tập thể", "Hộ gia đình", "Cá nhân lãnh đạo, quản lý", "Cá nhân trực tiếp", "Cộng"]


def rows(commendations):
    """[{"kind": "group"|"award"|"total", "no": str, "name": str, "counts": [int, …]}]; "group" counts nothing."""
    table = []
    for track, title in TRACKS:
        honoured = on_track(commendations, track)
        if not honoured:
            continue
        letter = "AB"[sum(row["kind"] == "group" for row in table)]
        table.append({"kind": "group", "no": letter, "name": title, "counts": []})
        awards = list(dict.fromkeys(row["award"] for row in honoured))
        for number, award in enumerate(awards, start=1):
            given = [row for row in honoured if row["award"] == award]
            table.append({"kind": "award", "no": str(number), "name": award, "counts": counts(given)})
        table.append({"kind": "total", "no": "", "name": "Cộng", "counts": counts(honoured)})
    return table


def counts(honoured):
    """How many, in the order of `COLUMNS`."""

    def of(kind, leads=False):
        return sum(
            row["recipient_kind"] == kind and (kind != "individual" or row["leads"] == leads) for row in honoured
        )

    split = [of("collective"), of("household"), of("individual", leads=True), of("individual")]
    return [*split, sum(split)]
