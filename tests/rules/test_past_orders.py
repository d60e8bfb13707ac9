"""Rules on what past runs delivered, on real output folders."""

import copy
import json
import shutil
from pathlib import Path

import pytest

from generator.batch.run import Batch, BatchOptions
from generator.common.findings import Finding
from generator.documents.manifest_line import NAME, OrderStatus, order_identity, to_line
from generator.references import Appels, DocumentKind
from generator.render.options import Engine, Format, RenderOptions
from generator.render.pipeline import render_order
from generator.rules import RuleContext
from generator.rules.model import DeliveredOrder, Register
from generator.rules.past_orders import read_register
from generator.rules.validation import check_descriptor
from tests.conftest import VALID, Json, descriptor, order_of
from tests.documents.test_manifest_line import OUTPUT, record

DPI = VALID / "bdc-dpi-v2.json"


def codes(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.code for finding in findings]


def batch(out: Path, appels: Appels, *sources: Path) -> None:
    options = BatchOptions(out=out, render=RenderOptions(formats=(Format.DOCX,)), jobs=1)
    with Batch(options, appels) as run:
        assert not any(done for done in run.plan(map(str, sources)) if done)
        list(run.render())
        run.tidy()


@pytest.fixture
def batched(tmp_path: Path, appels: Appels) -> Path:
    batch(tmp_path / "2026" / "mai", appels, DPI)
    return tmp_path


def test_manifest_tells_orders_at_any_depth(batched: Path, order_json: Json) -> None:
    register = read_register([batched])
    (known,) = register.delivered
    assert not register.findings
    assert (known.reference, known.finess_pmsi) == (order_json["reference"], order_json["client"]["finess_pmsi"])
    assert (known.numero, known.prestation) == (order_json["numero"], order_json["prestation"])
    assert (known.folder, known.source) == (batched / "2026" / "mai", str(DPI))
    assert known.documents == {DocumentKind.BDC}
    assert [len(file.sha256) for file in known.files] == [64]


def test_orders_are_found_by_name_and_by_client(batched: Path, order_json: Json) -> None:
    register, order = read_register([batched]), order_of(order_json)
    assert register.of_order(order) == register.delivered
    assert register.of_client(order.reference, order.client.finess_pmsi) == register.delivered
    assert register.of_client("AF-HOP-PFI-Va2", order.client.finess_pmsi) == ()
    assert register.of_order(order_of({**order_json, "numero": "BC-2"})) == ()
    assert Register().of_order(order) == ()


def test_manifest_of_earlier_version_tells_what_its_names_tell(batched: Path, order_json: Json) -> None:
    manifest = batched / "2026" / "mai" / NAME
    value = json.loads(manifest.read_text("utf-8"))
    del value["identity"], value["documents"]
    manifest.write_text(json.dumps(value) + "\n", "utf-8")
    (known,) = read_register([batched]).delivered
    assert (known.finess_pmsi, known.numero, known.prestation) == ("010000024", order_json["numero"], None)
    assert known.documents == {DocumentKind.BDC}


def test_documents_without_manifest_are_known_by_name(tmp_path: Path, order_json: Json, appels: Appels) -> None:
    order = order_of({**order_json, "numero": "BC/2026 #7"})
    render_order(order, appels[order.reference], tmp_path, RenderOptions())
    (known,) = read_register([tmp_path]).delivered
    assert (known.numero, known.prestation, len(known.files)) == ("BC/2026 #7", order.prestation, 2)
    next(tmp_path.glob("*.pdf")).unlink()
    (known,) = read_register([tmp_path]).delivered
    assert (known.numero, known.prestation, len(known.files)) == ("BC-2026-7", None, 1)


def test_what_a_pdf_carries_counts_whatever_its_name(tmp_path: Path, va_json: Json, appels: Appels) -> None:
    order = order_of(va_json)
    render_order(
        order, appels[order.reference], tmp_path, RenderOptions(formats=(Format.PDF,), name="{numero}-{document}")
    )
    (known,) = read_register([tmp_path]).delivered
    assert (known.finess_pmsi, known.numero, known.prestation) == (
        order.client.finess_pmsi,
        order.numero,
        order.prestation,
    )
    assert known.documents == {DocumentKind.BDC, DocumentKind.VA}


def test_manifest_tells_documents_whatever_names_of_their_files(tmp_path: Path, va_json: Json) -> None:
    order = order_of(va_json)
    kept = record(
        order="BC-1", identity=order_identity(order), documents=(DocumentKind.BDC, DocumentKind.VA), outputs=(OUTPUT,)
    )
    (tmp_path / NAME).write_bytes(to_line(kept))
    (known,) = read_register([tmp_path]).of_order(order)
    assert known.documents == {DocumentKind.BDC, DocumentKind.VA}


