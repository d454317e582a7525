"""What the OpenAPI document promises is what is answered, whoever asks and whatever is sent."""

import itertools
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import BaseSchema, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from tests.api.situations import ROOT, a_token
from tests.builders import a_file, a_row, an_issued_report, take
from tests.web.situations import (
    CARE,
    DISABILITY,
    NINE,
    OCCASION,
    TODAY,
    a_letter,
    a_task,
    an_office,
    answered,
    known,
)  # fmt: skip
from tests.web.situations import given as given_tasks
from tracker.api.app import MOUNTED, guarded_routes
from tracker.domain.flags import CheckState, Flag
from tracker.domain.tasks import Task
from tracker.domain.tokens import TokenRole, TokenScope
from tracker.office import Office
from tracker.storage.checks import CatalogueEntry, CheckRun
from tracker.web.app import create_app

EXAMPLES = 16
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance, negative_data_rejection, ignored_auth, unsupported_method,
    allow_header_conformance,
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
EXISTING = {"stem": "組織", "finding_no": "R5-1", "day": str(TODAY), "name": "absent-accounts"}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office with something of everything."""
    folder = tmp_path_factory.mktemp("office")
    office = an_office(folder)
    take(office, a_file(folder, "指導事項", a_row("指導事項")), on=TODAY)
    flag = Flag(
        "absent-accounts", "S/u1", "S/u1", DISABILITY, "不在", None, TODAY, TODAY, "flag:1", details={"days": 91}
    )
    entry = CatalogueEntry("absent-accounts", 1, "不在者のアカウント", "不在", "規程", ("アカウント",))
    with office.store.transaction() as records:
        records.outbox.queue(a_letter())
        records.flags.raise_all([flag])
        records.checks.write_catalogue([entry])
        records.checks.record_run(CheckRun("absent-accounts", TODAY, CheckState.FLAGGED, ended_at=NINE))
        records.reports.issue(an_issued_report(TODAY, NINE, {"overdue": 1}))
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


NUMBERS = itertools.count(1)


def aim_at_what_exists(office: Office, case: Case) -> None:
    """Put something that is there, in the state the verb is for, in the place of what was made up."""
    places = case.path_parameters
    places |= {name: EXISTING[name] for name in places.keys() & EXISTING.keys()}
    if "key" in places or "number" in places:
        task = given_tasks(office, a_task(str(next(NUMBERS))))
        if "number" in places:
            places["number"] = str(answered(office, task))
        elif case.path.endswith("/reopening"):
            closed(office, task)
        if "key" in places:
            places["key"] = task.key
        if isinstance(case.body, dict):
            case.body |= {"version": known(office, task).version}
            case.body |= {"department": CARE} if "department" in case.body else {}


def closed(office: Office, task: Task) -> None:
    """The task, completed."""
    with office.store.transaction() as records:
        records.tasks.save(*known(office, task).complete("済み", OCCASION))
