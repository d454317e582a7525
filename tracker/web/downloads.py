"""Files to keep: named as they were, never opened inside the page."""

import re
from urllib.parse import quote

from starlette.responses import Response

from tracker.web.headers import EVIDENCE_POLICY

UNKNOWN = "application/octet-stream"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def download(content: bytes, name: str, media_type: str = UNKNOWN) -> Response:
    """An answer that the browser saves under that name (RFC 6266), whatever its content is."""
    return Response(content, media_type=media_type, headers={"Content-Disposition": disposition(name)})


def shown(content: bytes, name: str, media_type: str) -> Response:
    """An answer that the browser shows by itself, shut in: it can neither act nor fetch anything."""
    headers = {"Content-Disposition": disposition(name, "inline"), "Content-Security-Policy": EVIDENCE_POLICY}
    return Response(content, media_type=media_type, headers=headers)


def disposition(name: str, how: str = "attachment") -> str:
    """`attachment` or `inline` with the name in full, and a plain one for programs that read only ASCII."""
    ending = re.search(r"\.[A-Za-z0-9]{1,10}\Z", name)
    plain = f"file{ending[0] if ending else ''}"
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
