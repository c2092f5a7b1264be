"""Two editions compared: new, gone, changed, moved, lowered."""

from __future__ import annotations

from ckanext.sdi.daftar_data.difference import compare


def row(number: int, **changes: object) -> dict[str, object]:
    return {
        "id_ddd": f"64.{number:03}",
        "id_ddp": None,
        "nama_data": f"Data {number}",
        "produsen": "Dinas A",
        "klasifikasi_risiko": "terbatas",
        "prioritas_tahun": [],
        **changes,
    }


def test_field_by_field() -> None:
    before = [row(1), row(2), row(3), row(4)]
    after = [
        row(1),
        row(2, produsen="Dinas B", klasifikasi_risiko="tertutup"),
        row(3, klasifikasi_risiko="terbuka", prioritas_tahun=[2026]),
        row(5),
    ]
    found = compare(before, after)
    assert found.counts() == {
        "new": 1,
        "gone": 1,
        "changed": 2,
        "unchanged": 1,
        "moved": 1,
        "lowered": 1,
    }
    assert [item["key"] for item in found.new] == ["64.005"]
    assert [item["key"] for item in found.gone] == ["64.004"]
    second, third = found.changed
    assert second["moved"]
    assert not second["lowered"]
    assert third["lowered"]
    assert third["fields"] == {
        "klasifikasi_risiko": ["terbatas", "terbuka"],
        "prioritas_tahun": [None, [2026]],
    }


def test_an_item_without_regional_id_is_known_by_its_ddp_id() -> None:
    before = [row(1, id_ddd=None, id_ddp="06.01.001", satuan="orang")]
    after = [row(1, id_ddd=None, id_ddp="06.01.001", satuan="jiwa")]
    found = compare(before, after)
    assert found.changed[0]["key"] == "06.01.001"
    assert found.changed[0]["fields"] == {"satuan": ["orang", "jiwa"]}