def test_what_was_not_delivered_is_left_out(tmp_path: Path) -> None:
    name = "AF-HOP-DPI-Va2_010000024_BC-1"
    lines = [
        record(order=name, outputs=(OUTPUT,)),
        record(order=name, status=OrderStatus.FAILED, outputs=()),
        record(order=None, status=OrderStatus.REFUSED, outputs=()),
    ]
    (tmp_path / NAME).write_bytes(b"".join(map(to_line, lines)))
    assert read_register([tmp_path]).delivered == ()


def test_damaged_line_is_reported_and_the_others_are_read(tmp_path: Path) -> None:
    name = "AF-HOP-DPI-Va2_010000024_BC-1"
    (tmp_path / NAME).write_bytes(b"{}\n" + to_line(record(order=name)) + b'{"unfinished')
    register = read_register([tmp_path])
    assert [known.name for known in register.delivered] == [name]
    assert codes(register.findings) == ["REGISTRE-LIGNE"]
    assert register.findings[0].place.line == 1


def test_folder_that_is_not_there_or_holds_nothing_is_reported(tmp_path: Path) -> None:
    assert codes(read_register([tmp_path / "none", tmp_path]).findings) == ["REGISTRE-ILLISIBLE", "REGISTRE-VIDE"]


VA = {"type": "va", "date": "2027-02-15", "version_installee": "4.2", "adresse_mssante": "a@b.mssante.fr"}


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory, appels: Appels) -> Path:
    """An output folder with the PDF of the README's order."""
    value = json.loads((VALID / "bdc-dpi-v2.json").read_text("utf-8"))
    del value["fournisseur"]["logo"]
    out = tmp_path_factory.mktemp("register")
    options = RenderOptions(formats=(Format.PDF,), engine=Engine.AUTO)
    (rendered,) = render_order(order_of(value), appels["AF-HOP-DPI-Va2"], out, options)
    assert rendered.files, [finding.message("en") for finding in rendered.findings]
    return out


def said(value: Json, appels: Appels, folder: Path) -> list[str]:
    context = RuleContext(register=read_register([folder]))
    return [found.code for found in check_descriptor(descriptor(value), appels, context=context).findings]


def test_order_that_was_delivered_may_be_made_again(order_json: Json, appels: Appels, delivered: Path) -> None:
    assert said(order_json, appels, delivered) == []


def test_amount_with_vat_that_is_left_out_is_no_other_amount(order_json: Json, appels: Appels, tmp_path: Path) -> None:
    order_json["montant"] = {"ht": "10000.00", "taux_tva": "0.00"}
    render_order(order_of(order_json), appels["AF-HOP-DPI-Va2"], tmp_path, RenderOptions(formats=(Format.PDF,)))
    order_json |= {"va": VA, "montant": {**order_json["montant"], "ttc": "10000.00"}}
    assert said(order_json, appels, tmp_path) == []
    order_json["montant"] = {"ht": "10000.01", "taux_tva": "0.00"}
    assert said(order_json, appels, tmp_path) == ["VA-PERIMETRE"]


def test_second_order_for_af_and_establishment_is_error(order_json: Json, appels: Appels, delivered: Path) -> None:
    order_json["numero"] = "BC-2026-000999"
    assert said(order_json, appels, delivered) == ["COMMANDE-DEJA-PASSEE"]
    order_json["client"]["finess_pmsi"] = "990000010"
    assert said(order_json, appels, delivered) == []


def test_order_for_another_af_is_none_of_it(order_json: Json, appels: Appels, delivered: Path) -> None:
    date = order_json["scenario"]["date_previsionnelle_installation"]
    questions = appels["AF-HOP-PFI-Va2"].questions
    answers = {each.id: date if each.is_date else True for each in questions}
    other = {**order_json, "reference": "AF-HOP-PFI-Va2", "numero": "PFI-1", "date_emission": "2026-02-02"}
    assert said({**other, "scenario": answers}, appels, delivered) == []


def test_prestation_of_delivered_order_that_changes_is_warning(
    order_json: Json, appels: Appels, delivered: Path
) -> None:
    order_json |= {
        "prestation": "V1+V2",
        "historique": {"vague_1_financee": False, "vague_1_a_ses_frais": False},
    }
    assert said(order_json, appels, delivered) == ["PRESTATION-CHANGEE"]


def test_number_that_was_another_order_s_is_a_warning(order_json: Json, appels: Appels, delivered: Path) -> None:
    order_json["client"]["finess_pmsi"] = "990000010"
    assert said(order_json, appels, delivered) == ["NUMERO-DEJA-PRIS"]


def test_va_is_about_what_the_order_delivered_says(order_json: Json, appels: Appels, delivered: Path) -> None:
    value = {**order_json, "va": VA}
    assert said(value, appels, delivered) == []
    value = copy.deepcopy(value)
    value["montant"] = {"ht": "9000.00", "taux_tva": "20.00", "ttc": "10800.00"}
    assert said(value, appels, delivered) == ["VA-PERIMETRE"]
    del value["va"]
    assert said(value, appels, delivered) == []


