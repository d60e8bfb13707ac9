"""The samples are what the README says: valid ones without error, invalid ones with the finding expected."""

import json
import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from generator.cli.main import segurdoc
from generator.common.explain import all_kinds
from generator.common.findings import ERROR, WARNING
from generator.references import Appels
from generator.rules import RuleContext
from generator.rules.eligibles import Base
from generator.rules.eligibles.base import save_base
from generator.rules.validation import validate
from tests.conftest import ROOT, VALID

SAMPLES = ROOT / "samples"

EXPECTED: dict[str, dict[str, Any]] = tomllib.loads((SAMPLES / "expected.toml").read_text("utf-8"))
# What the lists of clients do not say.
LISTS_LEAVE_OUT = (
    "reference=AF-HOP-DPI-Va2",
    "scenario.pfi_dmp_independante=non",
    "scenario.pfi_mss_envoi_independante=non",
    "scenario.pfi_mss_reception_independante=non",
    "scenario.ri_ihe_pam_independante=oui",
)
# Said of the base and the records of a run, whatever its orders say.
OF_EACH_RUN = {"ELIGIBLES-BASE", "ELIGIBLES-SANS-BASE", "APPEL-MENTIONS-A-CONFIRMER", "APPEL-SCENARIO-A-CONFIRMER"}
# Codes without a sample, as patterns, and why: each stands in a test of its own, for which a file would say too little.
WITHOUT_SAMPLE = {
    "ELIGIBLES-(SANS-)?BASE|APPEL-(MENTIONS|SCENARIO)-A-CONFIRMER": "said of each run, of the valid samples too (below)",
    "MODELE-.*": "of templates: tests/template_check and tests/render/docx make one for each",
    "(BDC|LECTURE|DOCUMENT|QR|REFERENCE|MENTION|TEXTE)-(?!SANS-VA).*": "of PDFs and scans: tests/verify makes them",
    "ANNOTATION-A-VOIR": "of notes on PDFs: tests/verify/test_views.py",
    "LISIBILITE|PHOTOS-REUNIES|MONTANT-ETRANGER|MARQUE-A-VOIR|CADRE-TEXTE|(MISE-EN-)?PAGE-.*|PDF-VUES-.*": "of pages compared with their order: "
    "tests/verify/synthesis makes them",
    "SCAN-NON-COMPRIS": "of a scan that cannot be read: tests/verify",
    "RACINES-ILLISIBLES": "of a folder of certificates: tests/verify/test_signatures.py",
    "NOM-PRIS": "of the folder of documents: tests/batch/test_folder.py",
    "DOCUMENT-SANS-VA": "of an option, --document: tests/cli",
    "(POLICE|CARACTERE|CONVERSION|TYPST|LIBREOFFICE)-.*": "of what the machine has",
    "(COMMANDE-ECHEC|COMMANDE-INTROUVABLE|SORTIE-IMPOSSIBLE|NOM-A-CHOISIR|DOCUMENTS-HORS-PASSAGE)": "of a run: a worker that dies, a full disk",
    "(MANIFESTE|REGISTRE|FICHIER)-.*": "of folders and files that are damaged, or not there",
    "(PIECE|PIECES|SIGNATURE|SIGNE|SUIVI)-.*": "of signed documents and of a journal: tests/dossier",
    "(REGLAGE|REGLAGES|IGNORE)-.*": "of settings: tests/cli/settings and tests/template_check",
    "CORRESPONDANCE-.*": "of the options that say what columns hold: tests/common/tables/test_mapping.py",
    "TABLEAU-TOTAL|CELLULE-DATE-INEXISTANTE|IMPORT-(FOURNISSEUR|NUMERO)-ABSENT|DESCRIPTEUR-FORMAT|SIRET-SIREN": "of "
    "everyday mistakes: tests/test_mistakes.py",
    "VALEUR-(?!A-COMPLETER).*": "of spoilt texts: tests/rules/test_spoilt_texts.py",
    "REPONSE-.*": "of answers at the prompt: tests/intake/interview",
    "LIMITE-.*|TRAITEMENT-INTERROMPU": "of the limits of a worker: tests/common/test_bounded_workers.py",
    "ELIGIBLES-REMPLACE": "of a file that the program did not write: tests/rules/eligibles/test_base.py",
    "LOT-.*": "of what is uploaded to the service: tests/web",
    "TABLEAU-(TROP-GRAND|VALEUR)": "of a file too large for a sample: tests/common/tables",
}


@pytest.mark.parametrize("name", sorted(path.name for path in VALID.glob("*.json*")))
def test_valid_sample_has_no_error(name: str, appels: Appels, context: RuleContext) -> None:
    for checked in validate([VALID / name], appels, context=context):
        assert checked.order is not None
        assert not [finding for finding in checked.findings if finding.severity is ERROR]


def test_only_warning_of_valid_samples_is_the_unknown_ceiling(appels: Appels, context: RuleContext) -> None:
    findings = [found for checked in validate([VALID], appels, context=context) for found in checked.findings]
    assert [found.code for found in findings if found.severity is WARNING] == ["FUSION-PLAFOND"]


def said(findings: list[dict[str, Any]]) -> list[str]:
    """Return findings as `expected.toml` has them; those of each run, about the base and the records, left out."""
    return [
        f"{each['code']} {each['line'] or '-'} {each['pointer'] or each['column'] or '-'}"
        for each in findings
        if each["code"] not in OF_EACH_RUN
    ]


