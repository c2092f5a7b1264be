"""``ckan sdi remind``: who is written to, of what, on which day, and never twice."""

from __future__ import annotations

import datetime as dt
import smtplib
from email import message_from_bytes, policy
from typing import Any

import pytest
import sqlalchemy as sa

from ckan import model
from ckan.cli.cli import ckan

from ckanext.sdi.lifecycle import owed
from ckanext.sdi.model import Reminder
from tests.lifecycle.test_owed import ABOUT_2025, record, step
from tests.province import Province, make_dataset

pytestmark = [
    pytest.mark.usefixtures("province"),
    pytest.mark.ckan_config("smtp.server", "mail.example"),
    pytest.mark.ckan_config("smtp.mail_from", "satudata@example.com"),
]

# What the province's only item owes: 2025, due on 30 January 2026; then 2026.
DAYS = [
    ("2025-12-30", None),
    ("2025-12-31", "Jumlah usaha menurut kabupaten dan kota 2025: jatuh tempo 30 Januari 2026"),
    ("2026-01-01", None),
    ("2026-01-22", None),
    ("2026-01-23", "jatuh tempo 30 Januari 2026"),
    ("2026-01-29", None),
    ("2026-01-30", "jatuh tempo 30 Januari 2026"),
    ("2026-02-05", None),
    ("2026-02-06", "terlambat 7 hari"),
    ("2026-02-13", "terlambat 14 hari"),
    ("2026-06-01", None),
    # A server that stood still on the day sends it afterwards, and what passed meanwhile never.
    ("2027-02-20", "Jumlah usaha menurut kabupaten dan kota 2026: terlambat 21 hari"),
]


def ran(cli: Any, *arguments: str) -> Any:
    result = cli.invoke(ckan, ["sdi", "remind", *arguments])
    assert "Traceback" not in result.output
    return result


def mails(mail_server: Any) -> list[Any]:
    """The mails since the last time, by whom they go to."""
    raw = [sent[3] for sent in mail_server.get_smtp_messages()]
    mail_server.clear_smtp_messages()
    encoded = [text if isinstance(text, bytes) else text.encode() for text in raw]
    found = [message_from_bytes(text, policy=policy.default) for text in encoded]
    return sorted(found, key=lambda mail: str(mail["To"]))


