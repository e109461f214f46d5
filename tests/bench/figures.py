"""What a bench module registers and yields.

@bench("submit")
def submit(stage):
    with stage.portal(workers=2) as portal:
        ...
    yield Figure("submit.rate", 131.0, "/s", compared_with="at least 100/s at 8 clients", ok=True)
"""

from dataclasses import dataclass

BENCHES = {}


@dataclass(frozen=True)
class Figure:
    name: str
    value: float
    unit: str
    compared_with: str
    ok: bool

    def __str__(self):
        return f"{self.name}  {self.value:.4g}  {self.unit}  {self.compared_with}  {'ok' if self.ok else 'short'}"


def bench(name):
    """Register a generator of Figures, all of whose names begin with this name."""

    def register(function):
        BENCHES[name] = function
        return function

    return register
