"""The file that an edition was made from, kept as it came in for as long as the edition is."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import IO

import ckan.plugins.toolkit as tk


def path_of(edition_id: str) -> Path:
    """Where the file of an edition is."""
    return Path(tk.config["ckan.storage_path"]) / "sdi" / "daftar_data" / edition_id


def keep(edition_id: str, file: IO[bytes]) -> None:
    """Keep a file; it is there when all of it is."""
    path = path_of(edition_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    try:
        file.seek(0)
        with part.open("wb") as target:
            shutil.copyfileobj(file, target)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def remove(edition_id: str) -> None:
    """Remove the file of an edition that goes."""
    path_of(edition_id).unlink(missing_ok=True)
