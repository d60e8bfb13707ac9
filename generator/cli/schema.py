"""`segurdoc schema`."""

from __future__ import annotations

import click

from generator.resources import SCHEMAS

_FILES = {"order": "order.schema.json", "appel": "appel.schema.json", "settings": "settings.schema.json"}


@click.command("schema")
@click.argument("which", type=click.Choice(tuple(_FILES)), default="order")
def command(which: str) -> None:
    """Print the JSON schema of descriptors, AF records or settings: for editors, and for the order system."""
    click.echo((SCHEMAS / _FILES[which]).read_text("utf-8"), nl=False)