def run(name: str, sample: dict[str, Any], folder: Path, base: Path) -> list[dict[str, Any]]:
    """Run the command of a sample in the folder of the samples, and return what it finds."""
    command = sample.get("command", "validate")
    arguments = ["--lang", "fr", *(["--config", sample["config"]] if "config" in sample else ["--no-config"])]
    arguments += [*command.split(), *(["--appel"] if command == "references" else []), name]
    arguments += sample.get("options", ())
    arguments += [part for given in LISTS_LEAVE_OUT for part in ("--set", given)] if command == "import" else []
    if command in ("validate", "import"):
        arguments += ["--today", "2027-03-31", "--eligibles", str(base_of(sample, folder) or base)]
    if "out" in sample:
        shutil.copytree(sample["out"], folder / "out")
    if command in ("import", "eligibles import"):
        arguments += ["-o", str(folder / "out")]
    result = CliRunner().invoke(segurdoc, [*arguments, "--format", "json"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return list(json.loads(result.stdout))


def base_of(sample: dict[str, Any], folder: Path) -> Path | None:
    """Return the base that a sample is checked against where it is one of its own, imported where it is a workbook."""
    given = sample.get("eligibles")
    if given is None or given.endswith(".base"):
        return given and Path(given)
    path = folder / "own.base"
    imported = ["--config", "invalid-eligibles/segurdoc.toml", "eligibles", "import", given, "-o", str(path)]
    CliRunner().invoke(segurdoc, imported)
    assert path.is_file()
    return path


@pytest.fixture(scope="session")
def base_file(base: Base, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("base") / "eligibles.base"
    save_base(base, path)
    return path


@pytest.mark.parametrize("name", EXPECTED)
def test_invalid_sample_gives_exactly_the_findings_expected(
    name: str, base_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(SAMPLES)
    assert said(run(name, EXPECTED[name], tmp_path, base_file)) == EXPECTED[name]["findings"]


@pytest.mark.parametrize("name", [name for name, sample in EXPECTED.items() if "mended" in sample])
def test_sample_that_is_mended_gives_none_of_them(
    name: str, base_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(SAMPLES)
    value = json.loads(Path(name).read_text("utf-8"))
    for pointer, mended in EXPECTED[name]["mended"].items():
        *holders, last = [int(key) if key.isdigit() else key for key in pointer.split("/")[1:]]
        holder = value
        for key in holders:
            holder = holder[key]
        if mended == "":
            del holder[last]
        else:
            holder[last] = mended
    path = tmp_path / Path(name).name
    path.write_text(json.dumps(value), "utf-8")
    given = {finding.split()[0] for finding in EXPECTED[name]["findings"]}
    left = {each["code"] for each in run(str(path), EXPECTED[name], tmp_path, base_file)}
    assert not left & given - set(EXPECTED[name].get("kept", ()))


def test_every_invalid_sample_is_expected_and_there() -> None:
    named = {option for each in EXPECTED.values() for option in each.get("options", ())}
    named |= {each[key] for each in EXPECTED.values() for key in ("config", "eligibles", "out") if key in each}
    there = {
        path.relative_to(SAMPLES).as_posix()
        for folder in SAMPLES.glob("invalid*")
        for path in (folder.rglob("*") if folder.is_dir() else [folder])
        if path.is_file()
    }
    assert set(EXPECTED) <= there
    assert not [name for name in there - set(EXPECTED) - named if Path(name).parent.as_posix() not in named]


def test_every_code_has_invalid_sample_or_reason_to_have_none() -> None:
    sampled = {finding.split()[0] for each in EXPECTED.values() for finding in each["findings"]}
    declared = {kind.code for kind in all_kinds()}
    reasoned = {code for code in declared - sampled if any(re.fullmatch(pattern, code) for pattern in WITHOUT_SAMPLE)}
    assert sampled <= declared
    assert declared - sampled - reasoned == set()
    idle = [
        pattern for pattern in WITHOUT_SAMPLE if not any(re.fullmatch(pattern, code) for code in declared - sampled)
    ]
    assert not idle


def test_what_is_said_of_each_run_is_said_of_valid_samples_too(base_file: Path) -> None:
    arguments = ["--no-config", "--lang", "fr", "validate", str(VALID), "--format", "json", "--today", "2027-03-31"]
    without = json.loads(CliRunner().invoke(segurdoc, arguments).stdout)
    held = json.loads(CliRunner().invoke(segurdoc, [*arguments, "--eligibles", str(base_file)]).stdout)
    assert {each["code"] for each in [*without, *held]} >= OF_EACH_RUN


def test_valid_samples_cover_references_and_documents(appels: Appels) -> None:
    orders = [checked.order for checked in validate([VALID], appels) if checked.order]
    assert len(orders) >= 6
    assert {order.reference for order in orders} == {"AF-HOP-DPI-Va2", "AF-HOP-PFI-Va2"}
    assert {order.prestation for order in orders} == {"V2", "V1+V2"}
    assert {order.va.pv_pilote for order in orders if order.va} == {True, False}
    reserves = [order.va.reserves for order in orders if order.va]
    assert None in reserves
    assert () in reserves
    assert any(reserves)
    assert {order.client.finess_pmsi[:2] for order in orders} >= {"2A", "97"}
