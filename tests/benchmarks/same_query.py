"""A query's text with its parameters, both from a file, asked by Python's sqlite3 alone."""

import json
import sqlite3
import sys
from pathlib import Path

database, question = sys.argv[1:]
asked = json.loads(Path(question).read_text(encoding="utf-8"))
print(len(sqlite3.connect(database).execute(asked["query"], asked["parameters"]).fetchall()))
