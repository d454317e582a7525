"""What is wrong with a file's rows taken together: keys that stand twice, and references to what is not there."""

from itertools import islice

from tracker.domain.registers import Reference, Register
from tracker.domain.text import shown
from tracker.registers.reading import Reading, RegisterFile
from tracker.registers.troubles import BadCell
from tracker.storage.lost_zeros import LookedUp, Restored
from tracker.storage.staging import Stage

NO_ROWS = "データの行がありません。空の台帳として取り込むには --allow-empty を付けてください。"
NONE_YET = "「{file}」にはデータの行がありません。まだ何もない台帳として取り込みます。"


def examine_keys(stage: Stage, file: RegisterFile, result: Reading, limit: int) -> None:
    """Finish the stage; every row whose key stands in a row above is bad."""
    if stage.finish():
        return
    headers = {column.name: column.header for column in file.register.columns}
    keys = "・".join(headers[name] for name in file.register.keys)
    for key, first, again in stage.repeated_keys(limit):
        text = " ".join(map(str, key))
        trouble = f"「{shown(text)}」は{first}行目にもあります。同じキーの行は一つにしてください。"
        result.bad.append(BadCell(file.name, again, keys, trouble, text))


def examine_reference(reference: Reference, found: LookedUp, file: RegisterFile, result: Reading) -> None:
    """Rows with a value that another register does not hold are bad, or noticed when the reference is not strict."""
    header = next(column.header for column in file.register.columns if column.name == reference.column)
    stem = reference.register
    if found.restored:
        result.notices.append(
            f"「{file.name}」{found.restored.first_row}行目 {header}: {_pairs(found.restored, f'台帳「{stem}」の')}"
        )
    if reference.strict:
        for number, value in found.some:
            trouble = f"「{shown(str(value))}」は台帳「{stem}」にありません。先に台帳「{stem}」を確かめてください。"
            result.bad.append(BadCell(file.name, number, header, trouble, shown(str(value))))
    elif found.unknown:
        values = "、".join(islice(dict.fromkeys(shown(str(value)) for _, value in found.some), 5))
        result.notices.append(
            f"「{file.name}」の{header}「{values}」などは台帳「{stem}」にありません（{found.unknown}行）。"
        )


def own_keys_restored(restored: Restored, register: Register, file: str) -> str:
    """That rows of a register's own file were taken for those that are known, but for zeros that were lost."""
    headers = {column.name: column.header for column in register.columns}
    keys = "・".join(headers[name] for name in register.keys)
    return f"「{file}」{restored.first_row}行目 {keys}: {_pairs(restored, '取込み済みの')}"


def _pairs(restored: Restored, whose: str) -> str:
    words = [tuple(shown(" ".join(map(str, key))) for key in pair) for pair in restored.pairs]
    named = "、".join(f"「{new}」は{whose}「{old}」" for new, old in words)
    more = "など" if restored.rows > len(words) else ""
    return f"{named}{more}として読みました（先頭の0だけが違います。{restored.rows}行）。"
