"""`segurdoc schema`: print a JSON schema."""

import click

from generator.cli.commands import Command
from generator.common.resources import SCHEMAS

_FILES = {"order": "order.schema.json", "appel": "appel.schema.json", "settings": "settings.schema.json"}


@click.command("schema", cls=Command)
@click.argument("which", type=click.Choice(tuple(_FILES)), default="order")
def command(which: str) -> None:
    """Print a JSON schema."""
    # Byte for byte the file: it ends with a line end of its own.
    click.echo((SCHEMAS / _FILES[which]).read_text("utf-8"), nl=False)
