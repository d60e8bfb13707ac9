"""What `segurdoc status` costs: `python -m benchmarks.status [--orders 3000] [--rounds 5]`.

Whole commands, cold, in turns, by the processors' time: `status` with the register of a batch; `segurdoc validate` on
the same files; and a loop that any program would begin with: `json.load`, then jsonschema on the order's schema. The
ratios of the medians are what counts.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from generator.common.resources import SCHEMAS
from generator.documents.file_names import order_name
from generator.documents.manifest_line import NAME, ManifestLine, OrderStatus, order_identity, to_line
from generator.documents.outputs import Output
from generator.references import DocumentKind, load_appels
from generator.rules.validation import validate
from tests.generators.orders import national_orders

LOOP = """
import json, sys
from pathlib import Path
from jsonschema import Draft202012Validator
validator = Draft202012Validator(json.loads(Path(sys.argv[1]).read_text("utf-8")))
for path in sorted(Path(sys.argv[2]).iterdir()):
    with path.open(encoding="utf-8") as stream:
        assert not list(validator.iter_errors(json.load(stream)))
"""


def write_orders(folder: Path, total: int) -> None:
    """Write `total` orders, a file each: two dossiers an establishment, each with its VA."""
    folder.mkdir()
    for number in range(total):
        descriptor = national_orders(number // 2)[number % 2]
        descriptor.pop("$schema", None)
        (folder / f"{number:06}.json").write_text(json.dumps(descriptor, ensure_ascii=False, indent=2), "utf-8")


def write_register(orders: Path, folder: Path) -> None:
    """Write the manifest of a batch that delivered their bons de commande."""
    folder.mkdir()
    with (folder / NAME).open("wb") as stream:
        for checked in validate([orders], load_appels()):
            assert checked.order, checked.findings
            name = order_name(checked.order)
            record = ManifestLine(
                order=name,
                file=checked.file,
                status=OrderStatus.DELIVERED,
                outputs=(Output(f"BDC_{name}.pdf", 1, "00" * 32),),
                identity=order_identity(checked.order),
                documents=(DocumentKind.BDC,),
            )
            stream.write(to_line(record))


def processors(command: Sequence[str]) -> float:
    """Return how many seconds of the processors a command takes."""
    before = _children()
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "XDG_DATA_HOME": "/nosuch"})
    return _children() - before


def _children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    """Measure, and print the medians and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        orders, register = Path(temporary) / "orders", Path(temporary) / "register"
        write_orders(orders, asked.orders)
        write_register(orders, register)
        ours = [sys.executable, "-m", "generator", "--no-config"]
        commands = {
            "status": [*ours, "status", str(orders), "--register", str(register), "--today", "2026-11-25"],
            "validate": [*ours, "validate", str(orders)],
            "json.load and jsonschema": [sys.executable, "-c", LOOP, str(SCHEMAS / "order.schema.json"), str(orders)],
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(asked.rounds):
            for name, command in commands.items():
                times[name].append(processors(command))
    medians = {name: median(each) for name, each in times.items()}
    for name, seconds in medians.items():
        print(f"{name}, {asked.orders} orders: {seconds:.2f} s of the processors")
    for name in list(medians)[1:]:
        print(f"status takes {medians['status'] / medians[name]:.2f} times what {name} takes")


if __name__ == "__main__":
    main()
