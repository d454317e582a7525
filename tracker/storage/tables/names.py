"""How tables are named, for questions that are asked as text."""

from tracker.domain.registers import Register


def table_name(register: Register) -> str:
    """The database's name for a register's versions."""
    return f"{register.noun}_version"
