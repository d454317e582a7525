"""Imported first by the command: makes Python look for cyclic garbage less often.

A command lives for seconds and an import makes millions of small tuples; at the default of 700 the collector walks them
again and again. Measured: a tenth off every start, an eighth off the import of a million accounts, no more memory.
"""

import gc

gc.set_threshold(20_000, 50, 50)
