"""The plainest way to read the whole trail: every event with its facts, by sqlite3 and json alone."""

import json
import sqlite3
import sys


def main() -> None:
    """Read every event of the database named on the command line."""
    connection = sqlite3.connect(sys.argv[1])
    read = 0
    for _, _, _, _, _, _, facts, _, _ in connection.execute("SELECT * FROM event ORDER BY id"):
        read += len(json.loads(facts)) >= 0
    assert read == int(sys.argv[2]), read


if __name__ == "__main__":
    main()
