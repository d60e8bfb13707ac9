"""The README's order is as its reader hopes: `tests/test_guides.py` runs the rest."""

import json
import re

from generator.common.findings import ERROR, WARNING
from generator.references import Appels
from generator.rules.validation import check_descriptor
from tests.conftest import ROOT, descriptor


def test_example_descriptor_is_valid_and_draws_no_warning(appels: Appels) -> None:
    (text,) = re.findall(r"```json title=\"bdc.json\"\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    findings = check_descriptor(descriptor(json.loads(text)), appels).findings
    assert not [found for found in findings if found.severity in (ERROR, WARNING)]
