"""Imported first by the command: Python looks for cyclic garbage seldom, and not at all when the command ends.

A command lives for seconds, its start makes 100,000 objects that all stay, and an import makes millions of small tuples:
at the default of 700 the collector walks them again and again. At the end Python would walk all of them twice more to
give back what the system takes back anyway; what must be closed is closed by then.
"""

import atexit
import gc

gc.set_threshold(200_000, 50, 50)
atexit.register(gc.freeze)  # registered first, and so done last


def settle() -> None:
    """For what runs on for days: whatever is there by now stays, and what comes is looked at in smaller portions."""
    gc.freeze()
    gc.set_threshold(20_000, 50, 50)
