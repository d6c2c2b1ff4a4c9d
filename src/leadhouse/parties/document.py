"""What all blocks of a market file have in common."""

from pydantic import BaseModel, ConfigDict, model_validator


class Document(BaseModel):
    """A block of the file: unknown keys are faults, a key without a value counts as absent."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def drop_empty_keys(cls, written: object) -> object:
        """Return the block without the keys that were written without a value."""
        if isinstance(written, dict) and None in written.values():
            return {key: value for key, value in written.items() if value is not None}
        return written
