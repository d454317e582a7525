"""Letters on paper, for departments that no mail reaches: one PDF that shows each letter's text part as it was written."""

from notifications.printing.letters import Printed, PrintedLetter, print_letters

__all__ = ["Printed", "PrintedLetter", "print_letters"]
