"""How often work is taken up again that never ended: what stopped half-way twice is not tried a third time."""

MOST_PICK_UPS = 2
KILLED = (
    "{times}回行いましたが、どちらも途中で止まりました（プログラムが止まったか、結果を書き込めませんでした）。もう行いません。"
    "サーバーのメモリーとディスクの空き、読み込むファイルを確かめてください。"
)


def killed() -> str:
    """Why it is not taken up again, and what to look at."""
    return KILLED.format(times=MOST_PICK_UPS)
