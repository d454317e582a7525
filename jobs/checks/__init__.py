"""Checks: one module each. A new file here that defines CHECK is a new check; nothing else changes."""

import functools
import importlib
import pkgutil

from jobs.checks.check import Check


@functools.cache
def all_checks() -> tuple[Check, ...]:
    """Every check, in the order in which the regulator's findings stand, others behind by name."""
    names = [module.name for module in pkgutil.iter_modules(__path__) if module.name != "check"]
    found: list[Check] = [importlib.import_module(f"{__name__}.{name}").CHECK for name in names]
    return tuple(sorted(found, key=lambda check: (check.position, check.name)))
