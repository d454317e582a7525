"""Codes of an office as parts of files' names: whatever a register calls a department, a file stays in its folder."""

import hashlib
import re

LONGEST = 40


def in_a_file_name(code: str) -> str:
    """The code itself where it is letters and digits; else what is left of it, told apart by its hash."""
    plain = re.sub(r"[^0-9A-Za-z_-]", "_", code)
    if plain == code and len(code) <= LONGEST:
        return code
    return f"{plain[:LONGEST]}-{hashlib.sha256(code.encode()).hexdigest()[:8]}"
