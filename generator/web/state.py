"""What handlers share."""

from __future__ import annotations

from dataclasses import dataclass, field

from starlette.requests import Request

from generator.common.language import Lang
from generator.web.batches import Batches
from generator.web.config import Config
from generator.web.guards import Metrics
from generator.web.job_queue import JobQueue
from generator.web.jobs.answer import Answer


@dataclass
class State:
    """The parts of a running server.

    Attributes:
        config: what it was started with.
        workers: its worker processes.
        batches: its batches.
        metrics: its counts.
        followup: by language the last standing of all orders, with the time when it was found.
    """

    config: Config
    workers: JobQueue
    batches: Batches
    metrics: Metrics = field(default_factory=Metrics)
    followup: dict[Lang, tuple[float, Answer]] = field(default_factory=dict)


def state_of(request: Request) -> State:
    """Return the parts of the server that a request came to."""
    state: State = request.app.state.parts
    return state
