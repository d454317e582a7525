"""Whether the program works: without a token, and without a fact of the office."""

from pydantic import Field
from starlette.requests import Request

from tracker import __version__
from tracker.api.problems import Declined
from tracker.api.routes import ANYONE, Resources
from tracker.api.shapes.fields import Shown
from tracker.api.shapes.problems import FieldProblem
from tracker.health.examining import QUICK, examine
from tracker.office import Office

routes = Resources("稼働")
TROUBLE = "問題があります（{titles}）。zesei doctor で、することを確かめてください。"
WRONG = "「{title}」に問題があります。"


class Health(Shown):
    """稼働の状態"""

    ok: bool = Field(description="定時の処理、通知の送信、ディスク、データベース、鍵、時計、証跡に問題がない")
    version: str = Field(description="プログラムの版")


@routes.reads("/health", roles=ANYONE, problems=(503,))
def show_health(request: Request) -> Health:
    """問題なく動いているか（トークンは要らない）。問題があれば 503 で、その項目"""
    office: Office = request.app.state.office
    wrong = [one for one in examine(office, QUICK) if one.is_wrong]
    if wrong:
        errors = [FieldProblem(field=one.name, detail=WRONG.format(title=one.title)) for one in wrong]
        raise Declined(503, TROUBLE.format(titles="、".join(one.title for one in wrong)), errors)
    return Health(ok=True, version=__version__)
