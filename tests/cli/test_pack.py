from __future__ import annotations

import json
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner
from click.testing import Result

from generator.cli.main import segurdoc
from generator.orders import Order
from generator.pipeline import render_order
from generator.references import Appels
from generator.references import DocumentKind
from generator.rendered import Format
from generator.rendered import RenderOptions
from tests.conftest import Json
from tests.conftest import order_of
from tests.dossier.test_signed import saved_anew
from tests.dossier.test_signed import scanned

SIGNED_AS = {"BC-1": "AF-HOP-DPI-Va2_010000024_BC-1", "BC-2": "AF-HOP-DPI-Va2_990000044_BC-2"}


def pack(*arguments: object) -> Result:
    return CliRunner().invoke(segurdoc, ["--no-config", "--lang", "fr", "pack", *map(str, arguments)])


def pdf_of(order: Order, document: DocumentKind, appels: Appels, folder: Path) -> Path:
    options = RenderOptions(documents=(document,), formats=(Format.PDF,))
    (result,) = render_order(order, appels[order.reference], folder, options)
    return result.files[0]


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
    signed = tmp_path / "signed"
    signed.mkdir()
    scan = scanned(pdf_of(order(orders, "BC-1"), DocumentKind.VA, appels, tmp_path), signed / "scan.tiff")
    value = json.loads((orders / "BC-2.json").read_text("utf-8"))
    value["montant"] = {"ht": "9000.00", "taux_tva": "20.00", "ttc": "10800.00"}
    altered = pdf_of(order_of(value), DocumentKind.VA, appels, tmp_path / "altered")
    saved_anew(altered, signed / "altered.pdf", attached=True)
    out = tmp_path / "dossier.zip"
    result = pack(orders, "--signed", signed, "-o", out)
    assert result.exit_code == 1
    assert "QR-AUTRE-VERSION" in result.stderr
    assert "1 dossier dans l'archive, 1 laissé de côté" in result.stderr
    folder = SIGNED_AS["BC-1"]
    with zipfile.ZipFile(out) as archive:
        assert archive.namelist() == ["manifest.json", f"{folder}/VA_{folder}.tiff", f"{folder}/descripteur.json"]
        (dossier,) = json.loads(archive.read("manifest.json"))["dossiers"]
        for piece in dossier["pieces"]:
            assert sha256(archive.read(piece["file"])).hexdigest() == piece["sha256"]
        assert archive.read(f"{folder}/VA_{folder}.tiff") == scan.read_bytes()
        assert json.loads(archive.read(f"{folder}/descripteur.json"))["va"]
    assert (dossier["for"], dossier["numero"], dossier["reference"]) == ("solde", "BC-1", "AF-HOP-DPI-Va2")
    before = out.read_bytes()
    pack(orders, "--signed", signed, "-o", out)
    assert out.read_bytes() == before


@pytest.mark.slow
def test_a_file_that_does_not_verify_is_set_aside_and_told_apart(tmp_path: Path, orders: Path, appels: Appels) -> None:
    signed, out = tmp_path / "signed", tmp_path / "x.zip"
    signed.mkdir()
    scanned(pdf_of(order(orders, "BC-1"), DocumentKind.BDC, appels, tmp_path), signed / "scan.tiff")
    value = json.loads((orders / "BC-1.json").read_text("utf-8"))
    value["montant"] = {"ht": "9000.00", "taux_tva": "20.00", "ttc": "10800.00"}
    former = pdf_of(order_of(value), DocumentKind.BDC, appels, tmp_path / "former")
    former = saved_anew(former, signed / "former.pdf", attached=True)
    result = pack(orders / "BC-1.json", "--signed", signed, "-o", out, "--for", "avance")
    assert result.exit_code == 0, result.stderr
    assert "PIECE-ECARTEE" in result.stderr
    assert "erreur" not in result.stderr
    with zipfile.ZipFile(out) as archive:
        (dossier,) = json.loads(archive.read("manifest.json"))["dossiers"]
    (aside,) = dossier["set_aside"]
    assert (aside["source"], aside["sha256"]) == ("former.pdf", sha256(former.read_bytes()).hexdigest())
    assert "QR-AUTRE-VERSION" in aside["findings"]
    piece = dossier["pieces"][0]
    assert (piece["source"], piece["signature"]) == ("scan.tiff", "not-checked")
    assert "QR-AUTRE-VERSION" not in piece["findings"]


