"""`python -m tests.generators.restyled FOLDER`: write the restyled templates."""

import sys
from pathlib import Path

from tests.generators.restyled import RESTYLED

for restyled in RESTYLED:
    Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    (Path(sys.argv[1]) / f"{restyled.name}.docx").write_bytes(restyled.build())
