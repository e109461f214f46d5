"""Handing in: how many complete hand-ins a second, against a bare view, and the wait at half that rate."""

import itertools
import json
import uuid

from django.db import connection

from targets.answers import prompts_of
from targets.drafting import versions
from targets.models import Result, Revision, Submission
from tests.bench import load, ward
from tests.bench.figures import Figure, bench

CLIENTS = 8
SECONDS = 8


@bench("submit")
def submit(stage):
    period = ward.ward("submit", 40)
    desks = [_desk(submission) for submission in ward.submissions(period)]
    connection.close()
    turns = [itertools.cycle(desks[client::CLIENTS]) for client in range(CLIENTS)]

    with stage.portal(workers=3, settings="tests.bench.settings") as portal:

        def bare(client):
            desk = next(turns[client])
            return load.post(portal.port, f"/bare/{desk['pk']}/", desk["session"], desk["bare"])

        def hand_in(client):
            return _hand_in(portal.port, next(turns[client % CLIENTS]))

        load.closed_loop(hand_in, clients=CLIENTS, seconds=2)
        plain = load.closed_loop(bare, clients=CLIENTS, seconds=4)
        stored = Revision.objects.filter(submission__period=period).count()
        full = load.closed_loop(hand_in, clients=CLIENTS, seconds=SECONDS)
        kept = Revision.objects.filter(submission__period=period).count() - stored
        steady = load.open_loop(
            lambda number: _hand_in(portal.port, desks[number % len(desks)]), rate=full.rate / 2, seconds=6
        )

    acknowledged = len(full.waits) - full.refused
    whole = (
        Result.objects.filter(revision__submission__period=period).count()
        == ward.TARGETS * Revision.objects.filter(submission__period=period).count()
    )
    lost = acknowledged - kept + full.refused
    yield Figure(
        "submit.rate", full.rate, "/s", f"at least 100/s at {CLIENTS} clients, all 22 results", full.rate >= 100
    )
    yield Figure("submit.lost", lost, "hand-ins", f"0 of {acknowledged}, each with its results", lost == 0 and whole)
    ratio = full.rate / plain.rate
    yield Figure(
        "submit.beside_bare",
        ratio,
        "×",
        f"at least 1/3 of a bare view that writes the same rows, {plain.rate:.0f}/s",
        ratio >= 1 / 3,
    )
    p95 = steady.percentile(0.95) * 1000
    yield Figure(
        "submit.p95", p95, "ms", f"at most 100 ms at {steady.rate:.0f}/s, open loop", p95 <= 100 and not steady.refused
    )


def _desk(submission):
    """One person at their form, with both forms filled in."""
    cells = ward.cells(submission, 970)
    words = {f"words.{prompt.pk}": "Đã triển khai đầy đủ." for prompt in prompts_of(submission)}
    read = json.dumps(versions(Submission.objects.get(pk=submission.pk).draft))
    return {
        "pk": submission.pk,
        "path": f"/ket-qua/{submission.pk}/nop/",
        "session": ward.signed_in(ward.reporter(submission)),
        "form": load.form(cells | {"versions": read}),
        "bare": load.form(cells | words | {"campaign": submission.period.campaign_id}),
    }


def _hand_in(port, desk):
    """A fresh hand-in of what was typed: a new key each time, so that each one is a revision of its own."""
    return load.post(port, desk["path"], desk["session"], f"{desk['form']}&submit_key={uuid.uuid4()}")
