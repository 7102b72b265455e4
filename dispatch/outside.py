"""What dispatch asks of other rooms: what an alarm of theirs is about. Compose fills it."""

from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID

from sqlalchemy import Connection

Named = tuple[str, UUID]
"""An alarm by the kind of its deadline and its subject."""


class Concern(Protocol):
    """What an alarm is about, and whom to telephone: the organisation whose act is missing, or who knows more.

    `referral_id` and `referral_code` are None and "" when no referral is concerned.
    """

    @property
    def patient(self) -> str: ...
    @property
    def referral_id(self) -> UUID | None: ...
    @property
    def referral_code(self) -> str: ...
    @property
    def organisation_id(self) -> UUID: ...
    @property
    def name_zh(self) -> str: ...
    @property
    def name_en(self) -> str: ...
    @property
    def telephone(self) -> str: ...


class Concerns(Protocol):
    """Concerns by the alarm."""

    def find(self, connection: Connection, alarms: Sequence[Named]) -> Mapping[Named, Concern]:
        """What each of these alarms is about, as far as it is the other room's."""
        ...
