"""What can go wrong in geography, without a word about databases or HTTP."""


class GeoError(Exception):
    """A named geographic failure; `code` is stable, `facts` fill the sentence a person reads.

    Rooms above translate it into their own error (`ledger.errors.Invalid` and its kin).
    """

    def __init__(self, code: str, **facts: str | int | float) -> None:
        super().__init__(f"{code}: {', '.join(f'{k}={v}' for k, v in facts.items())}")
        self.code = code
        self.facts = facts


class RoadsUnreadable(GeoError):
    """A road file or a saved road folder is damaged, empty or of another version."""


class OffRoad(GeoError):
    """A position has no usable road within reach."""
