"""The tables of the database, as the newest migration leaves them. Knows columns; holds no query.

Units: every time is in whole seconds since 1970, UTC.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata: Final = MetaData()

accounts: Final = Table(
    "accounts",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("created_at", BigInteger, nullable=False),
)
"""Who pays, in AWS's sense: a number of twelve digits, with a name for people."""

users: Final = Table(
    "users",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("account_id", String(12), ForeignKey("accounts.id"), nullable=False),
    Column("name", String(64), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    UniqueConstraint("account_id", "name", name="users_of_an_account_have_names_of_their_own"),
)

access_keys: Final = Table(
    "access_keys",
    metadata,
    Column("id", String(128), primary_key=True),
    Column("user_id", String(32), ForeignKey("users.id"), nullable=False, index=True),
    Column("secret", LargeBinary, nullable=False),
    Column("token_digest", LargeBinary),
    Column("active", Boolean, nullable=False),
    Column("this_machine_only", Boolean, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
)
"""Keys that sign. The secret is sealed; of a session's token the SHA-256 is kept."""

bearer_keys: Final = Table(
    "bearer_keys",
    metadata,
    Column("id", String(128), primary_key=True),
    Column("user_id", String(32), ForeignKey("users.id"), nullable=False, index=True),
    Column("digest", LargeBinary, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
)
"""Keys that are shown as they are. Only their SHA-256 is kept."""

model_access: Final = Table(
    "model_access",
    metadata,
    Column("account_id", String(12), ForeignKey("accounts.id"), primary_key=True),
    Column("region", String(32), primary_key=True),
    Column("model_id", String(140), primary_key=True),
    Column("granted_at", BigInteger, nullable=False),
)
"""Which models an account may use in a region; `*` stands for all."""

user_policies: Final = Table(
    "user_policies",
    metadata,
    Column("user_id", String(32), ForeignKey("users.id"), primary_key=True),
    Column("name", String(128), primary_key=True),
    Column("document", Text, nullable=False),
    Column("put_at", BigInteger, nullable=False),
)
"""What users may do: documents of IAM, as they were written."""
