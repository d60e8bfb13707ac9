"""`segurdoc`: the group of commands, each imported when it is called."""

import contextlib
import io
import logging
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from generator import __version__
from generator.cli.commands import LazyGroup, print_error, usage_error
from generator.cli.session import Exit, keep_settings_file, language_of_call, normalized_token
from generator.cli.settings.find import find_settings
from generator.common.bounded_workers import BoundedError
from generator.common.language import Lang, os_reason, os_remedy, text
from generator.common.run_folder import use_run_folder

# Each is a module of `generator.cli`; its line in the help is in the catalogue.
# The order is that of the help: what makes and checks documents comes first.
# Completion offers the same names without importing a command.
COMMANDS = (
    "render",
    "batch",
    "verify",
    "status",
    "pack",
    "serve",
    "template",
    "import",
    "new",
    "validate",
    "explain",
    "eligibles",
    "references",
    "schema",
    "completion",
    "doctor",
)


@click.group(
    "segurdoc",
    cls=LazyGroup,
    names=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "token_normalize_func": normalized_token},
)
@click.option("--config", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE")
@click.option("--no-config", is_flag=True)
@click.option("--trust", is_flag=True)
@click.option("-v", "--verbose", is_flag=True)
@click.version_option(__version__, prog_name="segurdoc")
@click.pass_obj
def segurdoc(lang: Lang, config: Path | None, no_config: bool, trust: bool, verbose: bool) -> None:
    """Note which settings count; the command that follows reads them."""
    if config and no_config:
        raise usage_error("exclusive", first="--config", second="--no-config")
    # Settings that another user may have written could lead the program to files of that user.
    # They do not count without `--trust`, and a line on the error output says so.
    ignored: list[Path] = []
    file = None if no_config else config or find_settings(trusted=trust, ignored=ignored.append)
    keep_settings_file(file, trusted=trust)
    for each in ignored:
        click.echo(text("cli.settings.ignored", file=each).say(lang), err=True)
    if verbose:
        click.echo(text("cli.settings.used", file=file or text("cli.settings.none")).say(lang), err=True)


def main() -> None:
    """Run the command line, and end the process with its code."""
    _prepare()
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run the command line with some arguments, report why it ended early, and return its exit code."""
    lang = language_of_call(arguments)
    try:
        # click would print its own English sentences and exit by itself in its standalone mode.
        code: int | None = segurdoc.main(list(arguments), prog_name="segurdoc", standalone_mode=False, obj=lang)
        # A full disk or a closed pipe may show only when the buffer is written: this is inside the `try` for that.
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of a pipe has had enough: `segurdoc validate … | head`.
        _forget_output()
        code = Exit.FINE
    except Exception as error:  # the edge: a user gets a sentence, a developer the trace with SEGURDOC_DEBUG
        # A usage error or an error of the system is explained by its sentence: a trace would add nothing.
        if os.environ.get("SEGURDOC_DEBUG") and not isinstance(error, click.exceptions.ClickException | OSError):
            raise
        code = _code_of(error, lang)
    except KeyboardInterrupt:
        code = _interrupted(lang)
    # A command that ends normally returns None.
    return code or Exit.FINE


def _code_of(error: Exception, lang: Lang) -> int:
    """Report why a command ended early, and return its exit code."""
    if isinstance(error, click.ClickException):
        print_error(error, lang)
        return error.exit_code
    # click also aborts where the pipe of a process ends: nobody interrupted that.
    if isinstance(error, click.Abort) and not isinstance(error.__cause__, EOFError):
        return _interrupted(lang)
    if isinstance(error, BoundedError):
        # Late: a command that ends well, and the help, need no reports.
        from generator.reports import text_report

        click.echo(text_report([error.finding], lang), err=True)
        return Exit.FINDINGS
    if isinstance(error, OSError):
        # The error output may take the sentence where the standard output takes nothing.
        _forget_output()
        reason, remedy = os_reason(error), os_remedy(error)
        sentence = (
            text("cli.errors.system-file", file=error.filename, reason=reason)
            if error.filename
            else text("cli.errors.system", reason=reason)
        ).say(lang)
        _report(f"{sentence}\n  → {remedy.say(lang)}" if remedy else sentence)
        return Exit.MACHINE
    # An `Abort` that is left here has an EOFError as its cause: the sentence names that.
    cause = error.__cause__ if isinstance(error, click.Abort) else error
    _report(text("cli.errors.internal", name=type(cause).__name__, error=cause).say(lang))
    return Exit.INTERNAL


def _interrupted(lang: Lang) -> int:
    _report(text("cli.errors.interrupted").say(lang))
    return Exit.INTERRUPT


def _report(sentence: str) -> None:
    """Print a sentence on the error output, as far as that takes it."""
    try:
        click.echo(sentence, err=True)
    except OSError:
        # The interpreter flushes the stream when it ends: without another target it would fail then, with a trace.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def _prepare() -> None:
    """Replace characters that the output cannot encode, and remove temporary files when the process is stopped."""
    _open_missing_streams()
    for stream in (sys.stdout, sys.stderr):
        # A terminal in cp1252 or ASCII has no « → » or « ✓ »: a sign is replaced, and the command does not crash.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    # Windows has no SIGHUP.
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _end)
    # All temporary files of the call go into one private folder, which the next run clears after a kill.
    use_run_folder()
    # A process of one thread is forked in milliseconds (`common.bounded_workers`); nothing here multiplies matrices.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # pypdf logs each flaw that it mends in a PDF; the error output is for findings.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def _open_missing_streams() -> None:
    """Give the process the standard streams that it was started without: else the next file it opens becomes one."""
    for descriptor, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            with contextlib.suppress(OSError):
                # The system gives the lowest free descriptor, which may be another than the missing one.
                null = os.open(os.devnull, os.O_RDWR)
                if null != descriptor:
                    os.dup2(null, descriptor)
                    os.close(null)
                setattr(sys, name, open(descriptor, "r" if not descriptor else "w", encoding="utf-8", closefd=False))  # noqa: SIM115  # it lives as long as the process


def _end(number: int, _frame: object) -> None:
    """Leave as after an exception, so that LibreOffice is stopped and temporary files are removed."""
    # Shells report a process that a signal ended by 128 and the number of the signal.
    raise SystemExit(128 + number)


def _forget_output() -> None:
    """Send what is still buffered nowhere: the standard output accepts nothing more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