def test_each_event_once(cli: Any, mail_server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for day, told in DAYS:
        monkeypatch.setattr(owed, "today", lambda day=day: dt.date.fromisoformat(day))
        for _ in range(2):
            assert ran(cli).exit_code == 0
        sent = mails(mail_server)
        people = [] if told is None else ["pendukung@example.com", "produsen@example.com"]
        assert [mail["To"].addresses[0].addr_spec for mail in sent] == people, day
        assert all((told or "") in str(mail["Subject"]) for mail in sent), (day, sent)


def test_a_mail_has_the_way_to_the_work(
    cli: Any, mail_server: Any, monkeypatch: pytest.MonkeyPatch, province: Province
) -> None:
    monkeypatch.setattr(owed, "today", lambda: dt.date(2026, 2, 6))
    dry = ran(cli, "--dry-run")
    assert dry.output.count("terlambat 7 hari") == 2
    assert mails(mail_server) == []
    assert model.Session.scalar(sa.select(sa.func.count()).select_from(Reminder)) == 0
    ran(cli)
    body = mails(mail_server)[0].get_content()
    assert f"/sdi/daftar-data/{province.item_id}" in body
    assert "Jatuh tempo 30 Januari 2026, terlambat 7 hari." in body
    assert "/sdi/tugas" in body
    assert "Dinas Uji Coba" in body
    assert "{" not in body


def test_a_mail_that_is_not_taken_is_sent_by_the_next_run(
    cli: Any, mail_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owed, "today", lambda: dt.date(2026, 2, 6))

    def refuse(*_args: Any, **_more: Any) -> None:
        raise OSError("no answer")

    with monkeypatch.context() as patched:
        patched.setattr("ckan.lib.mailer.mail_user", refuse)
        result = ran(cli)
        assert (result.exit_code, "0 mails sent" in result.output) == (1, True)
    assert ran(cli).exit_code == 0
    assert len(mails(mail_server)) == 2


@pytest.mark.ckan_config("smtp.server", "")
def test_without_a_mail_server_nothing_counts_as_told(cli: Any) -> None:
    assert ran(cli).exit_code == 1
    assert model.Session.scalar(sa.select(sa.func.count()).select_from(Reminder)) == 0


def told_to(mail_server: Any) -> list[str]:
    """Who the mails since the last time went to."""
    return [mail["To"].addresses[0].addr_spec for mail in mails(mail_server)]


def change(what: Any, name: str, **values: Any) -> None:
    """Write something of a user or an office."""
    model.Session.execute(sa.update(what).where(what.name == name).values(**values))
    model.Session.commit()


def test_a_server_that_fails_in_the_middle(
    cli: Any, mail_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is told twice, nobody is missed: not the same day, not three days later."""
    monkeypatch.setattr(owed, "today", lambda: dt.date(2026, 2, 6))
    taken = mail_server.sendmail

    def only_one(*args: Any, **more: Any) -> None:
        if mail_server.get_smtp_messages():
            raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")
        taken(*args, **more)

    with monkeypatch.context() as patched:
        patched.setattr(mail_server, "sendmail", only_one)
        result = ran(cli)
    assert (result.exit_code, "1 mails sent" in result.output) == (1, True)
    first = told_to(mail_server)
    monkeypatch.setattr(owed, "today", lambda: dt.date(2026, 2, 9))
    assert ran(cli).exit_code == 0
    assert sorted(first + told_to(mail_server)) == ["pendukung@example.com", "produsen@example.com"]


def test_a_server_that_hangs_up_after_it_took_the_mail(
    cli: Any, mail_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owed, "today", lambda: dt.date(2026, 2, 6))

    def hang_up() -> None:
        raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")

    with monkeypatch.context() as patched:
        patched.setattr(mail_server, "quit", hang_up)
        assert ran(cli).exit_code == 0
    assert len(told_to(mail_server)) == 2
    assert ran(cli).exit_code == 0
    assert told_to(mail_server) == []


def test_an_address_that_is_none_keeps_no_other_mail_back(
    cli: Any, mail_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owed, "today", lambda: dt.date(2026, 2, 6))
    change(model.User, "uji-pendukung", email="penduküng@example.com")
    result = ran(cli)
    assert (result.exit_code, "uji-pendukung: " in result.output) == (1, True)
    assert told_to(mail_server) == ["produsen@example.com"]


def test_who_is_not_written_to(
    cli: Any, mail_server: Any, monkeypatch: pytest.MonkeyPatch, province: Province
) -> None:
    """Nobody of a user or an office that is no more, of those who only read, of another office."""
    monkeypatch.setattr(owed, "today", lambda: dt.date(2026, 2, 6))
    change(model.User, "uji-pendukung", state="deleted")
    (member,) = model.Session.scalars(
        sa.select(model.Member).filter_by(table_id=province.users["produsen_lain"]["id"])
    )
    member.group_id, member.capacity = province.office["id"], "member"
    model.Session.commit()
    assert ran(cli).exit_code == 0
    assert told_to(mail_server) == ["produsen@example.com"]
    model.Session.execute(sa.delete(Reminder))
    change(model.Group, "dinas-uji", state="deleted")
    assert ran(cli).exit_code == 0
    assert told_to(mail_server) == []


def test_who_works_for_two_offices_has_one_mail(
    cli: Any, mail_server: Any, monkeypatch: pytest.MonkeyPatch, province: Province
) -> None:
    monkeypatch.setattr(owed, "today", lambda: dt.date(2026, 2, 6))
    other = province.other_office["id"]
    record(province.item_id, "owed", "2025-01-01", organization_id=other)
    of_both = {"table_name": "user", "table_id": province.users["produsen"]["id"]}
    member = model.Member(group=model.Group.get(other), capacity="editor", **of_both)
    model.Session.add(member)
    model.Session.commit()
    assert ran(cli).exit_code == 0
    sent = {mail["To"].addresses[0].addr_spec: mail.get_content() for mail in mails(mail_server)}
    assert sorted(sent) == [
        "pendukung@example.com",
        "produsen@example.com",
        "produsen_lain@example.com",
    ]
    both = sent["produsen@example.com"]
    assert ("Dinas Uji Coba" in both, "Dinas Lain" in both) == (True, True)
    assert "Dinas Lain" not in sent["pendukung@example.com"]
    assert ran(cli).exit_code == 0
    assert told_to(mail_server) == []


def test_what_lies_with_the_walidata_is_no_reminder(
    cli: Any, mail_server: Any, monkeypatch: pytest.MonkeyPatch, province: Province
) -> None:
    """Nor is what is excused; once it is returned, the mail leads to the dataset."""
    made = make_dataset(province)
    step(made["id"], "submitted", "2026-01-20T00:00:00", ABOUT_2025)
    monkeypatch.setattr(owed, "today", lambda: dt.date(2026, 2, 6))
    assert ran(cli).exit_code == 0
    assert told_to(mail_server) == []
    step(made["id"], "returned", "2026-02-20T00:00:00")
    # Returned with ten days left: due on 2 March.
    monkeypatch.setattr(owed, "today", lambda: dt.date(2026, 3, 2))
    assert ran(cli).exit_code == 0
    (mail, _) = mails(mail_server)
    assert "jatuh tempo 2 Maret 2026" in str(mail["Subject"])
    assert f"/dataset/{made['name']}/kesesuaian" in mail.get_content()
    record(province.item_id, "excused", "2025-01-01", last=dt.date(2025, 12, 31))
    monkeypatch.setattr(owed, "today", lambda: dt.date(2026, 3, 20))
    assert ran(cli).exit_code == 0
    assert told_to(mail_server) == []
