"""The plainest way to send letters: one smtplib connection, each mail built with EmailMessage and sent.

    python -m tests.benchmarks.plain_letters FILE PORT

FILE holds a letter a line, as JSON, with the text of its calendar ready.
"""

import json
import smtplib
import sys
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

letters, port = Path(sys.argv[1]), int(sys.argv[2])
with smtplib.SMTP("127.0.0.1", port) as server, letters.open(encoding="utf-8") as file:
    for line in file:
        letter = json.loads(line)
        mail = EmailMessage(policy=SMTP)
        mail["Date"], mail["From"], mail["To"] = datetime.now(UTC), "zesei@city.example", letter["to"]
        mail["Subject"], mail["Message-ID"] = letter["subject"], letter["message_id"]
        mail["Auto-Submitted"], mail["X-Zesei-Kind"], mail["X-Zesei-Date"] = "auto-generated", "reminder", letter["day"]
        mail.set_content(letter["text"])
        mail.add_alternative(letter["html"], subtype="html")
        if letter["calendar"]:
            mail.add_attachment(letter["calendar"], subtype="calendar", filename="期限.ics")
        server.send_message(mail)
