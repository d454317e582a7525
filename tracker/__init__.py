"""What an office promised and what its registers show: records, rules, office files and pages."""

__version__ = "0.1.0"
