"""The description of the API, and answers that conform to it whatever is sent.

With SEGURDOC_API_CASES=2000 in the environment that many cases are sent, instead of some hundred.
"""

import os
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from generator.web.openapi import description
from tests.web.server import Served

OPERATIONS = [(path, method) for path, item in description(["AF"])["paths"].items() for method in item]
CASES = max(int(os.environ.get("SEGURDOC_API_CASES", "150")) // len(OPERATIONS), 1)
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)


@pytest.fixture(scope="module")
def schema(site: Served) -> Any:
    return schemathesis.openapi.from_url(f"{site.address}/api/openapi.json")


@pytest.mark.slow
@pytest.mark.parametrize(("path", "method"), OPERATIONS, ids=[f"{method} {path}" for path, method in OPERATIONS])
def test_answers_conform_to_the_description(site: Served, schema: Any, path: str, method: str) -> None:
    operation = schema[path][method]

    @settings(
        max_examples=CASES,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        database=None,
        derandomize=True,
    )
    @given(data=st.data())
    def run(data: Any) -> None:
        case = data.draw(operation.as_strategy())
        case.validate_response(case.call(base_url=site.address), checks=CHECKS)

    run()


def test_description_names_every_call() -> None:
    named = {f"{method.upper()} {path.removeprefix('/api/v1')}" for path, method in OPERATIONS}
    assert named == {
        "POST /validate", "POST /render", "POST /verify", "POST /templates/check", "POST /batches",
        "GET /batches/{id}", "DELETE /batches/{id}", "GET /batches/{id}/events", "GET /batches/{id}/files.zip",
        "GET /references", "GET /schema", "GET /findings/{code}", "GET /health", "GET /metrics",
    }  # fmt: skip
