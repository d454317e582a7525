"""README.txt of everything: what each file and column is, what was left out and why, what シフトJIS lacked."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from tracker.domain.dates import wareki
from tracker.exports.register_files import GETA
from tracker.exports.whole.sheets import Sheet
from tracker.storage.handed_out import KEPT_BACK

ENCODING_WORDS = {"utf-8": "UTF-8（BOM 付き）", "cp932": "シフトJIS（CP932）"}
HEAD = """\
{office}　是正の記録（CSV）

基準日　　{day}の終わりの時点
文字コード　{encoding}

日付は 2024-03-18、時刻は 2024-03-18T09:00:00+09:00 の形です（ISO 8601）。印は ○ と × です。
表計算ソフトが式と取り違える文字（= + - @ など）で始まる欄には、頭に ' を付けています。
所属コードなどの頭の 0 は、表計算ソフトで開くと消えることがあります。読み込むときに、列を「文字列」としてください。
「できごと」「種類」「検査」などの英字は、プログラムの中の名前です。
「（JSON）」とある列の中身は JSON です。パスワード、トークン、秘密のリンク、ログインの記録は入っていません。
ファイルが途中で変わっていないことは、manifest.sha256 で確かめられます（sha256sum -c manifest.sha256）。
"""


def readme(
    sheets: Sequence[Sheet], counts: Mapping[str, int], lacking: Mapping[str, Counter[str]], *, office: str, day: date,
    encoding: str,
) -> str:  # fmt: skip
    """The text, with line feeds."""
    parts = [HEAD.format(office=office, day=wareki(day), encoding=ENCODING_WORDS[encoding]), "■ ファイルと列\n"]
    for sheet in sheets:
        columns = "、".join(sheet.headings)
        parts.append(f"{sheet.name}.csv（{counts[sheet.name]:,}行）\n  {sheet.about}\n  列: {columns}\n")
    reasons = dict[str, list[str]]()
    for name, why in KEPT_BACK.items():
        reasons.setdefault(why, []).append(name)
    kept = "\n".join(f"  {why}: {'、'.join(names)}" for why, names in reasons.items())
    parts.append(f"■ 書き出していないもの（データベースの表と列の名前）\n\n{kept}\n")
    return "\n".join([*parts, *_lacking(lacking)])


def _lacking(lacking: Mapping[str, Counter[str]]) -> list[str]:
    found = [
        f"  {name}.csv: " + "、".join(f"{char}（U+{ord(char):04X}）{times}か所" for char, times in sorted(chars.items()))
        for name, chars in lacking.items() if chars
    ]  # fmt: skip
    return (
        [f"■ シフトJISでは元に戻らないため、似た文字か{GETA}とした文字\n\n" + "\n".join(found) + "\n"] if found else []
    )
