"""The end of the trail in a small file beside the database: what was cut off at the trail's end is missed by it.

The file may be behind (it is written after the entries are on the disk), and is never ahead of them.
"""

import json
from pathlib import Path

from tracker.domain.trail import TrailEnd
from tracker.files.durable import write_whole

TRAIL_FILE = "trail.json"


def kept_end(data_dir: Path) -> TrailEnd | None:
    """The end as it was kept last; None when none is kept, or when the file says nothing."""
    try:
        facts = json.loads((data_dir / TRAIL_FILE).read_bytes())
        return TrailEnd(int(facts["number"]), str(facts["seal"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep_end(data_dir: Path, end: TrailEnd) -> None:
    """Keep an end, unless a later one is kept already: two processes may come in the other order."""
    kept = kept_end(data_dir)
    if kept is None or end.number > kept.number:
        write_whole(data_dir / TRAIL_FILE, json.dumps({"number": end.number, "seal": end.seal}).encode())
