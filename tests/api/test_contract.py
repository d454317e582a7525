"""What the OpenAPI document promises is what is answered, whoever asks and whatever is sent."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import BaseSchema, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from tests.api.situations import ROOT, a_token
from tests.web.situations import CARE, TODAY, a_letter, a_task, an_office, answered, known
from tests.web.situations import given as given_tasks
from tracker.api.app import MOUNTED, guarded_routes
from tracker.domain.tokens import TokenRole, TokenScope
from tracker.office import Office
from tracker.web.app import create_app

EXAMPLES = 10
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance, negative_data_rejection, ignored_auth, unsupported_method,
]  # fmt: skip
OPERATIONS = [
    (f"{MOUNTED}{route.path_format}", method, mode)
    for route in guarded_routes()
    for method in route.methods or ()
    for mode in GenerationMode
    if mode.is_positive or route.rule.roles  # to the others nothing is sent that could be wrong
]
KINDS = [
    (TokenRole.DIVISION, TokenScope.WRITE), (TokenRole.DEPARTMENT, TokenScope.WRITE), (TokenRole.AUDITOR, TokenScope.READ),
]  # fmt: skip
OPEN_TASK = a_task("2")
EXISTING = {"key": OPEN_TASK.key, "number": "1", "stem": "組織", "finding_no": "R5-1", "day": str(TODAY)}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office with open tasks, an answer that waits, a letter."""
    office = an_office(tmp_path_factory.mktemp("office"))
    given_tasks(office, a_task("1"), OPEN_TASK, a_task("3", department_code=CARE))
    answered(office, a_task("1"))
    with office.store.transaction() as records:
        records.outbox.queue(a_letter())
    return office


@pytest.fixture(scope="module")
def api(office: Office) -> Any:
    """The document as a program reads it."""
    return schemathesis.openapi.from_asgi(f"{ROOT}/openapi.json", create_app(office))


@pytest.fixture(scope="module")
def programs(office: Office) -> list[dict[str, str]]:
    """What programs of the division, of a department and of the auditor send."""
    return [{"Authorization": f"Bearer {a_token(office, *kind)}"} for kind in KINDS]


@pytest.mark.parametrize(("path", "method", "mode"), OPERATIONS, ids=str)
def test_every_answer_is_one_that_the_document_names(
    office: Office, api: BaseSchema, programs: list[dict[str, str]], path: str, method: str, mode: GenerationMode
) -> None:
    @settings(
        max_examples=EXAMPLES, derandomize=True, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=api[path][method].as_strategy(generation_mode=mode))
    def send(case: Case) -> None:
        if mode.is_positive:
            aim_at_what_exists(office, case)
        for headers in programs:
            case.call_and_validate(headers=headers, checks=CHECKS)

    send()


def aim_at_what_exists(office: Office, case: Case) -> None:
    """Put a task that is there, and its version, in the place of what was made up."""
    case.path_parameters |= {name: EXISTING[name] for name in case.path_parameters.keys() & EXISTING.keys()}
    if isinstance(case.body, dict) and "version" in case.body:
        case.body["version"] = known(office, OPEN_TASK).version
