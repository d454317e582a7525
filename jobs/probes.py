"""Probes that need what writes letters: the mail server, asked without a letter, and the fonts, by a page set with them."""

import importlib.util
import smtplib
from collections.abc import Iterator
from datetime import date

from notifications.printing import PrintedLetter, print_letters
from notifications.transports import DeliveryFailed
from notifications.transports.network import Patience
from notifications.transports.smtp_client import SmtpServer, open_connection, trouble_words
from tracker.domain.errors import Refusal
from tracker.health.values import Place, PlaceProbe, Symptom

UNREACHED = "{server} とやり取りできません（{why}）。設定 [smtp] と、この機械からの経路を確かめてください。"
NO_SERVER = "メールサーバーが設定されていません。通知はフォルダー mail に書くだけで、送っていません（設定 [smtp]）。"
NO_TYPST = "PDFを作る部品（typst）がありません。zesei[pdf] を指定してインストールしてください（PDFのほかは使えます）。"
NOT_SET = "印刷用のPDFを作れません（{why}）。プログラムを入れ直してください。"
TRIAL = PrintedLetter(addressee="点検", on=date(2024, 4, 1), subject="点検", text="点検です。「是正」、①、髙、﨑。")


def mail(place: Place) -> Iterator[Symptom]:
    """Dial, greet, log in and leave again."""
    smtp = place.settings.smtp
    if smtp is None:
        yield Symptom(NO_SERVER, is_wrong=False)
        return
    password = smtp.password.get_secret_value() if smtp.password else None
    server = SmtpServer(smtp.host, smtp.port, smtp.security, smtp.user, password, smtp.timeout_seconds)
    patience = Patience(server.timeout_seconds)
    patience.begin_message()
    try:
        connection = open_connection(server, patience)
        connection.noop()
        connection.quit()
    except DeliveryFailed as failure:
        yield Symptom(
            str(failure).replace("後で再送します。", "設定 [smtp] と、この機械からの経路を確かめてください。")
        )
    except (OSError, smtplib.SMTPException) as failure:
        why = trouble_words(failure) if isinstance(failure, OSError) else str(failure)
        yield Symptom(UNREACHED.format(server=server, why=why))


def fonts(place: Place) -> Iterator[Symptom]:
    """Set one page."""
    if importlib.util.find_spec("typst") is None:
        yield Symptom(NO_TYPST, is_wrong=False)
        return
    try:
        print_letters([TRIAL], "点検")
    except (Refusal, OSError, RuntimeError) as trouble:
        yield Symptom(NOT_SET.format(why=str(trouble).strip().splitlines()[0][:200]))


PROBES = (PlaceProbe("mail", "メールサーバー", mail), PlaceProbe("fonts", "書体と印刷", fonts))
