"""What the README shows is what the program does."""

from __future__ import annotations

import json
import re

import click

from generator.findings import ERROR
from generator.findings import WARNING
from generator.references import Appels
from generator.reports import text_report
from generator.validation import check_descriptor
from generator.validation import validate
from tests.conftest import ROOT
from tests.conftest import descriptor

README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", README, re.DOTALL)


def test_the_example_descriptor_is_sound_and_draws_no_warning(appels: Appels) -> None:
    (text,) = [block for language, block in BLOCKS if language == "json"]
    findings = check_descriptor(descriptor(json.loads(text)), appels).findings
    assert not [found for found in findings if found.severity in (ERROR, WARNING)]


def test_the_finding_shown_is_the_one_given(appels: Appels) -> None:
    (text,) = [block for language, block in BLOCKS if not language]
    name = text.split(":")[0]
    findings = [found for checked in validate([ROOT / name], appels) for found in checked.findings]
    assert click.unstyle(text_report(findings, "fr")).replace(f"{ROOT}/", "") == text.rstrip("\n")


def test_the_files_it_names_are_there() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target
