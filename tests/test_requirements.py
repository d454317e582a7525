"""What is required is used, and what is used is required: nothing comes into an office that nobody imports."""

import re
import sys
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

from tests.test_architecture import PACKAGES, ROOT, imports_of, modules

# Required although no module names it, each with the reason.
USED_OTHERWISE = {
    "tzdata": "zoneinfo reads it where the system has no time zones",
    "python-multipart": "Starlette reads forms and files by it",
    "psycopg": "SQLAlchemy loads it for a postgresql address",
    "pyasn1": "held back for ldap3, which uses it",
    "hatchling": "builds the package",
    "editables": "builds the package in place",
    "mypy": "a command", "ruff": "a command", "pytest-timeout": "a plug-in of pytest", "pytest-xdist": "a plug-in of pytest",
    "types-jsonschema": "read by mypy", "types-python-dateutil": "read by mypy", "types-pyyaml": "read by mypy",
}  # fmt: skip
# Imported although not required by name: it is part of what the requirement beside it promises.
COMES_WITH = {
    "starlette": "fastapi", "anyio": "fastapi", "pydantic": "fastapi", "sqlalchemy": "sqlmodel", "markupsafe": "jinja2",
    "joserfc": "authlib",
}  # fmt: skip
OURS = {"tracker", "jobs", "notifications", "tests", "tools"}


def project() -> tuple[set[str], set[str]]:
    """What pyproject.toml requires to run, and what it requires beside that for work on it."""
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    more = table["optional-dependencies"]
    run = [*table["dependencies"], *(one for name, own in more.items() if name not in ("dev", "build") for one in own)]
    return {named(one) for one in run}, {named(one) for name in ("dev", "build") for one in more[name]}


def named(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found
    return re.sub(r"[._-]+", "-", found[0]).lower()


@cache
def distributions() -> dict[str, set[str]]:
    """The distributions that an importable name comes from."""
    return {name: {named(one) for one in found} for name, found in packages_distributions().items()}


def imported(paths: Iterable[Path]) -> set[str]:
    """The distributions that modules import from, and names that no distribution here has."""
    tops = {name.split(".")[0] for path in paths for name in imports_of(path)} - {*sys.stdlib_module_names, *OURS}
    return {one for top in tops for one in distributions().get(top, {top})}


def test_every_requirement_is_imported_by_some_module_or_its_reason_is_named() -> None:
    running, working = project()
    used = imported(modules(*PACKAGES))

    assert running - used - USED_OTHERWISE.keys() == set()
    assert working - imported(modules(*PACKAGES, "tests", "tools")) - USED_OTHERWISE.keys() == set()
    assert USED_OTHERWISE.keys() <= running | working, "a reason for something that is not required"


def test_every_module_imports_only_what_is_required_or_comes_with_it() -> None:
    running, _ = project()
    loose = imported(modules(*PACKAGES)) - running

    assert loose == COMES_WITH.keys()
    assert set(COMES_WITH.values()) <= running


def test_what_the_lock_files_pin_is_required_by_somebody() -> None:
    for lock, wanted in (("requirements.lock", project()[0]), ("requirements-dev.lock", set().union(*project()))):
        pinned = {
            named(line)
            for line in (ROOT / lock).read_text(encoding="utf-8").splitlines()
            if re.match(r"[A-Za-z]", line)
        }
        assert wanted <= pinned
        assert not {"starlette-wtf", "wtforms"} & pinned
