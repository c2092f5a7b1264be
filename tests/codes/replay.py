"""Editions again from their events: what the events say must be all that happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ckanext.sdi.codes.vocabulary import Event


def replay(
    base: Mapping[str, str], events: Iterable[Event], names: Mapping[str, str]
) -> dict[str, str]:
    """A list after some events.

    :param base: the list before, names by code
    :param names: the names that the events' new codes and new names have
    :raises ValueError: when an event does not fit: a code ends that is not there, or begins twice
    """
    state = dict(base)
    ended: set[str] = set()
    for event in events:
        if event.kind in ("rename", "respell"):
            if event.old not in state:
                raise ValueError(f"{event.old} is renamed but not in the list")
            state[event.old] = names[event.old]
            continue
        if event.old:
            if event.old not in state and event.old not in ended:
                raise ValueError(f"{event.old} ends but is not in the list")
            state.pop(event.old, None)
            ended.add(event.old)
        if event.new:
            state[event.new] = names[event.new]
    return state
