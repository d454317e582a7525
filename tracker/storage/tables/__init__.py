"""The tables of the database; each module is imported by whoever uses it, and every.py imports them all."""
