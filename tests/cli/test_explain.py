from click.testing import CliRunner, Result

from generator.cli.main import segurdoc
from generator.common.explain import all_kinds


def run(*arguments: str) -> Result:
    return CliRunner().invoke(segurdoc, arguments)


def test_finding_is_explained_in_both_languages() -> None:
    french, english = run("--lang", "fr", "explain", "montant-nul"), run("--lang", "en", "explain", "MONTANT-NUL")
    assert french.exit_code == english.exit_code == 0
    for word in (
        "MONTANT-NUL  erreur",
        "Pourquoi",
        "Que faire",
        "écrire le montant réel",
        "Source",
        "FAQ des industriels",
    ):
        assert word in french.output
    for word in ("MONTANT-NUL  error", "Why", "What to do", "write the real amount", "Source"):
        assert word in english.output


def test_values_of_a_sentence_show_as_names() -> None:
    assert "<ht> € HT" in run("--lang", "fr", "explain", "MONTANT-TTC").output
    assert "écrire { … }, une liste" in run("--lang", "fr", "explain", "JSON-FORME").output


def test_every_finding_has_an_explanation() -> None:
    codes = [kind.code for kind in all_kinds()]
    result = run("explain", *codes)
    assert result.exit_code == 0
    assert [line.split()[0] for line in result.output.splitlines() if line.startswith(tuple(codes))] == codes


def test_finding_about_a_deadline_shows_dates_and_doubts() -> None:
    shown = " ".join(run("--no-config", "--lang", "fr", "explain", "DATE-VA-APRES-SOLDE").output.split())
    told = "peut-être reportée au 28/09/2027, selon une source tierce : vérifier l'arrêté"
    for reference in ("AF-HOP-DPI-Va2", "AF-HOP-PFI-Va2"):
        assert f"{reference} : 16/06/2027 (date à confirmer, {told})" in shown
    assert "17/03/2027" not in shown


def test_unknown_code_suggests_near_ones_and_known_are_explained() -> None:
    result = run("--lang", "en", "explain", "SIRET", "MONTANT-NUL")
    assert result.exit_code == 2
    assert "no finding has the code SIRET; near codes: SIRET-CLE" in result.stderr
    assert "the amount is zero" in result.stdout


def test_without_a_code_all_are_listed_one_a_line() -> None:
    lines = run("explain").output.splitlines()
    assert [line.split()[0] for line in lines] == [kind.code for kind in all_kinds()]
