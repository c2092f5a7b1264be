"""``ckan sdi demo``: the made-up province."""

from __future__ import annotations

import time

import click

import ckan.plugins.toolkit as tk

from ckanext.sdi.demo import people, plan, province


@click.command("demo", short_help="Make the demo province.")
@click.pass_context
def demo(context: click.Context) -> None:
    """Make the demo province: offices, people with roles, agreed lists, datasets in every state.

    All of it is made up, and the same each time. A second run changes nothing. Not for a portal
    with real data: everyone knows the passwords.
    """
    began = time.monotonic()
    with context.meta["flask_app"].test_request_context():
        try:
            province.make(plan.make(), lambda line: click.echo(f"  {line}"))
        except tk.ValidationError as error:
            click.secho(f"refused: {error.error_dict}", fg="red", err=True)
            raise click.exceptions.Exit(1) from error
        except (tk.NotAuthorized, TimeoutError) as error:
            click.secho(str(error), fg="red", err=True)
            raise click.exceptions.Exit(1) from error
    click.secho(f"The demo province is there ({time.monotonic() - began:.0f} s).", fg="green")
    click.echo(f"Log in with the password {people.PASSWORD} as {people.ADMIN} or:")
    for line in province.logins():
        click.echo(f"  {line}")
    click.echo(f"{people.ADMIN}, if it was there before, has the password it had.")


commands = [demo]
