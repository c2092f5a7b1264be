"""``ckan sdi remind``: mails about what is still to be handed in, for cron."""

from __future__ import annotations

import smtplib

import click

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.mailer import MailerException

from ckanext.sdi.lifecycle import owed, reminders


@click.command(short_help="Send mails about what is still to be handed in.")
@click.option("--dry-run", is_flag=True, help="Only say who would be written to, and of what.")
@click.pass_context
def remind(context: click.Context, *, dry_run: bool) -> None:
    """Write to the people of each office what is due: 30 and 7 days before, on the day, 7 and 14
    days after it.

    For cron, once a day. Each event is told once, a person has at most one mail a day: a second run
    sends nothing. Exits with 1 when a mail could not be sent; it is sent by the next run.
    """
    has_server = tk.config.get("smtp.server") and tk.config.get("smtp.mail_from")
    can_send = has_server or any(p.PluginImplementations(p.INotifier))
    if not can_send and not dry_run:
        click.secho("No mail server: set smtp.server and smtp.mail_from.", fg="red", err=True)
        raise click.exceptions.Exit(1)
    sent = failed = 0
    with context.meta["flask_app"].test_request_context():
        day = owed.today()
        for mail in list(reminders.due_mails(day)):
            name = mail.user.name
            if dry_run:
                subject, _body = reminders.texts(mail)
                click.echo(f"{name}: {subject}")
                continue
            try:
                sent += reminders.send(mail, day)
            except (MailerException, OSError, smtplib.SMTPException, UnicodeError) as error:
                # One person's address that is none keeps nobody else's mail back.
                failed += 1
                click.secho(f"{name}: {error}", fg="red", err=True)
        model.Session.rollback()
    if dry_run:
        click.echo("Nothing was sent.")
        return
    click.echo(f"{sent} mails sent.")
    if failed:
        raise click.exceptions.Exit(1)


commands = [remind]
