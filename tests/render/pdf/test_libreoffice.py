"""The engine against programs that misbehave in LibreOffice's place; `tests/render/test_pipeline.py` runs the real one."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.render.pdf.libreoffice import Failure, LibreOffice, convert, does_start, find_soffice, probe_libreoffice

FakeSoffice = Callable[[str], Path]

# Finds --outdir and the last file, as the real program would.
ARGUMENTS = 'while [ $# -gt 1 ]; do [ "$1" = --outdir ] && out="$2"; shift; done; name=$(basename "$1" .docx)'


# Converts each file in turn, as the real program does, but for what `{}` does on the way.
IN_TURN = """
for word; do case "$word" in *.docx) files="$files $word";; esac; [ "$before" = --outdir ] && out="$word"; before="$word"; done
for file in $files; do name=$(basename "$file" .docx); {}; echo %%EOF > "$out/$name.pdf"; done
"""


def office() -> LibreOffice:
    found = probe_libreoffice()
    assert found is not None
    return found


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "in.docx"
    path.write_bytes(b"x")
    return path


def test_version_and_build_are_read(fake_soffice: FakeSoffice) -> None:
    program = fake_soffice("exit 0")
    assert office() == LibreOffice(program, "7.4", "40(Build:2)")


def test_warning_before_the_version_is_not_taken_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "soffice"
    warning = "(process:17291): GLib-WARNING **: 02:18:43.710: getpwuid_r(): failed due to unknown user id (12345)"
    program.write_text(f"#!/bin/sh\necho '{warning}'\necho 'LibreOffice 7.4.7.2 40(Build:2)'\n")
    program.chmod(0o755)
    monkeypatch.setenv("SEGURDOC_SOFFICE", str(program))
    assert office() == LibreOffice(program, "7.4", "40(Build:2)")


def test_its_own_files_say_what_the_program_says() -> None:
    found = probe_libreoffice()
    assert found
    said = subprocess.run([found.program, "--version"], check=True, capture_output=True, text=True).stdout
    assert f"LibreOffice {found.version}." in said
    assert f" {found.build}" in said


def test_where_its_files_are_not_as_usual_the_program_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "soffice.bin"
    program.write_text("#!/bin/sh\necho 'LibreOffice 7.4.7.2 40(Build:2)'\n")
    program.chmod(0o755)
    (tmp_path / "libswlo.so").touch()
    monkeypatch.setenv("SEGURDOC_SOFFICE", str(program))
    assert office() == LibreOffice(program, "7.4", "40(Build:2)")
    (tmp_path / "versionrc").write_text("[Version]\nbuildid=abc(Build:1)\n")
    assert office() == LibreOffice(program, "7.4", "40(Build:2)")
    (tmp_path / "bootstraprc").write_text("[Bootstrap]\nProductKey=LibreOffice 24.8\n")
    assert office() == LibreOffice(program, "24.8", "abc(Build:1)")


def test_reader_that_does_not_start_is_reported_apart(tmp_path: Path) -> None:
    program = tmp_path / "soffice.bin"
    program.write_text("#!/bin/sh\nexit 127\n")
    program.chmod(0o755)
    assert not does_start(LibreOffice(program, "24.8", "abc"))
    assert does_start(office())


def test_program_named_and_missing_is_not_replaced_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEGURDOC_SOFFICE", "/nosuch/soffice")
    assert find_soffice() is None
    assert probe_libreoffice() is None


@pytest.mark.parametrize("body", ["exit 0", "exit 1", "kill -9 $$", f'{ARGUMENTS}; : > "$out/$name.pdf"'])
def test_no_output_or_an_empty_one_is_no_pdf_whatever_the_code(
    fake_soffice: FakeSoffice, source: Path, tmp_path: Path, body: str
) -> None:
    fake_soffice(f"echo 'source file could not be loaded'; {body}")
    failure = convert(office(), [source], tmp_path, timeout=20)[source]
    assert isinstance(failure, Failure)
    assert not failure.timed_out
    assert "could not be loaded" in failure.said


def test_program_that_hangs_is_ended(fake_soffice: FakeSoffice, source: Path, tmp_path: Path) -> None:
    fake_soffice("sleep 60")
    failure = convert(office(), [source], tmp_path, timeout=1)[source]
    assert isinstance(failure, Failure)
    assert failure.timed_out


def test_program_that_asks_to_be_restarted_is(fake_soffice: FakeSoffice, source: Path, tmp_path: Path) -> None:
    marker = tmp_path / "started"
    fake_soffice(f'[ -e {marker} ] || {{ : > {marker}; exit 81; }}; {ARGUMENTS}; echo %%EOF > "$out/$name.pdf"')
    assert convert(office(), [source], tmp_path, timeout=20) == {source: tmp_path / "in.pdf"}


def test_profile_is_its_own_without_macros_and_gone_after(
    fake_soffice: FakeSoffice, source: Path, tmp_path: Path
) -> None:
    fake_soffice(
        'for word; do case "$word" in -env:*) profile=${word#-env:UserInstallation=file://};; esac; done; '
        'echo "$profile"; cat "$profile/user/registrymodifications.xcu"'
    )
    failure = convert(office(), [source], tmp_path, timeout=20)[source]
    assert isinstance(failure, Failure)
    said = failure.said
    profile, _, settings = said.partition("\n")
    assert not Path(profile).exists()
    for setting in ("DisableMacrosExecution", "ooSetupSystemLocale", "ooSetupLastVersion", "<value>7.4</value>"):
        assert setting in settings


@pytest.mark.parametrize(
    "fault",
    [
        "[ $name = 2 ] && sleep 60",
        "[ $name = 2 ] && kill -9 $$",
        "[ $name = 2 ] && exit 0",
        "[ $name = 2 ] && continue",
        '[ $name = 2 ] && { : > "$out/$name.pdf"; continue; }',
        '[ $name = 2 ] && { echo %PDF-1.7 > "$out/$name.pdf"; exit 1; }',
        "[ $name = 2 ] && { yes | head -c 9000000; exit 1; }",
    ],
)
def test_file_that_stops_libreoffice_ends_up_alone(fake_soffice: FakeSoffice, tmp_path: Path, fault: str) -> None:
    fake_soffice(IN_TURN.format(fault))
    files = [tmp_path / f"{number}.docx" for number in range(5)]
    results = convert(office(), files, tmp_path, timeout=5)
    assert isinstance(results.pop(files[2]), Failure)
    assert results == {file: file.with_suffix(".pdf") for file in files if file.stem != "2"}


def test_time_limit_is_for_each_file_not_for_all(fake_soffice: FakeSoffice, tmp_path: Path) -> None:
    fake_soffice(IN_TURN.format("sleep 2"))
    files = [tmp_path / f"{number}.docx" for number in range(4)]
    assert convert(office(), files, tmp_path, timeout=7) == {file: file.with_suffix(".pdf") for file in files}


def test_program_that_never_converts_is_given_up(fake_soffice: FakeSoffice, tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    fake_soffice(f"echo . >> {starts}")
    results = convert(office(), [tmp_path / f"{number}.docx" for number in range(40)], tmp_path, timeout=20)
    assert len(results) == 40
    assert len(starts.read_text().splitlines()) < 10
