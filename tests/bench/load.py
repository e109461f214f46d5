"""Load on a served page from this machine: closed loop (each client waits for its answer) and open loop (arrivals by
the clock, whatever the server does, so that a slow answer cannot hide the next one)."""

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True)
class Load:
    """What came of it: answers a second, the waits in seconds in rising order, and how many were not as expected."""

    rate: float
    waits: list[float]
    refused: int

    def percentile(self, share):
        return self.waits[min(len(self.waits) - 1, int(len(self.waits) * share))]


def form(fields, *, csrf="c" * 32):
    """A form's fields as they are sent, made once."""
    return urlencode(fields | {"csrfmiddlewaretoken": csrf})


def post(port, path, session, body, *, csrf="c" * 32, accept="text/html"):
    """One signed-in POST on a connection of its own; returns the status. By hand, to cost the shared cores little."""
    body = body.encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n"
        f"Cookie: sessionid={session}; csrftoken={csrf}\r\n"
        f"Accept: {accept}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
        client.sendall(head.encode() + body)
        answer = client.recv(65536)
        while client.recv(65536):
            pass
    return int(answer.split(b" ", 2)[1])


def closed_loop(calls, *, clients, seconds, expected=302):
    """`calls(client)` sends one request and returns its status."""
    waits, refused, lock = [], [0], threading.Lock()
    end = time.perf_counter() + seconds

    def client(number):
        mine, wrong = [], 0
        while time.perf_counter() < end:
            begin = time.perf_counter()
            wrong += calls(number) != expected
            mine.append(time.perf_counter() - begin)
        with lock:
            waits.extend(mine)
            refused[0] += wrong

    begin = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(client, range(clients)))
    return Load(len(waits) / (time.perf_counter() - begin), sorted(waits), refused[0])


def open_loop(calls, *, rate, seconds, expected=302):
    """Arrivals at a fixed rate; a wait counts from the moment the request should have left."""
    waits, refused, lock = [], [0], threading.Lock()
    begin = time.perf_counter() + 0.2

    def one(number):
        due = begin + number / rate
        time.sleep(max(0, due - time.perf_counter()))
        status = calls(number)
        with lock:
            waits.append(time.perf_counter() - due)
            refused[0] += status != expected

    with ThreadPoolExecutor(64) as pool:
        list(pool.map(one, range(int(rate * seconds))))
    return Load(rate, sorted(waits), refused[0])
