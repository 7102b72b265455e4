"""A webhook delivery's own time, beside the earlier one at which it is tried for a hurried one behind it."""

import sqlalchemy as sa
from alembic import op

from ledger.storage.types import Instant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it; without a value the next try is the delivery's own."""
    op.add_column("webhook_delivery", sa.Column("own_at", Instant(), nullable=True))


def downgrade() -> None:
    """Take it away; what was hurried keeps its own time as the next one."""
    op.execute("UPDATE webhook_delivery SET next_at = own_at WHERE own_at IS NOT NULL")
    op.drop_column("webhook_delivery", "own_at")
