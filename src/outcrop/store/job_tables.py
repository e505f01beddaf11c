"""The tables of jobs, beside all the others in the same metadata. Knows columns; holds no query.

Units: as in `store.tables`.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from outcrop.store.tables import metadata

jobs: Final = Table(
    "jobs",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", String(12), nullable=False, unique=True),
    Column("kind", String(24), nullable=False),
    Column("account_id", String(12), ForeignKey("accounts.id"), nullable=False),
    Column("user_name", String(64), nullable=False),
    Column("model_id", String(140), nullable=False),
    Column("name", String(63)),
    Column("token", String(256)),
    Column("digest", String(64), nullable=False),
    Column("request", Text, nullable=False),
    Column("priority", String(12), nullable=False),
    Column("state", String(9), nullable=False),
    Column("cancelling", Boolean, nullable=False),
    Column("round", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("lease", Integer, nullable=False),
    Column("holder", String(36), nullable=False),
    Column("reason", Text),
    Column("progress", Text, nullable=False),
    Column("took_ms", BigInteger),
    Column("created_at", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("started_at", BigInteger),
    Column("set_id", String(64)),
    CheckConstraint(
        "state IN ('queued', 'running', 'done', 'failed', 'cancelled', 'dead')", name="every_job_s_state_is_known"
    ),
    UniqueConstraint("account_id", "kind", "token", name="one_job_a_token"),
    Index("jobs_of_an_account", "account_id", "kind", "number"),
    Index("jobs_of_a_set", "account_id", "set_id", "number"),
    Index("jobs_of_all_kinds", "account_id", "number"),
    Index("jobs_by_their_end", "ended_at"),
    Index(
        "jobs_that_wait", "kind", "priority", "account_id", "number",
        sqlite_where=text("state = 'queued'"), postgresql_where=text("state = 'queued'"),
    ),
    Index(
        "jobs_in_hand", "holder",
        sqlite_where=text("state = 'running'"), postgresql_where=text("state = 'running'"),
    ),
    Index(
        "jobs_that_are_done", "kind", "number",
        sqlite_where=text("state = 'done'"), postgresql_where=text("state = 'done'"),
    ),
)  # fmt: skip
"""Work that outlives the process that took it on. `number` is the order in which it came, `lease` counts who had it:
only whoever has the last lease may change it. `round` counts how often it was begun anew after its end."""

job_turns: Final = Table(
    "job_turns",
    metadata,
    Column("kind", String(24), primary_key=True),
    Column("priority", String(12), primary_key=True),
    Column("account_id", String(12), ForeignKey("accounts.id"), primary_key=True),
    Column("turn", BigInteger, nullable=False),
)
"""When a job of an account was last taken: the smaller its turn, the sooner it is its turn again."""

job_workers: Final = Table(
    "job_workers",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("beats", BigInteger, nullable=False),
)
"""Who works on jobs; a count that no longer grows belongs to a worker that is no more."""

webhooks: Final = Table(
    "webhooks",
    metadata,
    Column("account_id", String(12), ForeignKey("accounts.id"), primary_key=True),
    Column("name", String(48), primary_key=True),
    Column("url", String(2048), nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("events", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)
"""Where accounts want to be told how their jobs ended; the secret is sealed."""

job_events: Final = Table(
    "job_events",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("account_id", String(12), ForeignKey("accounts.id"), nullable=False),
    Column("webhook", String(48), nullable=False),
    Column("job_id", String(12), nullable=False),
    Column("round", Integer, nullable=False),
    Column("event", String(16), nullable=False),
    Column("body", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("sent_at", BigInteger),
    Column("attempts", Integer, nullable=False),
    Column("due_at", BigInteger),
    Column("reason", String(200), nullable=False),
    UniqueConstraint("job_id", "round", "webhook", name="an_end_is_told_once"),
    Index("job_events_that_are_due", "due_at"),
)
"""How a job ended, for a webhook to be told; it outlives both. `due_at` as in budget events."""
