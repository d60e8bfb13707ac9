"""What people put into their CI: the hooks, the action, the snippets of the guide."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from generator.cli.session import Exit
from tests.conftest import INVALID, ROOT, VALID

BIN = Path(sys.executable).parent
GUIDES = [(ROOT / "docs" / name).read_text("utf-8") for name in ("fr/integration-continue.md", "en/ci.md")]
# `tests/test_guides.py` compares the blocks of the two languages.
BLOCKS = dict(re.findall(r'```yaml title="(\S+)"\n(.*?)```', GUIDES[0], re.DOTALL))
ACTION = ROOT / "action.yml"


def check(*command: str | Path) -> None:
    ended = subprocess.run([*map(str, command)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_action_follows_the_schema_of_github() -> None:
    check(BIN / "check-jsonschema", "--builtin-schema", "vendor.github-actions", ACTION)


def test_hooks_follow_the_schema_of_pre_commit() -> None:
    check(BIN / "pre-commit", "validate-manifest", ".pre-commit-hooks.yaml")


@pytest.mark.parametrize(
    ("name", "command"),
    [
        (".github/workflows/segurdoc.yml", ["check-jsonschema", "--builtin-schema", "vendor.github-workflows"]),
        (
            ".gitlab-ci.yml",
            ["check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci"],
        ),
        (".pre-commit-config.yaml", ["pre-commit", "validate-config"]),
    ],
)
def test_snippets_of_the_guide_follow_their_schemas(tmp_path: Path, name: str, command: list[str]) -> None:
    file = tmp_path / Path(name).name
    file.write_text(BLOCKS[name], "utf-8")
    check(BIN / command[0], *command[1:], file)


@pytest.mark.parametrize("guide", GUIDES, ids=["fr", "en"])
def test_guide_names_every_input_of_the_action_and_every_hook(guide: str) -> None:
    inputs = re.findall(r"^  (\w+):\n    description", ACTION.read_text("utf-8").split("outputs:")[0], re.MULTILINE)
    assert inputs
    assert (
        re.findall(r"^\| `(\w+)` \|", guide.split("## GitHub")[1].split("## GitLab", maxsplit=1)[0], re.MULTILINE)
        == inputs
    )
    hooks = re.findall(r"^- id: (\S+)", (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"), re.MULTILINE)
    assert all(f"- id: {hook}" in BLOCKS[".pre-commit-config.yaml"] for hook in hooks)


@pytest.mark.parametrize("guide", GUIDES, ids=["fr", "en"])
def test_guide_names_every_form_of_report_and_every_code(guide: str) -> None:
    from generator.reports import REPORTERS

    assert set(re.findall(r"^\| `(\w+)` \|", guide.split("## GitHub", maxsplit=1)[0], re.MULTILINE)) == set(REPORTERS)
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", guide, re.MULTILINE)} == {*map(int, Exit)}


def act(folder: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run what the action runs, with its inputs as GitHub gives them."""
    environment = {
        **os.environ,
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
        "LC_ALL": "C.UTF-8",
        **{f"SEGURDOC_{name.upper()}": value for name, value in inputs.items()},
    }
    command = ["bash", str(ROOT / "scripts" / "action")]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    orders = tmp_path / "mes commandes"
    orders.mkdir()
    for path in (VALID / "bdc-dpi-v1-v2-sans-option.json", INVALID / "siret-cle.json"):
        (orders / path.name).write_bytes(path.read_bytes())
    return tmp_path


def test_action_annotates_sums_up_and_reports(repository: Path) -> None:
    ended = act(repository, paths="mes commandes/*.json\n", reports="out/reports")
    assert ended.returncode == Exit.FINDINGS, ended.stderr
    assert "::error file=mes commandes/siret-cle.json,line=9,col=14,title=SIRET-CLE::" in ended.stdout
    summary = (repository / "summary.md").read_text("utf-8")
    assert summary.startswith("## segurdoc validate\n")
    assert "| erreur | SIRET-CLE |" in summary
    assert {path.name for path in (repository / "out" / "reports").iterdir()} == {
        "validate.sarif",
        "validate.xml",
        "validate.md",
    }


def test_action_reports_a_pattern_that_matches_nothing(repository: Path) -> None:
    assert act(repository, paths="mes commandes/bdc*").returncode == Exit.FINE
    ended = act(repository, paths="mes commandes/bdc*\nnosuch/*.json", format="text")
    assert ended.returncode == Exit.USAGE
    assert "::error title=segurdoc::no file: nosuch/*.json" in ended.stdout
    assert (repository / "segurdoc-reports" / "validate.sarif").exists()


def test_action_refuses_to_check_nothing(repository: Path) -> None:
    ended = act(repository)
    assert ended.returncode == Exit.USAGE
    assert "::error title=segurdoc::nothing to check" in ended.stdout


def test_each_command_of_the_action_has_a_run_of_its_own_name(repository: Path) -> None:
    act(repository, paths="mes commandes", templates=str(ROOT / "templates/bdc.docx"), format="text")
    names = set()
    for report in ("validate", "templates"):
        (run,) = json.loads((repository / f"segurdoc-reports/{report}.sarif").read_text("utf-8"))["runs"]
        names.add(run["automationDetails"]["id"])
    assert names == {"segurdoc validate/", "segurdoc template check/"}


def test_input_of_the_action_is_never_a_command(repository: Path) -> None:
    act(repository, paths="$(touch pwned)\n; touch pwned\n--config=x", format="text")
    assert not (repository / "pwned").exists()


def test_settings_that_are_broken_are_in_the_action_s_reports(repository: Path) -> None:
    (repository / "segurdoc.toml").write_text("x = 1\n")
    ended = act(repository, paths="mes commandes")
    assert ended.returncode == Exit.FINDINGS
    assert "::error file=segurdoc.toml,line=1,col=1,title=REGLAGE-INCONNU::" in ended.stdout
    assert "REGLAGE-INCONNU" in (repository / "segurdoc-reports" / "validate.sarif").read_text("utf-8")


@pytest.mark.slow
def test_action_checks_templates_too(repository: Path) -> None:
    (repository / "modèles").mkdir()
    (repository / "modèles" / "mon va.docx").write_bytes((ROOT / "templates" / "va.docx").read_bytes())
    ended = act(repository, paths="mes commandes/bdc*", templates="modèles/*.docx", format="text")
    assert ended.returncode == Exit.FINE, ended.stdout + ended.stderr
    assert "## segurdoc templates" in (repository / "summary.md").read_text("utf-8")
    report = (repository / "segurdoc-reports" / "templates.xml").read_text("utf-8")
    assert 'classname="modèles/mon va.docx"' in report


def test_without_libreoffice_action_ends_with_machine_s_code(
    repository: Path, framed_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository / "bdc.docx").write_bytes(framed_template.read_bytes())
    monkeypatch.setenv("SEGURDOC_SOFFICE", "/nosuch/soffice")
    ended = act(repository, paths="mes commandes", templates="bdc.docx", format="text")
    assert ended.returncode == Exit.MACHINE
    assert "LIBREOFFICE-NECESSAIRE" in ended.stdout + ended.stderr
