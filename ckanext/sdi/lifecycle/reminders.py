"""Mails about what an office still has to hand in: each event once, one mail a person a day."""

from __future__ import annotations

import datetime as dt
import logging
import smtplib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib import mailer

from ckanext.sdi.kewajiban import periods, timing
from ckanext.sdi.lifecycle import coverage
from ckanext.sdi.lifecycle.owed import Line
from ckanext.sdi.model import Reminder
from ckanext.sdi.model.base import hold

log = logging.getLogger(__name__)

EVENTS = (-30, -7, 0, 7, 14)
"""Days from the day on which a period is due."""
MOST = 50
"""So many periods stand in a mail; of the others it says how many there are."""
_REMINDED = frozenset({timing.RUNNING, timing.DUE, timing.LATE})

Entry = tuple[str, str, Line]
"""The item, the office, and the period that is to be told of."""


@dataclass(frozen=True)
class Mail:
    """What one person is to be told today."""

    user: model.User
    entries: list[tuple[Entry, int]]


def event_of(line: Line, today: date) -> int | None:
    """The newest event of a period that has come; none when there is nothing to say of it.

    An event before the period began says nothing yet: of a day's data nobody is told a month ahead.
    """
    if line.timeliness.kind not in _REMINDED:
        return None
    due, begin = line.timeliness.due, line.expectation.period.first
    come = [event for event in EVENTS if begin <= due + dt.timedelta(days=event) <= today]
    return come[-1] if come else None


def due_mails(today: date) -> Iterator[Mail]:
    """For each person of an office what was not told yet; nobody who had a mail today."""
    by_office: dict[str, list[tuple[Entry, int]]] = defaultdict(list)
    for item_id, office, line in coverage.expectations(None):
        event = event_of(line, today)
        if event is not None:
            by_office[office].append(((item_id, office, line), event))
    for user, offices in _people(list(by_office)):
        told = _told(user.id)
        new = [
            (entry, event)
            for office in offices
            for entry, event in by_office[office or ""]
            if (*_key(entry), event) not in told
        ]
        if new and not _had_a_mail(user.id, today):
            new.sort(key=lambda found: found[0][2].timeliness.due)
            yield Mail(user, new)


def _people(offices: list[str]) -> list[tuple[model.User, Sequence[str | None]]]:
    """Who delivers data for the offices and can be written to, with their offices."""
    query = (
        sa.select(model.User, sa.func.array_agg(model.Member.group_id))
        .join(model.Member, model.Member.table_id == model.User.id)
        .join(model.Group, model.Group.id == model.Member.group_id)
        .where(
            model.Group.state == "active",
            model.Member.table_name == "user",
            model.Member.state == "active",
            model.Member.capacity.in_(("editor", "admin")),
            model.Member.group_id.in_(offices),
            model.User.state == "active",
            sa.func.coalesce(model.User.email, "") != "",
        )
        .group_by(model.User.id)
        .order_by(model.User.name)
    )
    return list(model.Session.execute(query).tuples().all())


def _key(entry: Entry) -> tuple[str, str, str]:
    item_id, office, line = entry
    return item_id, office, periods.code(line.expectation.schedule, line.expectation.period)


def _told(user_id: str) -> set[tuple[str, str, str, int]]:
    query = sa.select(
        Reminder.item_id, Reminder.organization_id, Reminder.period, Reminder.event
    ).where(Reminder.user_id == user_id)
    return set(model.Session.execute(query).tuples().all())


def _had_a_mail(user_id: str, today: date) -> bool:
    query = sa.select(Reminder.day).where(Reminder.user_id == user_id, Reminder.day == today)
    return model.Session.scalar(query.limit(1)) is not None


def send(mail: Mail, today: date) -> bool:
    """Send a mail and note what it told; nothing is noted when it cannot be sent.

    :returns: False when another process was quicker
    :raises ckan.lib.mailer.MailerException: when the mail server does not take it
    """
    user_id = mail.user.id
    hold(f"sdi_reminder:{user_id}")
    if _had_a_mail(user_id, today):
        model.Session.rollback()
        return False
    subject, body = texts(mail)
    for entry, event in mail.entries:
        item_id, office, period = _key(entry)
        model.Session.add(
            Reminder(
                user_id=user_id,
                item_id=item_id,
                organization_id=office,
                period=period,
                event=event,
                day=today,
            )
        )
    try:
        model.Session.flush()
        _hand_over(mail.user, subject, body)
    except Exception:
        model.Session.rollback()
        raise
    model.Session.commit()
    return True


def _hand_over(user: model.User, subject: str, body: str) -> None:
    """Give a mail to the mail server.

    A server that takes it and then hangs up before the farewell has it: CKAN's mailer lets that
    error through as it is, while one before has that of the sending behind it.
    """
    try:
        mailer.mail_user(user, subject, body)
    except smtplib.SMTPServerDisconnected as error:
        if error.__context__ is not None:
            raise
        log.warning("The mail server hung up after it had taken the mail: %s", error)


def texts(mail: Mail) -> tuple[str, str]:
    """The subject, on one line, and the body of a mail."""
    lines = coverage.with_names([entry for entry, _ in mail.entries[:MOST]])
    for line in lines:
        line["link"] = _link(line)
    values: dict[str, Any] = {
        "user": mail.user.display_name,
        "lines": lines,
        "count": len(mail.entries),
        "more": len(mail.entries) - len(lines),
        "offices": sorted({line["organization"]["title"] for line in lines}),
        "tasks": tk.url_for("sdi_tugas.index", role="produsen", _external=True),
        "site_title": tk.config.get("ckan.site_title"),
        "site_url": tk.config.get("ckan.site_url"),
    }
    subject = tk.render("emails/sdi_pengingat_subject.txt", values)
    return " ".join(subject.split()), tk.render("emails/sdi_pengingat.txt", values).strip() + "\n"


def _link(line: dict[str, Any]) -> str:
    """Where the person does it: at the dataset, or at the item while there is none."""
    if line["dataset"]:
        return tk.url_for("sdi_kesesuaian.read", id=line["dataset"]["name"], _external=True)
    return tk.url_for("sdi_daftar_data.read", id=line["item"]["id"], _external=True)
