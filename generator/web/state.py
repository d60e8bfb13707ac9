"""What handlers share: the parts of the server, its counts, and the language of an answer."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from starlette.requests import Request

from generator.common.language import Lang
from generator.web.batches import Batches
from generator.web.config import Config
from generator.web.job_queue import JobQueue
from generator.web.jobs.answer import Answer


class Metrics:
    """Counts for operators; no label has anything of a user in it."""

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, str, int]] = Counter()
        self.seconds: defaultdict[str, float] = defaultdict(float)

    def text(self, running: int) -> str:
        """Return the counts in Prometheus's text format."""
        lines = ["# TYPE segurdoc_requests_total counter"]
        lines += [
            f'segurdoc_requests_total{{method="{method}",route="{route}",status="{status}"}} {count}'
            for (method, route, status), count in sorted(self.requests.items())
        ]
        lines.append("# TYPE segurdoc_request_seconds_total counter")
        lines += [
            f'segurdoc_request_seconds_total{{route="{route}"}} {seconds:.6f}'
            for route, seconds in sorted(self.seconds.items())
        ]
        lines += ["# TYPE segurdoc_jobs_running gauge", f"segurdoc_jobs_running {running}", ""]
        return "\n".join(lines)


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
    # starlette gives no type to what an application keeps.
    state: State = request.app.state.parts
    return state


def lang_of(request: Request) -> Lang:
    """Return the language of an answer: `lang` of the address, else the first of Accept-Language, else French."""
    # Pages have the language in their address, calls of the API in a parameter.
    asked = request.path_params.get("lang") or request.query_params.get("lang")
    if asked in {"fr", "en"}:
        return "en" if asked == "en" else "fr"
    return "en" if request.headers.get("accept-language", "").lower().startswith("en") else "fr"
