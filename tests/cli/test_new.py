"""`segurdoc new` on a terminal, as a person has it."""

import json
import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import FULL
from tests.intake.clients import planted

ANSWERS = ["", "", "04/05/2026", "", str(planted.sound_row(7)[0]), "", "", "10000", "", "", "02/11/2026"]
ANSWERS += ["oui", "non", "non", "non", "oui", "", ""]
SETTINGS = """
[import]
numero = "BC-{year}-{n:06}"
[fournisseur]
denomination_sociale = "Éditeur Fictif"
siret = "73282932000074"
adresse = { lignes = ["1 rue"], code_postal = "75001", ville = "Paris" }
responsable_transaction = "Nom"
telephone = "0123456789"
mail = "a@b.example"
"""


class Terminal:
    """The command on a pseudo-terminal."""

    def __init__(self, folder: Path, *arguments: str, lang: str = "fr", term: str = "xterm") -> None:
        self._control, other = pty.openpty()
        environment = {**os.environ, "TERM": term, "LC_ALL": "C.UTF-8", "COLUMNS": "100", "LINES": "30"}
        command = [sys.executable, "-m", "generator", "--lang", lang, "new", *arguments]
        # Without a controlling terminal of its own, Ctrl-C is the key that prompt_toolkit reads.
        self.process = subprocess.Popen(
            command, stdin=other, stdout=other, stderr=other, cwd=folder, env=environment, start_new_session=True
        )
        os.close(other)
        self.seen = ""

    def wait_for(self, text: str, seconds: float = 60) -> None:
        start, end = len(self.seen), time.monotonic() + seconds
        while text not in self.seen[start:]:
            assert time.monotonic() < end, self.seen
            self._read()

    def type(self, text: str) -> None:
        os.write(self._control, text.encode())

    def end(self, seconds: float = 60, key: str = "") -> int:
        """Wait for the command's end, pressing a key that ends it meanwhile: one that comes early is lost."""
        end = time.monotonic() + seconds
        while self.process.poll() is None:
            if time.monotonic() > end:
                self.process.kill()
            self.type(key)
            self._read()
        self._read()
        os.close(self._control)
        return self.process.returncode

    def _read(self) -> None:
        ready, _, _ = select.select([self._control], [], [], 0.2)
        if ready:
            try:
                data = os.read(self._control, 65536)
            except OSError:  # the other side is gone
                return
            # prompt_toolkit asks where the cursor is, and waits for the answer.
            if b"\x1b[6n" in data:
                os.write(self._control, b"\x1b[1;1R")
            self.seen += data.decode("utf-8", "replace")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "segurdoc.toml").write_text(f'eligibles = "eligibles.base"\n{SETTINGS}', "utf-8")
    planted.write_base(tmp_path / "eligibles.base")
    return tmp_path


def test_person_answers_and_validate_accepts(folder: Path) -> None:
    terminal = Terminal(folder, "--today", "2026-05-20")
    for answer in ANSWERS:
        terminal.wait_for(" : ")
        terminal.type(f"\x15{answer}\r" if answer else "\r")
    assert terminal.end() == 0, terminal.seen
    (file,) = folder.glob("*.json")
    assert f"segurdoc render {file.name} -o documents" in terminal.seen
    assert "(JJ/MM/AAAA) : " in terminal.seen
    assert "(oui/non) : " in terminal.seen
    assert "12000,00" in terminal.seen
    assert "-:" not in terminal.seen, "no warning names a line of a file that was never written"
    value = json.loads(file.read_text("utf-8"))
    assert value["numero"] == "BC-2026-000001"
    assert value["client"]["finess_pmsi"] == planted.sound_row(7)[0]
    validate = [sys.executable, "-m", "generator", "validate", str(file), "--today", "2026-05-20"]
    assert subprocess.run(validate, cwd=folder, check=False, capture_output=True).returncode == 0


def test_questions_are_english_in_english(folder: Path) -> None:
    terminal = Terminal(folder, "--today", "2026-05-20", lang="en")
    for question in ("Appel à financement: ", "Prestation: "):
        terminal.wait_for(question)
        terminal.type("\r")
    terminal.wait_for("(DD/MM/YYYY): ")
    terminal.wait_for("Enter: confirm")
    terminal.type("\x03")
    assert terminal.end() == 130


def test_ctrl_c_writes_nothing(folder: Path) -> None:
    terminal = Terminal(folder, "-o", "order.json")
    terminal.wait_for(" : ")
    terminal.type("\r")
    # Between two questions the terminal reads lines: there Ctrl-C would be lost.
    terminal.wait_for("Prestation")
    terminal.type("\x03")
    assert terminal.end() == 130
    assert "interrompu" in terminal.seen
    assert not list(folder.glob("*.json"))


def test_ctrl_d_on_a_plain_terminal_writes_nothing(folder: Path) -> None:
    terminal = Terminal(folder, "-o", "order.json", term="dumb")
    terminal.wait_for(" : ")
    assert terminal.end(key="\x04") == 130
    assert "interrompu" in terminal.seen
    assert not list(folder.glob("*.json"))


def test_what_is_wrong_shows_while_it_is_typed(folder: Path) -> None:
    terminal = Terminal(folder)
    for _ in range(2):
        terminal.wait_for(" : ")
        terminal.type("\r")
    terminal.wait_for(" : ")
    terminal.type("31/02/2026")
    terminal.wait_for("pas un jour du calendrier")
    terminal.type("\x03")
    assert terminal.end() == 130


