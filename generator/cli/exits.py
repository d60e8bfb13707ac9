"""Exit codes, and the one place where exceptions become codes."""

from __future__ import annotations

import enum


class Exit(enum.IntEnum):
    """What the exit code of `segurdoc` says; 130 is an interrupt (Ctrl-C)."""

    FINE = 0
    FINDINGS = 1
    USAGE = 2
    MACHINE = 3
    INTERNAL = 4
    INTERRUPT = 130
