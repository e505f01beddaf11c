"""Indexes that no query asks are gone, for each picture had to be written into them.

Of entries by their accounts those of pools are left; by their time all can be found.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Drop those, and make these."""
    op.drop_index("ix_bookings_request_id", "bookings")
    for name in ("entries_by_source", "entries_by_target"):
        op.drop_index(name, "entries")
    for name, account in (("entries_from_pools", "source"), ("entries_to_pools", "target")):
        pools = sa.text(f"substr({account}, 1, 5) = 'pool:'")
        op.create_index(name, "entries", [account, "at"], sqlite_where=pools, postgresql_where=pools)
    op.create_index("entries_by_time", "entries", ["at"])


def downgrade() -> None:
    """As it was."""
    for name in ("entries_by_time", "entries_to_pools", "entries_from_pools"):
        op.drop_index(name, "entries")
    op.create_index("entries_by_target", "entries", ["target"])
    op.create_index("entries_by_source", "entries", ["source"])
    op.create_index("ix_bookings_request_id", "bookings", ["request_id"])
