"""Whether the program answers at all: without a token, and without a fact of the office."""

from pydantic import Field
from starlette.requests import Request

from tracker import __version__
from tracker.api.routes import ANYONE, Resources
from tracker.api.shapes.fields import Shown
from tracker.office import Office

routes = Resources("稼働")


class Health(Shown):
    """稼働の状態"""

    ok: bool = Field(description="データベースまで応答している")
    version: str = Field(description="プログラムの版")


@routes.reads("/health", roles=ANYONE, problems=(503,))
def show_health(request: Request) -> Health:
    """動いているか（トークンは要らない）"""
    office: Office = request.app.state.office
    with office.store.reading() as records:
        records.connection.exec_driver_sql("SELECT 1")
    return Health(ok=True, version=__version__)