def test_warning_shows_no_line_of_a_json_that_nobody_wrote(folder: Path) -> None:
    terminal = Terminal(folder, "-o", "bdc.json")
    for each in [*ANSWERS[:4], planted.finess(700_007)]:
        terminal.wait_for(" : ")
        terminal.type(f"\x15{each}\r" if each else "\r")
    terminal.wait_for("Né d'une fusion : ")
    terminal.type("\x03")
    assert terminal.end() == 130
    assert "avertissement ELIGIBLE-ABSENT" in terminal.seen
    assert "│" not in terminal.seen
    assert "finess_pmsi" not in terminal.seen


def test_without_a_terminal_it_is_a_mistake_of_usage(folder: Path) -> None:
    command = [sys.executable, "-m", "generator", "new"]
    ended = subprocess.run(command, cwd=folder, input="", text=True, capture_output=True, check=False)
    assert ended.returncode == 2
    assert "segurdoc import" in ended.stderr


def test_file_that_is_there_is_not_written_over(folder: Path) -> None:
    (folder / "order.json").write_text(json.dumps(FULL), "utf-8")
    terminal = Terminal(folder, "-o", "order.json")
    assert terminal.end() == 2
    assert json.loads((folder / "order.json").read_text("utf-8")) == FULL


@pytest.mark.slow
@pytest.mark.parametrize(
    ("option", "name", "code"),
    [("--eligibles", "broken.json", 1), ("--register", "nosuch", 2), ("--appel", "broken.json", 1)],
)
def test_file_that_cannot_be_used_ends_the_command(folder: Path, option: str, name: str, code: int) -> None:
    (folder / "broken.json").write_text("{", "utf-8")
    terminal = Terminal(folder, option, name)
    assert terminal.end() == code
    assert name in terminal.seen


VENDOR = ["Éditeur Fictif SAS", "73282932000074", "12 rue de l’Exemple", "75013", "Paris", "Prénom Nom"]
VENDOR += ["01 23 45 67 89", "commandes@editeur.example"]


def answer(terminal: Terminal, answers: list[str]) -> None:
    """Answer each question in turn; an empty answer takes what is proposed."""
    for each in answers:
        terminal.wait_for(" : ")
        terminal.type(f"\x15{each}\r" if each else "\r")
    assert terminal.end() == 0, terminal.seen


def test_vendor_is_asked_for_alone_and_once(folder: Path) -> None:
    (folder / "segurdoc.toml").write_text('eligibles = "eligibles.base"\n', "utf-8")
    terminal = Terminal(folder, "--fournisseur")
    answer(terminal, VENDOR)
    assert "segurdoc import LISTE -o commandes --fournisseur fournisseur.json" in terminal.seen
    vendor = json.loads((folder / "fournisseur.json").read_text("utf-8"))["fournisseur"]
    assert vendor["adresse"] == {"lignes": ["12 rue de l’Exemple"], "code_postal": "75013", "ville": "Paris"}
    terminal = Terminal(folder, "-o", "bdc.json", "--today", "2026-05-20")
    answer(terminal, [*ANSWERS[:3], "BC-1", *ANSWERS[4:]])
    assert "fournisseur repris de fournisseur.json" in terminal.seen
    assert json.loads((folder / "bdc.json").read_text("utf-8"))["fournisseur"] == vendor
    validate = [sys.executable, "-m", "generator", "validate", "bdc.json", "--today", "2026-05-20"]
    assert subprocess.run(validate, cwd=folder, check=False, capture_output=True).returncode == 0


def test_settings_come_before_the_vendors_file(folder: Path) -> None:
    vendor = {"siret": "35600000000048", "responsable_qualite": "Responsable des offres"}
    (folder / "fournisseur.json").write_text(json.dumps({"fournisseur": vendor}), "utf-8")
    terminal = Terminal(folder, "-o", "bdc.json", "--today", "2026-05-20")
    answer(terminal, ANSWERS)
    written = json.loads((folder / "bdc.json").read_text("utf-8"))
    assert written["fournisseur"] == {"responsable_qualite": "Responsable des offres"}


def test_values_of_a_vendors_file_are_proposed(tmp_path: Path) -> None:
    vendor = {**FULL["fournisseur"], "logo": "logo.png"}
    (tmp_path / "fournisseur.json").write_text(json.dumps({"fournisseur": vendor}), "utf-8")
    terminal = Terminal(tmp_path, "--fournisseur")
    answer(terminal, ["", "", "", "", "Lyon", "", "", ""])
    assert "fournisseur.json existe : ses valeurs sont proposées" in terminal.seen
    changed = json.loads((tmp_path / "fournisseur.json").read_text("utf-8"))["fournisseur"]
    assert changed == {**vendor, "adresse": {**vendor["adresse"], "ville": "Lyon"}}


def test_order_is_no_vendors_file_to_replace(tmp_path: Path) -> None:
    (tmp_path / "bdc.json").write_text(json.dumps(FULL), "utf-8")
    terminal = Terminal(tmp_path, "--fournisseur", "-o", "bdc.json")
    assert terminal.end() == 2
    assert json.loads((tmp_path / "bdc.json").read_text("utf-8")) == FULL


def test_wrong_vendors_file_is_named_before_any_question(folder: Path) -> None:
    (folder / "segurdoc.toml").unlink()
    (folder / "fournisseur.json").write_text('{"fournisseur": {"siret": "73282932000075"}}', "utf-8")
    terminal = Terminal(folder)
    assert terminal.end() == 1
    assert "SIRET-CLE" in terminal.seen
    assert "fournisseur.json:1" in terminal.seen
