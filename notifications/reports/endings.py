"""The last word of a measure as offices write it, turned into the forms that a sentence needs: する, しました, して."""

import re
from dataclasses import dataclass

_POLITE = (("いたしました", "する"), ("いたします", "する"), ("しました", "する"), ("します", "する"))
_THING = re.compile(r"(?<=.[うくぐすつぬぶむる])こと(?:とする)?$")
_VERB = re.compile(r"[うくぐすつぬぶむる]$")
_NO_VERB = re.compile(r"(?:です|ます|である|まで|べく|らしく|なく|よく|ず|[てで](?:いる|おる|ある))$")
_PLANNED = re.compile(r"(?<=[うくぐすつぬぶむる])予定(?:です|である)?$")
_ALL_WORDS = re.compile(r"[^。！？\n]+$")
# Words that become a verb with する, as plans end in them; others in kanji may be things (要綱, 様式).
ACTS = (
    "周知", "公表", "調査", "実施", "改正", "改定", "改訂", "変更", "確認", "見直し", "作成", "整備", "徹底", "停止", "削除",
    "点検", "研修", "締結", "導入", "検討", "分析", "依頼", "報告", "通知", "指導", "策定", "決定", "強化", "更新", "廃止",
    "設置", "配布", "提出", "照会", "修正", "改修", "精査", "説明", "監査", "訓練", "検査", "棚卸", "設定", "登録", "回収",
    "廃棄", "移行", "交換", "開催", "配置", "集計", "公開", "掲載", "掲示", "送付", "聴取", "協議", "追加", "明記", "明文化",
)  # fmt: skip
_ACT = re.compile(f"(?:{'|'.join(sorted(ACTS, key=len, reverse=True))})$")
_OBJECT = re.compile(r"(?:[をにへとで]|から|について|により|に関し)[^をにへとで、のはが]{0,100}$")
_MASU = dict(zip("うくぐすつぬぶむる", "いきぎしちにびみり", strict=True))
_TE = {
    "う": "って",
    "く": "いて",
    "ぐ": "いで",
    "す": "して",
    "つ": "って",
    "ぬ": "んで",
    "ぶ": "んで",
    "む": "んで",
    "る": "って",
}
_ONE_STEP = re.compile(r"(?:[えけげせぜてでねへべめれいきぎじちびみり]|(?<![一-龠])[得見出経寝着似居])る$")


@dataclass(frozen=True)
class Clause:
    """A measure as a clause that ends in a verb in its dictionary form."""

    plain: str

    @property
    def done(self) -> str:
        """公表しました."""
        return f"{self._stem}ました"

    @property
    def going_on(self) -> str:
        """公表していました."""
        return f"{self._te}いました"

    @property
    def _stem(self) -> str:
        if self.plain.endswith("する"):
            return f"{self.plain[:-2]}し"
        if _ONE_STEP.search(self.plain):
            return self.plain[:-1]
        return self.plain[:-1] + _MASU[self.plain[-1]]

    @property
    def _te(self) -> str:
        if self.plain.endswith("する") or _ONE_STEP.search(self.plain):
            return f"{self._stem}て"
        if re.search(r"(?:行|い)く$", self.plain):
            return f"{self.plain[:-1]}って"
        return self.plain[:-1] + _TE[self.plain[-1]]


def clause_of(action: str) -> Clause | None:
    """The clause that a plan's text makes; None when its ending is not one of those known, or it is no single clause."""
    text = action.strip().removesuffix("。").strip()
    if not _ALL_WORDS.match(text):
        return None
    text = _PLANNED.sub("", text)
    for polite, plain in _POLITE:
        if text.endswith(polite):
            text = text.removesuffix(polite) + plain
    if match := _THING.search(text):
        text = text[: match.start()]
    if _VERB.search(text) and not _NO_VERB.search(text):
        return Clause(text)
    return Clause(_acting(text)) if _ACT.search(text) else None


def _acting(text: str) -> str:
    """研修の実施 is 研修を実施する, 各課に周知 is 各課に周知する, 周知 is 周知を行う, 権限を見直し is 権限を見直す."""
    if text.endswith("の実施"):
        return f"{text.removesuffix('の実施')}を実施する"
    if not _OBJECT.search(text):
        return f"{text}を行う"
    return f"{text[:-1]}す" if text.endswith("見直し") else f"{text}する"
