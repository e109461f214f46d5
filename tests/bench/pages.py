"""Server time, queries and size of the two pages that are opened most: the entry form and the compiled table."""

import time

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.bench import ward
from tests.bench.figures import Figure, bench

TIMES = 60


def measure(person, path):
    """(95th percentile in ms, queries, bytes) of a page, in this process, without the network."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.cookies["sessionid"] = ward.signed_in(person)
    for _ in range(5):
        answer = client.get(path)
    assert answer.status_code == 200, f"{path} answered {answer.status_code}"
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    asked = len(queries)  # now: the next request empties the log
    waits = []
    for _ in range(TIMES):
        begin = time.perf_counter()
        answer = client.get(path)
        waits.append(time.perf_counter() - begin)
    return sorted(waits)[int(TIMES * 0.95)] * 1000, asked, len(answer.content)


@bench("form")
def form(stage):
    submission = ward.submissions(ward.ward("form", 3))[0]
    ward.fill_in(submission)
    p95, queries, size = measure(ward.reporter(submission), f"/ket-qua/{submission.pk}/nop/")
    yield Figure("form.p95", p95, "ms", "at most 60 ms of server time, 22 targets", p95 <= 60)
    yield Figure("form.queries", queries, "queries", "at most 12", queries <= 12)
    yield Figure("form.size", size / 1000, "kB", "at most 60 kB uncompressed", size <= 60_000)


@bench("progress")
def progress(stage):
    period = ward.ward("progress", 150)
    ward.hand_in_all(period, accepted=True)
    p95, queries, _ = measure(ward.office_of(period), f"/ky/{period.pk}/")
    yield Figure("progress.p95", p95, "ms", "at most 80 ms, 150 units × 22 targets", p95 <= 80)
    yield Figure("progress.queries", queries, "queries", "at most 12", queries <= 12)
