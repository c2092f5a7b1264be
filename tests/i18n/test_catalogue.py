"""The Indonesian catalogue is whole, true to its sources, and compiled."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import polib
import pytest
from babel.messages.catalog import Catalog

from tests.i18n.catalogue import load_script, same_as_source

script = load_script()

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z]|\{[^{}]*\}")
TAG = re.compile(r"<[^>]+>")
# What a person reads inside a tag is translated with it.
READ_IN_TAG = re.compile(r'\b(title|alt|placeholder|aria-label)="[^"]*"')


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(script.PO))


@pytest.fixture(scope="module")
def extracted() -> Catalog:
    return script.template()


def translations(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def pairs(catalogue: polib.POFile) -> Iterator[tuple[str, str]]:
    """Each source with its translation; of a plural the form that names the number."""
    for entry in catalogue:
        for text in translations(entry):
            yield entry.msgid_plural or entry.msgid, text


def placeholders(text: str) -> Counter[str]:
    return Counter(PLACEHOLDER.findall(text))


def tags(text: str) -> Counter[str]:
    return Counter(READ_IN_TAG.sub("", tag) for tag in TAG.findall(text))


def edges(text: str) -> tuple[str, str]:
    bare = text.strip()
    return text[: text.index(bare)], text[text.index(bare) + len(bare) :]


def test_nothing_is_untranslated_or_guessed(catalogue: polib.POFile) -> None:
    missing = [entry.msgid for entry in catalogue if not all(translations(entry))]
    assert missing == []
    assert [entry.msgid for entry in catalogue if "fuzzy" in entry.flags] == []


def test_no_message_equals_its_source(catalogue: polib.POFile) -> None:
    equal = {
        entry.msgid
        for entry in catalogue
        if {entry.msgid, entry.msgid_plural} & set(translations(entry))
    }
    allowed = same_as_source()
    assert equal - allowed == set()
    assert allowed - equal == set(), "listed as equal to their source, but are not"


def test_placeholders_agree(catalogue: polib.POFile) -> None:
    assert [
        pair for pair in pairs(catalogue) if placeholders(pair[0]) != placeholders(pair[1])
    ] == []


def test_tags_agree(catalogue: polib.POFile) -> None:
    assert [pair for pair in pairs(catalogue) if tags(pair[0]) != tags(pair[1])] == []


def test_blanks_at_the_ends_agree(catalogue: polib.POFile) -> None:
    assert [pair for pair in pairs(catalogue) if edges(pair[0]) != edges(pair[1])] == []


def test_the_plural_rule_is_that_of_indonesian(catalogue: polib.POFile) -> None:
    assert catalogue.metadata["Plural-Forms"] == "nplurals=1; plural=0;"
    assert {len(entry.msgstr_plural) for entry in catalogue if entry.msgid_plural} == {1}


def test_the_neighbours_messages_are_all_translated(catalogue: polib.POFile) -> None:
    ours = {entry.msgid for entry in catalogue if all(translations(entry))}
    core = script.package_folder("ckan") / "i18n" / "id" / "LC_MESSAGES" / "ckan.po"
    theirs = {entry.msgid for entry in polib.pofile(str(core)).translated_entries()}
    wanted = Catalog()
    for package in script.TEMPLATES:
        script.add_template(wanted, package)
    for package in script.NEIGHBOURS:
        script.extract_sources(wanted, script.package_folder(package), package)
    ids = {message.id if isinstance(message.id, str) else message.id[0] for message in wanted}
    assert len(ids) > 1300
    assert ids - {""} - ours - theirs == set()


def test_the_template_is_what_the_sources_give(extracted: Catalog) -> None:
    assert script.as_po(extracted) == script.POT.read_bytes(), "run dev/i18n"


def test_the_catalogue_has_the_templates_messages(extracted: Catalog) -> None:
    assert script.as_po(script.merged(extracted)) == script.PO.read_bytes(), "run dev/i18n"


def test_the_compiled_catalogue_is_current() -> None:
    assert script.as_mo(script.PO.read_bytes()) == script.MO.read_bytes(), "run dev/i18n"


def test_the_template_names_the_scripts_for_ckans_builder() -> None:
    """CKAN makes the JavaScript messages of those whose place in the .pot ends in ``.js``."""
    marked = {
        entry.msgid
        for entry in polib.pofile(str(script.POT))
        if any(place.endswith(".js") for place, _line in entry.occurrences)
    }
    assert {"Please Confirm", "Searching...", "Show more"} <= marked
