"""Hand-over packs: everything about one finding or one department, in one ZIP file."""

from jobs.packs.subject import Subject, subject_of
from jobs.packs.writing import write_pack

__all__ = ["Subject", "subject_of", "write_pack"]
