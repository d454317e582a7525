"""The plainest way to send letters: one smtplib connection, each mail built with EmailMessage and sent.

python -m tests.benchmarks.plain_letters DATABASE PORT
"""

import smtplib
import sqlite3
import sys
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP

database, port = sys.argv[1], int(sys.argv[2])
query = "SELECT recipients, subject, body_text, body_html, calendar, message_id, on_day FROM outbox ORDER BY id"
with smtplib.SMTP("127.0.0.1", port) as server:
    for recipients, subject, text, html, calendar, message_id, day in sqlite3.connect(database).execute(query):
        mail = EmailMessage(policy=SMTP)
        mail["Date"], mail["From"], mail["To"] = datetime.now(UTC), "zesei@city.example", recipients.strip('[]"')
        mail["Subject"], mail["Message-ID"] = subject, message_id
        mail["Auto-Submitted"], mail["X-Zesei-Kind"], mail["X-Zesei-Date"] = "auto-generated", "reminder", day
        mail.set_content(text)
        mail.add_alternative(html, subtype="html")
        if calendar:
            mail.add_attachment(calendar, subtype="calendar", filename="期限.ics")
        server.send_message(mail)
