"""Everything as CSV, in one ZIP file: what an office takes along when it leaves, or gives to another program."""

from tracker.exports.whole.writing import ENCODINGS, write_whole

__all__ = ["ENCODINGS", "write_whole"]
