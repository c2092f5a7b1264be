"""The datasets of the demo, each brought as far as the plan says."""

from __future__ import annotations

import io
import time
from typing import Any

from werkzeug.datastructures import FileStorage

import ckan.plugins.toolkit as tk
from ckan.lib.munge import munge_title_to_name

from ckanext.sdi.datastore import checks, job
from ckanext.sdi.demo import figures
from ckanext.sdi.demo.people import act, producer_of
from ckanext.sdi.demo.plan import DATA_YEARS, RETURN_REASON, WITHDRAW_REASON, Dataset, Item

CHECK_SECONDS = 120.0
# Who takes a step, by which action, and what is said with it.
STEPS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "return": ("walidata", "sdi_dataset_return", {"findings": [RETURN_REASON]}),
    "pembina_return": ("pembina", "sdi_dataset_return", {"findings": [RETURN_REASON]}),
    "approve": ("walidata", "sdi_dataset_approve", {}),
    "pembina_approve": ("pembina", "sdi_dataset_approve", {}),
    "publish": ("walidata", "sdi_dataset_publish", {}),
    "withdraw": ("walidata", "sdi_dataset_withdraw", {"reason": WITHDRAW_REASON}),
}


def bring(dataset: Dataset, item_id: str) -> bool:
    """Make a dataset and take its steps; what was begun before is gone on with.

    A dataset that went another way meanwhile, by somebody's hand, is left as it is.

    :returns: whether anything was done
    """
    producer = producer_of(dataset.item.office)
    name = _name(dataset.item)
    found = _find(producer, name)
    shown = found or act(producer, "package_create", **_metadata(dataset, item_id, name))
    done = found is None
    if dataset.file != "none" and not shown["resources"]:
        resource = act(producer, "resource_create", **_resource(dataset, shown["id"]))
        settle(producer, resource["id"])
        done = True
    return _take_steps(dataset, shown["id"], producer) or done


def _find(producer: str, name: str) -> dict[str, Any] | None:
    try:
        return act(producer, "package_show", id=name)
    except tk.ObjectNotFound:
        return None


def settle(who: str, resource_id: str) -> None:
    """See a check through: made here and now, unless a worker was quicker.

    :raises TimeoutError: when the worker who took it does not finish
    """
    until = time.monotonic() + CHECK_SECONDS
    shown = act(who, "sdi_resource_check_show", id=resource_id)
    if shown["state"] == "waiting":
        job.run(shown["check_id"])
    while act(who, "sdi_resource_check_show", id=resource_id)["state"] in checks.OPEN_STATES:
        if time.monotonic() > until:
            raise TimeoutError(f"the check of resource {resource_id} is not done")
        time.sleep(0.2)


def _take_steps(dataset: Dataset, package_id: str, producer: str) -> bool:
    history = act(producer, "sdi_dataset_history", id=package_id)["results"]
    taken = [step["action"] for step in reversed(history)]
    wanted = [step.removeprefix("pembina_") for step in dataset.steps]
    if taken != wanted[: len(taken)]:
        return False
    for step in dataset.steps[len(taken) :]:
        who, action, said = STEPS.get(step, (producer, "sdi_dataset_submit", {}))
        act(who, action, id=package_id, **said)
    return len(taken) < len(wanted)


def _name(item: Item) -> str:
    return munge_title_to_name(f"{item.office.name} {item.nama_data}")[:100].strip("-")


def _metadata(dataset: Dataset, item_id: str, name: str) -> dict[str, Any]:
    item, office = dataset.item, dataset.item.office
    last = DATA_YEARS[-1]
    first = last if item.has_persons else DATA_YEARS[0]
    least = {
        "name": name,
        "title": item.nama_data if item.has_persons else _title(item),
        "owner_org": office.name,
        "daftar_data_item": item_id,
        "license_id": "cc-by",
    }
    if not dataset.is_complete:
        return least
    return {
        **least,
        "notes": (
            f"{item.definisi} Data disusun oleh {office.title} dari catatan kabupaten dan kota. "
            "Semua angka adalah rekaan untuk peragaan."
        ),
        "konsep": item.konsep,
        "ukuran": item.ukuran,
        "periode_awal": str(first),
        "periode_akhir": str(last),
        "cakupan_wilayah": ["64"],
        "tingkat_penyajian": "kab_kota",
        "sumber": f"Catatan administrasi {office.short}",
        "tag_string": f"{office.kategori},Kalimantan Timur",
    }


def _title(item: Item) -> str:
    return f"{item.nama_data} menurut kabupaten dan kota, {DATA_YEARS[0]}–{DATA_YEARS[-1]}"


def _resource(dataset: Dataset, package_id: str) -> dict[str, Any]:
    item = dataset.item
    kind = dataset.file if dataset.file in ("faulty", "persons") else "good"
    years = f"{DATA_YEARS[0]}/{DATA_YEARS[-1]}"
    filename = f"{munge_title_to_name(item.nama_data)[:60]}.csv"
    content = io.BytesIO(figures.table(item, kind).encode())
    standard = (
        {} if dataset.file == "no_standard" else {"table_schema": figures.column_standard(item)}
    )
    return {
        "package_id": package_id,
        "name": f"Tabel {item.nama_data[0].lower()}{item.nama_data[1:]}",
        "description": f"{item.nama_data} ({item.satuan}). Angka rekaan.",
        "format": "CSV",
        "periode_data": str(DATA_YEARS[-1]) if item.has_persons else years,
        "url": filename,
        "upload": FileStorage(content, filename=filename),
        **standard,
    }
