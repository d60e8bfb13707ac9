"""What orders are held against beside themselves and the record of their AF."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from dataclasses import field

from generator.eligibles.model import Base
from generator.register import Register


@dataclass(frozen=True)
class Surroundings:
    """What a run knows of the world around its orders; a rule that needs a part of it that is missing is silent.

    Attributes:
        base: the base of eligible establishments.
        register: what past runs delivered; empty where none was given.
        today: the day to judge from; None judges no date by it.
    """

    base: Base | None = None
    register: Register = field(default_factory=Register)
    today: datetime.date | None = None
