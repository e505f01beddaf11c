"""Of a warning, whose budget it was: the budget may be gone, or another may have its name.

Rows that are there already stay empty: who knows whose budget had that name then. Only whoever sees the whole
installation sees them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

_KEPT = {"scope": 8, "value": 600, "period": 8}


def upgrade() -> None:
    """Add the columns."""
    for name, length in _KEPT.items():
        op.add_column("budget_events", sa.Column(name, sa.String(length), nullable=False, server_default=""))


def downgrade() -> None:
    """Drop them."""
    for name in reversed(_KEPT):
        op.drop_column("budget_events", name)
