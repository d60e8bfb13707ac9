"""`segurdoc`: the group of commands, each imported when it is called."""

from __future__ import annotations

import io
import logging
import os
import signal
import sys
from pathlib import Path

import click

from generator import __version__
from generator.cli.exits import Exit
from generator.cli.lazy import LazyGroup
from generator.cli.session import keep_settings_file
from generator.lang import LANGS
from generator.lang import Lang
from generator.lang import Text
from generator.lang import detect_lang
from generator.lang import os_reason
from generator.settings.find import find_settings
from generator.settings.find import language_of

# Name of each command: the module of `generator.cli` that holds it, and its line in the help.
_COMMANDS = {
    "render": "Render orders to DOCX and PDF, each read back before it is delivered.",
    "batch": "Render thousands of orders in parallel; a second run does only what changed.",
    "verify": "Read PDFs and scans back: is everything there, legible, and the order's?",
    "status": "Show where orders stand, from issue to solde, and the days left to each deadline.",
    "pack": "Gather the signed documents, verified, that requests for avance or solde need.",
    "template": "Own layouts: start from a built-in one, see what it can print, check it.",
    "import": "Make descriptors of a list of clients, a workbook or CSV file.",
    "new": "Ask for one order at the prompt, and write its descriptor.",
    "validate": "Check descriptors against the schema and the programme's rules.",
    "explain": "Say what a finding means, where its rule comes from, and how to mend it.",
    "eligibles": "Import the base of eligible establishments, and look into it.",
    "references": "List the appels à financement that are known, or show one.",
    "schema": "Print the descriptor's JSON schema.",
    "completion": "Print what makes bash, zsh or fish complete the command line.",
    "doctor": "Say what this machine has and lacks, and how to get it.",
}


@click.group(
    "segurdoc",
    cls=LazyGroup,
    package="generator.cli",
    lines=_COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option("--lang", type=click.Choice(LANGS), help="Language of messages.  [default: that of the locale, else fr]")
@click.option(
    "--config",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Settings.  [default: segurdoc.toml or pyproject.toml of this folder, or nearest above]",
)
@click.option("--no-config", is_flag=True, help="Look for no settings.")
@click.option("-v", "--verbose", is_flag=True, help="Say which settings are used.")
@click.version_option(__version__, prog_name="segurdoc")
@click.pass_context
def segurdoc(ctx: click.Context, lang: Lang | None, config: Path | None, no_config: bool, verbose: bool) -> None:
    """Bons de commande, VA and PV pilotes of the Ségur numérique, from JSON order descriptors.

    Exit codes: 0 fine, 1 findings of severity error, 2 usage, 3 something missing on the machine, 4 internal
    error, 130 interrupt.
    """
    if config and no_config:
        raise click.UsageError("--config and --no-config exclude each other")
    file = None if no_config else config or find_settings()
    keep_settings_file(file)
    ctx.obj = lang or language_of(file) or detect_lang()
    if verbose:
        said = Text(f"réglages : {file or 'aucun'}", f"settings: {file or 'none'}")
        click.echo(said.say(ctx.obj), err=True)


def main() -> None:
    """Run the command line, and end the process with its code."""
    lang = detect_lang()
    _prepare()
    try:
        code = segurdoc.main(standalone_mode=False)
        if sys.stdout:  # it may have been closed by whoever started the command
            sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo(Text("interrompu", "interrupted").say(lang), err=True)
        code = Exit.INTERRUPT
    except BrokenPipeError:
        # The reader of a pipe has had enough: `segurdoc validate … | head`.
        _forget_output()
        code = Exit.FINE
    except OSError as error:
        _forget_output()
        said = Text("la machine refuse : ", "the machine refuses: ").say(lang) + os_reason(error).say(lang)
        click.echo(f"{said} {error.filename or ''}".rstrip(), err=True)
        code = Exit.MACHINE
    except Exception as error:  # the edge: a user gets a sentence, a developer the trace with SEGURDOC_DEBUG
        if os.environ.get("SEGURDOC_DEBUG"):
            raise
        said = Text(
            f"erreur interne : {type(error).__name__}: {error} ; SEGURDOC_DEBUG=1 donne la trace à joindre au rapport",
            f"internal error: {type(error).__name__}: {error}; SEGURDOC_DEBUG=1 gives the trace for the report",
        ).say(lang)
        click.echo(said, err=True)
        code = Exit.INTERNAL
    sys.exit(code or Exit.FINE)


def _prepare() -> None:
    """Make the process a good guest: no crash for a character the output cannot encode, no remains when ended."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _end)
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def _end(number: int, _frame: object) -> None:
    """Leave as after an exception, so that LibreOffice is ended and temporary files go."""
    raise SystemExit(128 + number)


def _forget_output() -> None:
    """Let nothing more be written to an output that takes nothing, at the end of the process either."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
