"""A mail server in a process of its own: takes everything, and on SIGTERM says how many letters came and when the first.

python -m tests.benchmarks.mail_sink PORT REPORT
"""

import json
import signal
import sys
import threading
import time
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Sink:
    """Counts what it takes."""

    def __init__(self) -> None:
        self.count, self.first_at = 0, 0.0

    async def handle_DATA(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802
        self.count += 1
        self.first_at = self.first_at or time.time()
        return "250 2.0.0 Ok"


def main() -> None:
    """Serve until told to stop."""
    port, report = int(sys.argv[1]), Path(sys.argv[2])
    sink, over = Sink(), threading.Event()
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    signal.signal(signal.SIGTERM, lambda *_: over.set())
    over.wait()
    controller.stop()
    report.write_text(json.dumps({"count": sink.count, "first_at": sink.first_at}))


if __name__ == "__main__":
    main()
