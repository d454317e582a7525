"""Everything of an office as one archive, taken while the program runs, and back into an empty folder.

An archive is a ZIP file that a person can open: the database, what lies beside it, the settings without secrets, and a
manifest with the SHA-256 of each file and the end of the trail. Encrypted, it is the same ZIP file in sealed pieces.
"""
