"""The office's own templates as they lie in its folder: read once, and what lies there in vain is told."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, FunctionLoader, TemplateNotFound

from notifications.letters.kinds import KINDS
from notifications.letters.letter import PARTS, TEMPLATES
from notifications.letters.trouble import TemplateTrouble, trouble_of

FILE_BYTES = 200_000


@dataclass
class Overrides:
    """Sources by kind and part; the kinds of which a file could not be read; and the troubles met."""

    folder: Path | None
    sources: dict[str, dict[str, str]] = field(default_factory=dict)
    unreadable: set[str] = field(default_factory=set)
    troubles: list[TemplateTrouble] = field(default_factory=list)

    def path(self, kind: str, part: str) -> Path:
        """Where the override of a part lies."""
        return (self.folder or Path()) / kind / part

    def loader(self) -> ChoiceLoader:
        """Own templates as reminder/body.txt, built-in ones by their path below notifications/."""
        return ChoiceLoader([FunctionLoader(self._own), _TemplatesOnly(TEMPLATES)])

    def _own(self, name: str) -> tuple[str, str, None] | None:
        kind, _, part = name.partition("/")
        source = self.sources.get(kind, {}).get(part)
        return None if source is None else (source, str(self.path(kind, part)), None)


def read_overrides(folder: Path | None) -> Overrides:
    """Everything below FOLDER/KIND that replaces a part of a letter; nothing when there is no folder."""
    found = Overrides(folder)
    if folder is not None and not folder.is_dir():
        found.troubles.append(TemplateTrouble(folder, None, "フォルダーがありません。"))
    for place in _seen(folder):
        if place.name in KINDS and place.is_dir():
            _read_kind(found, place)
        else:
            known = "、".join(KINDS)
            found.troubles.append(
                TemplateTrouble(place, None, f"この名前の通知はありません。使えるのは {known} です。")
            )
    found.sources = {kind: parts for kind, parts in found.sources.items() if kind not in found.unreadable}
    return found


def _read_kind(found: Overrides, place: Path) -> None:
    for path in _seen(place):
        if path.name not in PARTS:
            sentence = f"この名前のファイルは使われません。使えるのは {'、'.join(PARTS)} です。"
            found.troubles.append(TemplateTrouble(path, None, sentence))
            continue
        try:
            if path.stat().st_size > FILE_BYTES:
                raise OSError(path)
            found.sources.setdefault(place.name, {})[path.name] = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeError) as failure:
            found.unreadable.add(place.name)
            found.troubles.append(trouble_of(path, failure))


def _seen(folder: Path | None) -> Iterable[Path]:
    """What lies in a folder, by name, without hidden files."""
    return sorted(path for path in folder.iterdir() if path.name[0] != ".") if folder and folder.is_dir() else ()


class _TemplatesOnly(FileSystemLoader):
    """The built-in templates, and no other file that lies beside them."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        if not template.endswith((".txt", ".html")):
            raise TemplateNotFound(template)
        return super().get_source(environment, template)
