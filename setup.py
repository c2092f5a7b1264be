"""Packaging of ckanext-sdi: see pyproject.toml for the build system and the tools' settings."""

from __future__ import annotations

from pathlib import Path

from setuptools import find_namespace_packages, setup

README = Path(__file__).with_name("README.md")

setup(
    name="ckanext-sdi",
    version="0.1.0",
    description="Satu Data Indonesia for CKAN: a province's portal under one list and one gate",
    long_description=README.read_text(encoding="utf-8") if README.exists() else "",
    long_description_content_type="text/markdown",
    license_expression="AGPL-3.0-or-later",
    license_files=["LICENSE"],
    python_requires=">=3.10",
    # The schemas stand at the root of the repository, where people look for them, and are imported
    # as ckanext.sdi.schemas. This holds in an editable install only under PEP 660 (pyproject.toml).
    packages=[
        *find_namespace_packages(include=["ckanext.sdi", "ckanext.sdi.*"]),
        "ckanext.sdi.schemas",
    ],
    package_dir={"ckanext.sdi.schemas": "schemas"},
    include_package_data=True,
    zip_safe=False,
    install_requires=[
        "ckanext-scheming>=3.1",
        "ckanext-harvest>=1.6.3",
        "ijson>=3.2",
        "isal>=1.6",
        "jsonschema>=4",
        "numpy>=1.26",
        "openpyxl>=3.1",
        "pyarrow>=15",
        "python-calamine>=0.4",
        "rapidfuzz>=3",
    ],
    entry_points={
        "ckan.plugins": [
            "sdi = ckanext.sdi.plugin:SdiPlugin",
            "sdi_forum_harvester = ckanext.sdi.harvest.forum:ForumHarvester",
            "sdi_portal_harvester = ckanext.sdi.harvest.portal:PortalHarvester",
        ],
        "console_scripts": ["sdi-check = ckanext.sdi.check.command:main"],
        "babel.extractors": ["ckan = ckan.lib.extract:extract_ckan"],
    },
    message_extractors={
        "ckanext/sdi": [
            ("**.py", "python", None),
            ("**.js", "javascript", None),
            ("templates/**.html", "ckan", None),
            ("templates/**.txt", "ckan", None),
        ],
    },
)
