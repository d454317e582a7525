"""What every part of the settings is: frozen, and refused by name when it has a key that is not known."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """One table of config.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)
