"""What of a dataset that is to be open identifies persons: columns, attachments, metadata."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ckanext.sdi.rules.catalogue import N_, Example, Rule, register
from ckanext.sdi.rules.dataset_entries import CONTEXT, DATASET, RIGHT, TABLE
from ckanext.sdi.rules.dataset_facts import ResourceFacts
from ckanext.sdi.rules.finding import Finding
from ckanext.sdi.rules.mask import mask_text
from ckanext.sdi.rules.personal_numbers import niks_in

_RESOURCE_TEXTS = ("name", "description")
_NAMES = N_(
    "Column {column} of “{resource}” seems to hold names of persons, and the data is open. The"
    " Walidata confirms with the publication that they may be."
)
_METADATA = N_(
    "{label} tells a person's number ({value}), and the data is open. Take the number out of the"
    " text."
)

register(
    Rule(
        id="data_pribadi.names_open",
        principle="data_pribadi",
        one=_NAMES,
        many=_NAMES,
        whole=_NAMES,
        why=N_("A full name is personal data; some, such as an officer's, are public by law."),
        source="UU 27/2022 Pasal 4",
        wrong=Example(
            dataset=DATASET,
            context={**CONTEXT, "resources": [{**TABLE, "name_columns": ["nama_siswa"]}]},
        ),
        right=RIGHT,
        steps=(
            N_("If the names are not needed, delete the column."),
            N_("If they are public, tell the Walidata by which law."),
        ),
        severity={"wajib": "warning", "anjuran": "warning"},
        blocks=False,
        job="walidata",
    )
)
register(
    Rule(
        id="data_pribadi.metadata",
        principle="data_pribadi",
        one=_METADATA,
        many=_METADATA,
        whole=_METADATA,
        why=N_("Metadata of open data is read by everyone, and harvested by other portals."),
        source="UU 27/2022 Pasal 4, 65 dan 67",
        wrong=Example(
            dataset={**DATASET, "penanggung_jawab": "Contoh Satu, NIK 3171011708450001"},
            context=CONTEXT,
        ),
        right=RIGHT,
        steps=(N_("Open the dataset or the resource, press Edit, and take the number out."),),
        severity={"wajib": "error", "anjuran": "error"},
        blocks=True,
        job="produsen",
    )
)


def is_open(dataset: Mapping[str, Any]) -> bool:
    """Whether a dataset is classed as open to all."""
    return str(dataset.get("klasifikasi_risiko") or "").strip().lower() == "terbuka"


def judge_persons(
    dataset: Mapping[str, Any], resources: Sequence[ResourceFacts]
) -> Iterator[Finding]:
    """What keeps a dataset from being open; of one that is not to be nothing is said."""
    if not is_open(dataset):
        return
    for resource in resources:
        yield from _judge_resource(resource)
    for place, text in _texts(dataset):
        for number in niks_in(text):
            yield _find("data_pribadi.metadata", **place, value=mask_text(number))


def _find(rule: str, **place: Any) -> Finding:
    # The severity is the profile's; judge_dataset sets it.
    return Finding(rule=rule, severity="error", **place)


def _judge_resource(resource: ResourceFacts) -> Iterator[Finding]:
    params = {"resource": resource.name}
    if resource.attached_kind:
        yield _find(
            "data_pribadi.attachment",
            resource_id=resource.id,
            params={**params, "kind": resource.attached_kind},
        )
    for column in sorted({*resource.personal_columns, *declared_personal(resource.table_schema)}):
        yield _find(
            "data_pribadi.terbuka",
            field="klasifikasi_risiko",
            resource_id=resource.id,
            column=column,
            params=params,
        )
    for column in resource.name_columns:
        yield _find(
            "data_pribadi.names_open", resource_id=resource.id, column=column, params=params
        )


def _texts(dataset: Mapping[str, Any]) -> Iterator[tuple[dict[str, str], str]]:
    """What people wrote, with its place."""
    for name, value in dataset.items():
        for one in value if isinstance(value, list) and name != "resources" else [value]:
            # Tags and extras are mappings.
            text = (one.get("value") or one.get("name")) if isinstance(one, Mapping) else one
            if isinstance(text, str):
                yield {"field": name}, text
    for resource in dataset.get("resources") or []:
        for name in _RESOURCE_TEXTS:
            if isinstance(resource.get(name), str):
                yield {"field": name, "resource_id": resource["id"]}, resource[name]


def declared_personal(table_schema: Mapping[str, Any] | str | None) -> list[str]:
    """The columns that a column standard itself declares to identify persons.

    An NPWP may be a company's: that is told by the values, not by the declaration.
    """
    if isinstance(table_schema, str):
        try:
            table_schema = json.loads(table_schema)
        except ValueError:
            return []
    if not isinstance(table_schema, Mapping):
        return []
    fields = table_schema.get("fields")
    if not isinstance(fields, list):
        return []
    return [
        str(one.get("name"))
        for one in fields
        if isinstance(one, Mapping)
        and isinstance(one.get("sdi"), Mapping)
        and one["sdi"].get("code") in ("nik", "nomor_kk", "id_dtks")
    ]