def test_file_that_is_gone_or_no_pdf_any_more_is_reported(
    order_json: Json, appels: Appels, delivered: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(delivered, folder)
    context = RuleContext(register=read_register([folder]))
    value = {**order_json, "va": VA, "date_emission": "2026-05-05"}
    for spoil in (lambda path: path.write_bytes(b"%PDF-1.7 no more"), Path.unlink):
        for path in folder.glob("*.pdf"):
            spoil(path)
        (found,) = check_descriptor(descriptor(value), appels, context=context).findings
        assert found.code == "PERIMETRE-INCONNU"
        assert "montant, date_emission" in found.message("fr")


def test_merger_of_one_that_has_an_order_is_a_warning(order_json: Json, appels: Appels, delivered: Path) -> None:
    own = order_json["client"]["finess_pmsi"]
    order_json["client"]["finess_pmsi"], order_json["numero"] = "990000085", "BC-2"
    order_json["fusion"] = {"finess": ["990000051", "990000069"], "justificatif": "arrete.pdf"}
    assert said(order_json, appels, delivered) == []
    order_json["fusion"]["finess"][1] = own
    assert said(order_json, appels, delivered) == ["COMMANDE-FUSION"]


def test_one_merged_into_a_client_of_a_past_batch_is_a_warning(order_json: Json, appels: Appels) -> None:
    past = DeliveredOrder(
        "x", order_json["reference"], "990000085", "BC-2", "V2", Path("out"), (), frozenset(), merged=("990000069",)
    )
    context = RuleContext(register=Register((past,)))
    order_json["client"]["finess_pmsi"] = "990000051"
    assert check_descriptor(descriptor(order_json), appels, context=context).findings == ()
    order_json["client"]["finess_pmsi"] = "990000069"
    found = check_descriptor(descriptor(order_json), appels, context=context).findings
    assert [each.code for each in found] == ["COMMANDE-FUSION"]


def docx_of(value: Json, appels: Appels, folder: Path) -> Path:
    options = RenderOptions(formats=(Format.DOCX,))
    (rendered,) = render_order(order_of(value), appels["AF-HOP-DPI-Va2"], folder, options)
    assert rendered.files
    return folder


def test_docx_alone_tells_that_nothing_changed_and_not_what_did(
    order_json: Json, appels: Appels, tmp_path: Path
) -> None:
    folder = docx_of(order_json, appels, tmp_path)
    assert said(order_json, appels, folder) == []
    assert said({**order_json, "va": VA}, appels, folder) == []
    changed = {**order_json, "date_emission": "2026-05-05"}
    assert said(changed, appels, folder) == ["PERIMETRE-INCONNU"]
    assert said({**changed, "va": VA}, appels, folder) == ["PERIMETRE-INCONNU"]


def test_docx_that_is_damaged_is_reported(order_json: Json, appels: Appels, tmp_path: Path) -> None:
    folder = docx_of(order_json, appels, tmp_path)
    for path in folder.glob("*.docx"):
        path.write_bytes(path.read_bytes()[:-200])
    assert said({**order_json, "va": VA}, appels, folder) == ["PERIMETRE-INCONNU"]


def test_va_alone_in_the_register_is_compared_with_nothing(va_json: Json, appels: Appels, tmp_path: Path) -> None:
    order = order_of(va_json)
    options = RenderOptions(documents=(DocumentKind.VA,), formats=(Format.DOCX,))
    render_order(order, appels[order.reference], tmp_path, options)
    assert "PERIMETRE-INCONNU" not in said({**va_json, "date_emission": "2026-05-05"}, appels, tmp_path)


@pytest.mark.parametrize("earlier", [False, True])
def test_manifest_of_a_batch_tells_the_perimeter_of_a_docx(
    order_json: Json, appels: Appels, tmp_path: Path, *, earlier: bool
) -> None:
    source, out = tmp_path / "order.json", tmp_path / "out"
    source.write_text(json.dumps(order_json), "utf-8")
    batch(out, appels, source)
    if earlier:
        manifest = out / NAME
        line = json.loads(manifest.read_text("utf-8"))
        del line["perimeter"]
        manifest.write_text(json.dumps(line) + "\n", "utf-8")
    assert said({**order_json, "va": VA}, appels, out) == []
    order_json["montant"] = {"ht": "9000.00", "taux_tva": "20.00", "ttc": "10800.00"}
    expected = "PERIMETRE-INCONNU" if earlier else "VA-PERIMETRE"
    assert said({**order_json, "va": VA}, appels, out) == [expected]
    # The prestation is known from the manifest, and without a VA nothing else is compared.
    assert said(order_json, appels, out) == []
