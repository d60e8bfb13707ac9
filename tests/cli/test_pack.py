import json
import os
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pypdf import PdfWriter
from pypdf.annotations import FreeText

from generator.cli.main import segurdoc
from generator.orders import Order
from generator.references import Appels, DocumentKind
from generator.render.options import Format, RenderOptions
from generator.render.pipeline import render_order
from tests.conftest import ROOT, Json, order_of
from tests.dossier.test_signed import saved_anew, scanned
from tests.generators.alterations import places_of
from tests.generators.signing import identity, signed
from tests.generators.wears import signed_by_hand

SIGNED_AS = {"BC-1": "AF-HOP-DPI-Va2_010000024_BC-1", "BC-2": "AF-HOP-DPI-Va2_990000044_BC-2"}


def pack(*arguments: object) -> Result:
    return CliRunner().invoke(segurdoc, ["--no-config", "--lang", "fr", "pack", *map(str, arguments)])


def pdf_of(order: Order, document: DocumentKind, appels: Appels, folder: Path) -> Path:
    options = RenderOptions(documents=(document,), formats=(Format.PDF,))
    (result,) = render_order(order, appels[order.reference], folder, options)
    return result.files[0]


def signed_scan(pdf: Path, path: Path) -> Path:
    path.write_bytes(signed_by_hand(pdf.read_bytes(), seed=1))
    return path


@pytest.fixture
def orders(tmp_path: Path, va_json: Json) -> Path:
    """Two orders, each with its VA, as descriptors."""
    del va_json["va"]["reserves"]
    folder = tmp_path / "orders"
    folder.mkdir()
    for numero, finess in (("BC-1", "010000024"), ("BC-2", "990000044")):
        value = {**va_json, "numero": numero, "client": {**va_json["client"], "finess_pmsi": finess}}
        (folder / f"{numero}.json").write_text(json.dumps(value), "utf-8")
    return folder


def order(orders: Path, numero: str) -> Order:
    return order_of(json.loads((orders / f"{numero}.json").read_text("utf-8")))


@pytest.mark.slow
def test_what_verifies_is_packed_and_the_rest_told(tmp_path: Path, orders: Path, appels: Appels) -> None:
    folder = tmp_path / "signed"
    folder.mkdir()
    scan = signed_scan(pdf_of(order(orders, "BC-1"), DocumentKind.VA, appels, tmp_path), folder / "scan.tiff")
    value = json.loads((orders / "BC-2.json").read_text("utf-8"))
    value["montant"] = {"ht": "9000.00", "taux_tva": "20.00", "ttc": "10800.00"}
    altered = pdf_of(order_of(value), DocumentKind.VA, appels, tmp_path / "altered")
    saved_anew(altered, folder / "altered.pdf", attached=True)
    out = tmp_path / "dossier.zip"
    result = pack(orders, "--signed", folder, "-o", out)
    assert result.exit_code == 1
    assert "QR-AUTRE-VERSION" in result.stderr
    assert "1 dossier dans l'archive, 1 laissé de côté" in result.stderr
    name = SIGNED_AS["BC-1"]
    assert result.stderr.count("PIECES-A-GARDER") == 1
    assert "adresse MSSanté" in result.stderr
    with zipfile.ZipFile(out) as archive:
        assert archive.namelist() == ["manifest.json", f"{name}/VA_{name}.tiff", f"{name}/descripteur.json"]
        (dossier,) = json.loads(archive.read("manifest.json"))["dossiers"]
        for piece in dossier["pieces"]:
            assert sha256(archive.read(piece["file"])).hexdigest() == piece["sha256"]
        assert archive.read(f"{name}/VA_{name}.tiff") == scan.read_bytes()
        assert json.loads(archive.read(f"{name}/descripteur.json"))["va"]
    assert (dossier["for"], dossier["numero"], dossier["reference"]) == ("solde", "BC-1", "AF-HOP-DPI-Va2")
    before = out.read_bytes()
    pack(orders, "--signed", folder, "-o", out)
    assert out.read_bytes() == before


