"""The office's secret in its data directory: made at the first use, and refused when it is not one any more."""

import os
import secrets
from pathlib import Path

from tracker.domain.errors import CommandRefused, why
from tracker.files.durable import sync_folder

SECRET_FILE = "secret.key"
SHORTEST = 32
MEND = (
    "控えの secret.key を戻すか、このファイルを取り除いてください"
    "（取り除くと、新しいものを作ります。それまでに送ったリンクは開けなくなります）。"
)
LOOSE = "「{path}」を、この機械のほかの利用者が読めるか書けます。chmod 600 {path} を実行してください。"
NO_KEY = "「{path}」は{reason}。{mend}"


def office_secret(data_dir: Path) -> str:
    """The office's secret; whoever has it can sign links. CommandRefused for one that is empty, short or open to others."""
    path = data_dir / SECRET_FILE
    if not path.exists():
        _make(path)
    secret, trouble = _read(path)
    if trouble:
        raise CommandRefused(trouble)
    return secret


def key_trouble(data_dir: Path) -> str:
    """What is wrong with the office's secret, and what to do; nothing when it is sound, or not made yet."""
    path = data_dir / SECRET_FILE
    return _read(path)[1] if path.exists() else ""


def _read(path: Path) -> tuple[str, str]:
    """The secret, and what is wrong with it."""
    try:
        if os.name != "nt" and path.stat().st_mode & 0o007:
            return "", LOOSE.format(path=path)
        secret = path.read_text(encoding="ascii").strip()
    except UnicodeDecodeError:
        return "", NO_KEY.format(path=path, reason="鍵として読めません", mend=MEND)
    except OSError as trouble:
        return "", NO_KEY.format(path=path, reason=f"開けません（{why(trouble)}）", mend=MEND)
    if len(secret) < SHORTEST:
        reason = "途中で切れています（短すぎます）" if secret else "空です"
        return "", NO_KEY.format(path=path, reason=reason, mend=MEND)
    return secret, ""


def _make(path: Path) -> None:
    draft = path.with_suffix(f".{secrets.token_hex(8)}.new")  # by chance: a process number comes back
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(48))
                file.flush()
                os.fsync(file.fileno())
            os.link(draft, path)  # two processes at once: the first one's secret holds
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    except OSError as trouble:
        raise CommandRefused(f"「{path}」を作れません（{why(trouble)}）。") from None
    sync_folder(path.parent)
