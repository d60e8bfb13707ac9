"""Define the context of the rules: the data that they need besides the order and its AF record."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from generator.rules.eligibles.model import Base
from generator.rules.past_orders import Register


@dataclass(frozen=True)
class RuleContext:
    """The data that rules need besides the order; a rule whose data is missing reports nothing.

    Attributes:
        base: the base of eligible establishments.
        register: the orders that past runs delivered; empty without `--register`.
        today: the day to compare dates with; None skips the rules on future dates.
    """

    base: Base | None = None
    register: Register = field(default_factory=Register)
    today: datetime.date | None = None
