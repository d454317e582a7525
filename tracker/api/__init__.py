"""The same verbs as the pages', for other programs of the office: JSON under /api/v1."""
