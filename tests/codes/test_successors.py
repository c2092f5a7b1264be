from __future__ import annotations

from ckanext.sdi.codes.successors import fold_name, propose_successors


def test_fold_name() -> None:
    assert fold_name("KAB. ADM. KEP. SERIBU") == fold_name(
        "Kabupaten Administrasi Kepulauan Seribu"
    )
    assert fold_name("Udek Du’en") == fold_name("UDEK DUEN")
    assert fold_name("Toba Samosir") != fold_name("Toba")


def test_a_regency_that_moved_takes_its_places_along() -> None:
    old = {"91": "Papua", "91.01": "Kab. Merauke", "91.01.01": "Merauke", "91.01.02": "Muting"}
    new = {
        "91": "Papua",
        "93": "Papua Selatan",
        "93.01": "Kabupaten Merauke",
        "93.01.01": "Merauke",
        "93.01.02": "Muting",
    }
    assert propose_successors(old, new) == {
        "91.01": "93.01",
        "91.01.01": "93.01.01",
        "91.01.02": "93.01.02",
    }


def test_two_of_a_name_are_left_to_a_person() -> None:
    old = {"11": "A", "11.01": "X", "11.02": "X"}
    new = {"11": "A", "11.03": "X"}
    assert propose_successors(old, new) == {}
    assert (
        propose_successors({"11": "A", "11.01": "X"}, {"11": "A", "11.02": "X", "11.03": "X"}) == {}
    )


def test_a_village_that_became_kelurahan_in_its_district() -> None:
    old = {"11": "A", "11.01": "B", "11.01.01": "C", "11.01.01.2001": "Desa Baru"}
    new = {"11": "A", "11.01": "B", "11.01.01": "C", "11.01.01.1001": "Desa Baru"}
    assert propose_successors(old, new) == {"11.01.01.2001": "11.01.01.1001"}
