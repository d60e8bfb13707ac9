"""PDFs validated by veraPDF against PDF/A-3a and PDF/UA-1: `python -m benchmarks.verapdf FILE.pdf …`.

`mvn` fetches veraPDF from Maven Central once; it runs on Java 11 or later (Debian: `apt-get install maven`). It is a
tool for development under the MPL 2.0 or the GPL 3, and no part of the package. `--flavour` chooses other standards.

Exit code 1 where a file does not conform, 3 where veraPDF cannot be had.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

VERSION = "1.28.2"
ARTIFACT = f"org.verapdf.apps:greenfield-apps:{VERSION}"
FLAVOURS = ("3a", "ua1")
_MAIN = "org.verapdf.apps.GreenfieldCliWrapper"
_FOLDER = Path(tempfile.gettempdir()) / f"segurdoc-verapdf-{os.getuid()}"
_MISSING = 3


def fetch(folder: Path) -> Path:
    """Return veraPDF's program, fetched where it is not there yet."""
    jar = folder / f"greenfield-apps-{VERSION}.jar"
    if not jar.exists():
        for program in ("mvn", "java"):
            if not shutil.which(program):
                raise FileNotFoundError(f"{program} is missing (Debian: apt-get install maven)")
        plugin = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"
        command = ["mvn", "-q", "-B", plugin, f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={folder}"]
        subprocess.run(command, check=True, stdout=sys.stderr)
    return jar


def validate(jar: Path, files: Sequence[Path], flavour: str) -> Iterator[tuple[Path, list[str]]]:
    """Give each file with the rules that it breaks.

    Args:
        jar: veraPDF's program.
        files: PDFs.
        flavour: veraPDF's name of a standard: 3a, 3b, ua1.
    """
    command = ["java", "-cp", str(jar), _MAIN, "--flavour", flavour, "--format", "json", "--maxfailuresdisplayed", "3"]
    # It exits with 1 where a file does not conform.
    done = subprocess.run([*command, *map(str, files)], check=False, stdout=subprocess.PIPE)
    report: dict[str, Any] = json.loads(done.stdout)["report"]
    for file, job in zip(files, report["jobs"], strict=True):
        results = job.get("validationResult")
        yield file, list(_broken(results[0])) if results else [f"not validated: {job}"]


def _broken(result: dict[str, Any]) -> Iterator[str]:
    for rule in result["details"]["ruleSummaries"]:
        yield f"{rule['specification']}, {rule['clause']}, test {rule['testNumber']}, {rule['failedChecks']} times"
        yield f"  {rule['description']}"
        yield from (f"  - {check.get('errorMessage', '')} at {check['context']}" for check in rule["checks"])
    if not result["compliant"] and not result["details"]["ruleSummaries"]:
        yield str(result["statement"])


def main() -> int:
    """Validate the files of the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE.pdf")
    parser.add_argument("--flavour", action="append", help=f"of veraPDF; by default {' and '.join(FLAVOURS)}")
    parser.add_argument("--folder", type=Path, default=_FOLDER, help="where veraPDF is kept")
    asked = parser.parse_args()
    if missing := [str(file) for file in asked.files if not file.is_file()]:
        parser.error(f"no such file: {', '.join(missing)}")
    try:
        jar = fetch(asked.folder)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"veraPDF cannot be had: {error}", file=sys.stderr)
        return _MISSING
    failed = 0
    for flavour in asked.flavour or FLAVOURS:
        for file, broken in validate(jar, asked.files, flavour):
            print(f"{flavour} {file}: {'conforms' if not broken else 'does not conform'}")
            print(*(f"    {line}" for line in broken), sep="\n", end="\n" if broken else "")
            failed += bool(broken)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
