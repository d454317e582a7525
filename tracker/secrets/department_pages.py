"""Secret addresses of departments' pages: made from the office's secret, so that the database alone opens none."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from datetime import datetime
from pathlib import Path

from tracker.secrets.office_key import office_secret
from tracker.storage.department_keys import DepartmentKey, hashed
from tracker.storage.store import Records

PURPOSE = "department page"
NONCE_BYTES = 24


def give_page(records: Records, data_dir: Path, department_code: str, now: datetime) -> str:
    """A new secret address for a department; the one before it opens nothing any more."""
    nonce = secrets.token_urlsafe(NONCE_BYTES)
    secret = _derived(data_dir, nonce)
    records.department_keys.keep(department_code, secret, nonce, now)
    return secret


def page_secret(data_dir: Path, key: DepartmentKey) -> str | None:
    """What opens the page; None where only its reader knows it: given by an earlier version, or under another secret.key."""
    secret = _derived(data_dir, key.nonce) if key.nonce else ""
    return secret if secret and hmac.compare_digest(hashed(secret), key.hashed) else None


def _derived(data_dir: Path, nonce: str) -> str:
    digest = hmac.new(office_secret(data_dir).encode(), f"{PURPOSE}/{nonce}".encode(), hashlib.sha256).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