@pytest.mark.slow
def test_file_that_does_not_verify_is_set_aside_and_told_apart(tmp_path: Path, orders: Path, appels: Appels) -> None:
    folder, out = tmp_path / "signed", tmp_path / "x.zip"
    folder.mkdir()
    signed_scan(pdf_of(order(orders, "BC-1"), DocumentKind.BDC, appels, tmp_path), folder / "scan.tiff")
    value = json.loads((orders / "BC-1.json").read_text("utf-8"))
    value["montant"] = {"ht": "9000.00", "taux_tva": "20.00", "ttc": "10800.00"}
    former = pdf_of(order_of(value), DocumentKind.BDC, appels, tmp_path / "former")
    former = saved_anew(former, folder / "former.pdf", attached=True)
    result = pack(orders / "BC-1.json", "--signed", folder, "-o", out, "--for", "avance")
    assert result.exit_code == 0, result.stderr
    assert "PIECE-ECARTEE" in result.stderr
    assert "erreur" not in result.stderr
    with zipfile.ZipFile(out) as archive:
        (dossier,) = json.loads(archive.read("manifest.json"))["dossiers"]
    (aside,) = dossier["set_aside"]
    assert (aside["source"], aside["sha256"]) == ("former.pdf", sha256(former.read_bytes()).hexdigest())
    assert "QR-AUTRE-VERSION" in aside["findings"]
    piece = dossier["pieces"][0]
    assert (piece["source"], piece["signature"]) == ("scan.tiff", "mark")
    assert "QR-AUTRE-VERSION" not in piece["findings"]


@pytest.mark.slow
def test_pdf_that_was_only_saved_anew_is_refused(tmp_path: Path, orders: Path, appels: Appels) -> None:
    folder, out = tmp_path / "signed", tmp_path / "x.zip"
    folder.mkdir()
    pdf = pdf_of(order(orders, "BC-1"), DocumentKind.BDC, appels, tmp_path)
    saved_anew(pdf, folder / "a.pdf", attached=True)
    result = pack(orders / "BC-1.json", "--signed", folder, "-o", out, "--for", "avance")
    assert result.exit_code == 1
    assert "SIGNATURE-NON-VUE" in result.stderr
    assert "2 cadre(s) sur 2 sans signature" in result.stderr
    assert not out.exists()


@pytest.mark.slow
def test_scan_of_an_unsigned_page_is_refused(tmp_path: Path, orders: Path, appels: Appels) -> None:
    folder, out = tmp_path / "signed", tmp_path / "x.zip"
    folder.mkdir()
    scanned(pdf_of(order(orders, "BC-1"), DocumentKind.BDC, appels, tmp_path), folder / "scan.tiff")
    result = pack(orders / "BC-1.json", "--signed", folder, "-o", out, "--for", "avance")
    assert result.exit_code == 1
    assert "SIGNATURE-NON-VUE" in result.stderr
    assert not out.exists()


@pytest.mark.slow
def test_signed_pdf_is_packed_and_tampered_one_refused(tmp_path: Path, orders: Path, appels: Appels) -> None:
    folder, out = tmp_path / "signed", tmp_path / "x.zip"
    folder.mkdir()
    pdf = pdf_of(order(orders, "BC-1"), DocumentKind.BDC, appels, tmp_path)
    data = signed(pdf.read_bytes(), identity("Directrice Fictive"))
    at = data.index(b"/Producer")
    (folder / "a.pdf").write_bytes(data[:at] + b"/Producor" + data[at + 9 :])
    arguments = (orders / "BC-1.json", "--signed", folder, "-o", out, "--for", "avance")
    result = pack(*arguments)
    assert result.exit_code == 1
    assert "SIGNATURE-ALTEREE" in result.stderr
    assert not out.exists()
    (folder / "a.pdf").write_bytes(data)
    result = pack(*arguments)
    assert result.exit_code == 0, result.stderr
    with zipfile.ZipFile(out) as archive:
        piece = json.loads(archive.read("manifest.json"))["dossiers"][0]["pieces"][0]
    assert piece["signature"] == "field"
    assert piece["findings"] == ["SIGNATURE-INTACTE", "SIGNATURE-MOYEN-INCONNU"]


@pytest.mark.slow
def test_signature_that_nothing_here_can_verify_is_refused(
    tmp_path: Path, orders: Path, appels: Appels, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, out = tmp_path / "signed", tmp_path / "x.zip"
    folder.mkdir()
    pdf = pdf_of(order(orders, "BC-1"), DocumentKind.BDC, appels, tmp_path)
    (folder / "a.pdf").write_bytes(signed(pdf.read_bytes(), identity("Directrice Fictive")))
    # As on a machine without the extra `signatures`: every process of the command imports this first.
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.modules['pyhanko'] = None\n")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{ROOT}")
    command = [sys.executable, "-m", "generator", "--no-config", "pack", orders / "BC-1.json", "--signed", folder]
    asked = [*map(str, command), "-o", str(out), "--for", "avance"]
    result = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert "SIGNATURE-NON-VERIFIEE" in result.stderr
    assert result.returncode == 1
    assert not out.exists()


