"""Policies of users. Those who are there already keep doing what they did: everything, which one policy now says."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_EVERYTHING = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {"Sid": "Everything", "Effect": "Allow", "Action": "bedrock:*", "Resource": "*"},
    }
)


def upgrade() -> None:
    """Make the table, and give every user the policy that allows everything."""
    policies = op.create_table(
        "user_policies",
        sa.Column("user_id", sa.String(32), sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("name", sa.String(128), primary_key=True),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("put_at", sa.BigInteger, nullable=False),
    )
    users = sa.table("users", sa.column("id", sa.String), sa.column("created_at", sa.BigInteger))
    everybody = sa.select(users.c.id, sa.literal("BedrockFullAccess"), sa.literal(_EVERYTHING), users.c.created_at)
    op.execute(sa.insert(policies).from_select(["user_id", "name", "document", "put_at"], everybody))


def downgrade() -> None:
    """Drop it."""
    op.drop_table("user_policies")
