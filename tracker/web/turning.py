"""How a request is turned away: with a sentence, to the sign-in, or to one's own password first."""

from starlette.exceptions import HTTPException

PASSWORD_FIRST = "先に、仮のパスワードを自分のパスワードに変えてください。"


class Turned(HTTPException):
    """A request that is answered with a sentence of ours, on a page under its own heading."""

    def __init__(self, status: int, sentence: str, heading: str = "表示できません") -> None:
        super().__init__(status, sentence)
        self.heading = heading


class SignInNeeded(HTTPException):
    """A request of nobody for what only somebody may see or send."""

    def __init__(self) -> None:
        super().__init__(401)


class PasswordToChange(HTTPException):
    """A request of somebody whose password an administrator gave: their own comes first."""

    def __init__(self) -> None:
        super().__init__(403, PASSWORD_FIRST)
