"""Styles, scripts and fonts: what of them a browser may keep, and under which address the copied ones are asked for."""

import json
from functools import cache
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(__file__).parent / "static"
VENDOR = FOLDER / "vendor"
KEPT_A_MONTH = "public, max-age=2592000"  # the address changes with the version
ASKED_AGAIN = "no-cache"


class KeptFiles(StaticFiles):
    """Copies of other projects are kept by the browser; our own files are asked for again, and answered with 304."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """A file, or 404."""
        response = await super().get_response(path, scope)
        is_copy = Path(path).parts[:1] == ("vendor",)
        response.headers["Cache-Control"] = KEPT_A_MONTH if is_copy else ASKED_AGAIN
        return response


def vendored(path: str) -> str:
    """The address of a copied file with its version; KeyError for one that is not in the manifest."""
    return f"/static/vendor/{path}?v={_versions()[path]}"


@cache
def _versions() -> dict[str, str]:
    manifest = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))
    return {path: entry["version"] for entry in manifest for path in entry["files"]}