@pytest.mark.slow
def test_a_pdf_that_was_only_saved_anew_is_packed_with_a_warning(tmp_path: Path, orders: Path, appels: Appels) -> None:
    signed, out = tmp_path / "signed", tmp_path / "x.zip"
    signed.mkdir()
    pdf = pdf_of(order(orders, "BC-1"), DocumentKind.BDC, appels, tmp_path)
    saved_anew(pdf, signed / "a.pdf", attached=True)
    result = pack(orders / "BC-1.json", "--signed", signed, "-o", out, "--for", "avance")
    assert result.exit_code == 0, result.stderr
    assert "SIGNATURE-NON-VUE" in result.stderr
    assert "2 cadre(s) vide(s) sur 2" in result.stderr
    with zipfile.ZipFile(out) as archive:
        piece = json.loads(archive.read("manifest.json"))["dossiers"][0]["pieces"][0]
    assert piece["signature"] == "none-seen"
    assert "SIGNATURE-NON-VUE" in piece["findings"]


def test_without_signed_documents_nothing_is_written(tmp_path: Path, orders: Path, appels: Appels) -> None:
    signed, out = tmp_path / "signed", tmp_path / "dossier.zip"
    pdf_of(order(orders, "BC-1"), DocumentKind.VA, appels, signed)
    result = pack(orders, "--signed", signed, "-o", out)
    assert result.exit_code == 1
    assert result.stderr.count("PIECE-ABSENTE") == 2
    assert "SIGNE-INTACT" in result.stderr
    assert "rien n'est écrit" in result.stderr
    assert not out.exists()


def test_a_va_is_no_piece_of_a_request_for_avance(tmp_path: Path, orders: Path, appels: Appels) -> None:
    signed = tmp_path / "signed"
    signed.mkdir()
    pdf = pdf_of(order(orders, "BC-1"), DocumentKind.VA, appels, tmp_path)
    saved_anew(pdf, signed / "va.pdf", attached=True)
    result = pack(orders / "BC-1.json", "--signed", signed, "-o", tmp_path / "x.zip", "--for", "avance")
    assert "PIECE-ABSENTE" in result.stderr
    assert "Bon de commande" in result.stderr


def test_a_solde_is_not_requested_without_a_va(tmp_path: Path, orders: Path) -> None:
    value = json.loads((orders / "BC-1.json").read_text("utf-8"))
    del value["va"]
    (orders / "BC-1.json").write_text(json.dumps(value), "utf-8")
    (tmp_path / "signed").mkdir()
    result = pack(orders / "BC-1.json", "--signed", tmp_path / "signed", "-o", tmp_path / "x.zip", "--for", "solde")
    assert result.exit_code == 1
    assert "DOCUMENT-SANS-VA" in result.stderr


@pytest.mark.slow
def test_two_documents_that_fit_are_told_and_the_same_bytes_twice_are_one(
    tmp_path: Path, orders: Path, appels: Appels
) -> None:
    signed, out = tmp_path / "signed", tmp_path / "x.zip"
    signed.mkdir()
    pdf = pdf_of(order(orders, "BC-1"), DocumentKind.BDC, appels, tmp_path)
    first = saved_anew(pdf, signed / "a.pdf", attached=True)
    (signed / "b.pdf").write_bytes(first.read_bytes())
    arguments = (orders / "BC-1.json", "--signed", signed, "-o", out, "--for", "avance")
    assert pack(*arguments).exit_code == 0
    saved_anew(pdf, signed / "c.pdf", attached=False)
    result = pack(*arguments)
    assert result.exit_code == 1
    assert "PIECES-PLUSIEURS" in result.stderr
