"""Things done at the same moment by several threads, each on a database connection of its own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from threading import Event as Signal

from django.db import connection

from units.refusals import Refused

LONGEST = 60  # seconds before a race counts as stuck


def together(*deeds):
    """Start all deeds at one barrier; what each returned, or the `Refused` it met, in their order."""
    start = Barrier(len(deeds))

    def run(deed):
        try:
            connection.ensure_connection()
            start.wait(LONGEST)
            return deed()
        except Refused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return [future.result(LONGEST) for future in [pool.submit(run, deed) for deed in deeds]]


def overtaken(careless, meanwhile):
    """What a deed that holds no lock meets: `careless(pause)` looks, pauses, writes; `meanwhile()` fits in between."""
    looked, over = Signal(), Signal()

    def pause():
        looked.set()
        assert over.wait(LONGEST)

    def other():
        assert looked.wait(LONGEST)
        try:
            return meanwhile()
        finally:
            over.set()

    return together(lambda: careless(pause), other)
