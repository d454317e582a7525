"""Files for the programs an office works in: a calendar of deadlines, a list in Excel."""
