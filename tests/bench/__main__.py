"""Print one line per figure: name, value, unit, what it is compared with, ok or short; fail when one is short."""

import importlib
import pkgutil
import sys

import tests.bench
from tests.bench.figures import BENCHES
from tests.bench.stage import set_stage


def main(only=""):
    measured, enough = 0, True
    with set_stage() as stage:
        for module in pkgutil.iter_modules(tests.bench.__path__):
            if module.name != "__main__":
                importlib.import_module(f"tests.bench.{module.name}")
        for name, measure in BENCHES.items():
            if name.startswith(only) or only.startswith(name):
                for figure in measure(stage):
                    if figure.name.startswith(only):
                        print(figure, flush=True)
                        measured, enough = measured + 1, enough and figure.ok
    if not measured:
        print(f"No figure begins with {only!r}; there are {', '.join(BENCHES) or 'none'}.", file=sys.stderr)
    return 0 if measured and enough else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
