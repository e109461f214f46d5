"""Typing: how many autosaves of three cells a second, that none is lost, and the wait at half that rate."""

import itertools
import json
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from targets.models import Submission
from tests.bench import load, ward
from tests.bench.figures import Figure, bench

CLIENTS = 8
SECONDS = 8
CELLS = 3
UNITS = 160  # so many that open loop comes back to a form only after its last save was answered


@bench("autosave")
def autosave(stage):
    period = ward.ward("autosave", UNITS)
    desks = [_Desk(submission) for submission in ward.submissions(period)]
    connection.close()
    turns = [itertools.cycle(desks[client::CLIENTS]) for client in range(CLIENTS)]

    with stage.portal(workers=3) as portal:

        def save(client):
            return next(turns[client]).save(portal.port)

        with ThreadPoolExecutor(CLIENTS) as pool:  # each form is typed in once: the cells are there from now on
            list(pool.map(lambda desk: desk.save(portal.port), desks))
        full = load.closed_loop(save, clients=CLIENTS, seconds=SECONDS, expected=200)
        steady = load.open_loop(
            lambda number: desks[number % UNITS].save(portal.port), rate=full.rate / 2, seconds=6, expected=200
        )

    drafts = dict(Submission.objects.filter(period=period).values_list("pk", "draft"))
    lost = sum(desk.lost(drafts[desk.pk]) for desk in desks) + full.refused
    told = sum(desk.saved for desk in desks)
    yield Figure(
        "autosave.rate", full.rate, "/s", f"at least 200/s of {CELLS} cells at {CLIENTS} clients", full.rate >= 200
    )
    yield Figure("autosave.lost", lost, "autosaves", f"0 of {told} that were answered", lost == 0)
    p95 = steady.percentile(0.95) * 1000
    yield Figure(
        "autosave.p95",
        p95,
        "ms",
        f"at most 50 ms at {steady.rate:.0f}/s, open loop",
        p95 <= 50 and not steady.refused,
    )


class _Desk:
    """One person at a form who changes the same three cells again and again."""

    def __init__(self, submission):
        self.pk, self.path = submission.pk, f"/ket-qua/{submission.pk}/luu-nhap/"
        self.session = ward.signed_in(ward.reporter(submission))
        self.keys = [key for key in ward.cells(submission, 1) if key.endswith(".amount")][:CELLS]
        self.saved = 0  # times, each answered

    def save(self, port):
        read_at = dict.fromkeys(self.keys, self.saved)
        body = load.form(dict.fromkeys(self.keys, str(self.saved + 1)) | {"versions": json.dumps(read_at)})
        status = load.post(port, self.path, self.session, body, accept="application/json")
        self.saved += status == 200
        return status

    def lost(self, draft):
        """How many answered autosaves the draft does not hold: each wrote its number as text and as version."""
        return sum(draft[key]["text"] != str(self.saved) or draft[key]["version"] != self.saved for key in self.keys)
