"""The seams of the program: where trouble of any kind ends, a native library's panic too, and is noted as somebody's own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

MEANT = (KeyboardInterrupt, SystemExit, GeneratorExit)  # they end the program, or a generator: nobody's trouble


@contextmanager
def caught(note: Callable[[BaseException], object]) -> Iterator[None]:
    """Whatever goes wrong in a `with` is handed to `note`, and goes no further."""
    try:
        yield
    except MEANT:
        raise
    except BaseException as trouble:
        note(trouble)
