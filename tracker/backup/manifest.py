"""What an archive says of itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from tracker.domain.errors import InputRefused
from tracker.domain.trail import TrailEnd

KIND = "zesei-backup"
MANIFEST, SUMS = "manifest.json", "manifest.sha256"
SQLITE_MEMBER, POSTGRESQL_MEMBER, SETTINGS_MEMBER, FILES = (
    "database/zesei.db",
    "database/zesei.dump",
    "settings.json",
    "files/",
)
NO_ARCHIVE = "「{name}」は zesei のバックアップではないか、壊れています（{why}）。何も戻していません。"


@dataclass(frozen=True)
class Manifest:
    """Which office as of when, by which program, and every file with its hash and size in bytes."""

    version: str
    office: str
    taken_at: str
    database: str  # sqlite or postgresql
    revision: str
    end: TrailEnd
    has_keys: bool
    missing: Sequence[str]  # hashes of documents that entries name and no file holds
    sums: Mapping[str, tuple[str, int]]

    def facts(self) -> dict[str, Any]:
        """Everything but the files, which the pack lists itself."""
        return {
            "kind": KIND, "version": self.version, "office": self.office, "taken_at": self.taken_at,
            "database": self.database, "revision": self.revision, "trail": {"number": self.end.number, "seal": self.end.seal},
            "has_keys": self.has_keys, "missing_evidence": list(self.missing),
        }  # fmt: skip

    @classmethod
    def from_json(cls, facts: Any, archive: str) -> "Manifest":
        """The manifest of an archive that anybody may have made; InputRefused when it is none or names what it must not."""
        try:
            if facts["kind"] != KIND:
                raise ValueError(f"種類 {facts['kind']!r}"[:60])
            sums = {str(one["name"]): (str(one["sha256"]), int(one["size"])) for one in facts["files"]}
            end = TrailEnd(int(facts["trail"]["number"]), str(facts["trail"]["seal"]))
            manifest = cls(
                version=str(facts["version"]), office=str(facts["office"]), taken_at=str(facts["taken_at"]),
                database=str(facts["database"]), revision=str(facts["revision"]), end=end, has_keys=bool(facts["has_keys"]),
                missing=tuple(map(str, facts["missing_evidence"])), sums=sums,
            )  # fmt: skip
        except (KeyError, TypeError, ValueError) as trouble:
            raise InputRefused(NO_ARCHIVE.format(name=archive, why=f"目録が読めません: {trouble}")) from None
        if bad := [name for name in sums if not is_plain_path(name)]:
            raise InputRefused(NO_ARCHIVE.format(name=archive, why=f"外へ出るファイル名があります: {bad[0][:60]!r}"))
        return manifest


def is_plain_path(name: str) -> bool:
    """Whether a name stays below the folder that it is unpacked in, on every system."""
    path = PurePosixPath(name)
    parts = name.split("/")
    return not (path.is_absolute() or "\\" in name or ":" in name or "\0" in name or {"", ".", ".."} & set(parts))