@pytest.mark.slow
def test_means_of_signature_off_the_list_is_named_and_packed(tmp_path: Path, orders: Path, appels: Appels) -> None:
    signed, out = tmp_path / "signed", tmp_path / "x.zip"
    signed.mkdir()
    pdf = pdf_of(order(orders, "BC-1"), DocumentKind.BDC, appels, tmp_path)
    writer = PdfWriter(clone_from=pdf)
    for page, (left, low, _, _) in places_of(pdf.read_bytes(), "Signature et cachet"):
        writer.add_annotation(page, FreeText(text="Bon pour accord", rect=(left, low - 30, left + 120, low - 10)))
    writer.write(signed / "a.pdf")
    result = pack(orders / "BC-1.json", "--signed", signed, "-o", out, "--for", "avance")
    assert result.exit_code == 0, result.stderr
    assert "avertissement SIGNATURE-MOYEN-INCONNU" in result.stderr
    assert "tracé, image ou texte dans le PDF" in result.stderr
    with zipfile.ZipFile(out) as archive:
        piece = json.loads(archive.read("manifest.json"))["dossiers"][0]["pieces"][0]
    assert "SIGNATURE-MOYEN-INCONNU" in piece["findings"]


def test_without_signed_documents_nothing_is_written(tmp_path: Path, orders: Path, appels: Appels) -> None:
    folder, out = tmp_path / "signed", tmp_path / "dossier.zip"
    pdf_of(order(orders, "BC-1"), DocumentKind.VA, appels, folder)
    result = pack(orders, "--signed", folder, "-o", out)
    assert result.exit_code == 1
    assert result.stderr.count("PIECE-ABSENTE") == 2
    assert "SIGNE-INTACT" in result.stderr
    assert "rien n'est écrit" in result.stderr
    assert not out.exists()


def test_va_is_no_piece_of_a_request_for_avance(tmp_path: Path, orders: Path, appels: Appels) -> None:
    folder = tmp_path / "signed"
    folder.mkdir()
    pdf = pdf_of(order(orders, "BC-1"), DocumentKind.VA, appels, tmp_path)
    saved_anew(pdf, folder / "va.pdf", attached=True)
    result = pack(orders / "BC-1.json", "--signed", folder, "-o", tmp_path / "x.zip", "--for", "avance")
    assert "PIECE-ABSENTE" in result.stderr
    assert "Bon de commande" in result.stderr


def test_solde_is_not_requested_without_a_va(tmp_path: Path, orders: Path) -> None:
    value = json.loads((orders / "BC-1.json").read_text("utf-8"))
    del value["va"]
    (orders / "BC-1.json").write_text(json.dumps(value), "utf-8")
    (tmp_path / "signed").mkdir()
    result = pack(orders / "BC-1.json", "--signed", tmp_path / "signed", "-o", tmp_path / "x.zip", "--for", "solde")
    assert result.exit_code == 1
    assert "DOCUMENT-SANS-VA" in result.stderr


@pytest.mark.slow
def test_two_fitting_documents_are_reported_unless_equal(tmp_path: Path, orders: Path, appels: Appels) -> None:
    folder, out = tmp_path / "signed", tmp_path / "x.zip"
    folder.mkdir()
    pdf = pdf_of(order(orders, "BC-1"), DocumentKind.BDC, appels, tmp_path)
    first = signed(pdf.read_bytes(), identity("Directrice Fictive"))
    (folder / "a.pdf").write_bytes(first)
    (folder / "b.pdf").write_bytes(first)
    arguments = (orders / "BC-1.json", "--signed", folder, "-o", out, "--for", "avance")
    assert pack(*arguments).exit_code == 0
    (folder / "c.pdf").write_bytes(signed(pdf.read_bytes(), identity("Autre Directrice")))
    result = pack(*arguments)
    assert result.exit_code == 1
    assert "PIECES-PLUSIEURS" in result.stderr
