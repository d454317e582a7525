"""The plan of action and milestones in NIST's OSCAL: findings, tasks, flags and exceptions as of any day."""

from tracker.exports.oscal.document import NOTHING_KNOWN, compose_poam, poam_bytes

__all__ = ["NOTHING_KNOWN", "compose_poam", "poam_bytes"]
