"""Office files in and out: encodings, headings, dates, and what a file changes in a register."""
