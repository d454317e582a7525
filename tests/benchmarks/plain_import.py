"""The plainest import there is: csv reader and executemany into one table without a key."""

import csv
import sqlite3
import sys
from pathlib import Path

source, database = sys.argv[1:]
Path(database).unlink(missing_ok=True)
connection = sqlite3.connect(database)
connection.execute("CREATE TABLE account (a, b, c, d, e, f, g)")
with open(source, encoding="utf-8", newline="") as file:
    rows = csv.reader(file)
    next(rows)
    connection.executemany("INSERT INTO account VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
connection.commit()
