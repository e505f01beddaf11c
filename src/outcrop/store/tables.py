"""The tables of the database, as the newest migration leaves them. Knows columns; holds no query.

Units: every time is in whole seconds since 1970, UTC; every amount of money in micro-dollars.
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
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
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

bookings: Final = Table(
    "bookings",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("request_id", String(36), nullable=False),
    Column("account_id", String(12), ForeignKey("accounts.id"), nullable=False),
    Column("user_name", String(64), nullable=False),
    Column("model_id", String(140), nullable=False),
    Column("operation", String(40), nullable=False),
    Column("tags", Text, nullable=False),
    Column("price", BigInteger, nullable=False),
    Column("price_list", String(128), nullable=False),
    Column("state", String(8), nullable=False),
    Column("reserved_at", BigInteger, nullable=False, index=True),
    Column("closed_at", BigInteger),
    Column("engine_ms", BigInteger),
    Column("own_cost", BigInteger),
    Column("owner", String(36), nullable=False),
    Column("credit", BigInteger, nullable=False, server_default="0"),
    CheckConstraint("price >= 0", name="no_price_is_negative"),
    CheckConstraint("state IN ('reserved', 'settled', 'released', 'refunded')", name="every_state_is_known"),
    Index("bookings_in_hand", "owner", sqlite_where=text("owner <> ''"), postgresql_where=text("owner <> ''")),
)  # fmt: skip
"""One picture each: who pays, for what, at which price. `state` is where its entries have led it; a check holds both
against each other. `owner` is the process in whose hands it is, until its answer has been handed over."""

FROM_POOL: Final = text("substr(source, 1, 5) = 'pool:'")
TO_POOL: Final = text("substr(target, 1, 5) = 'pool:'")
"""What a query has to say for the databases to find the entries of pools by their indexes: in these words."""

entries: Final = Table(
    "entries",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("booking_id", String(64), ForeignKey("bookings.id")),
    Column("source", String(64), nullable=False),
    Column("target", String(64), nullable=False),
    Column("amount", BigInteger, nullable=False),
    CheckConstraint("amount >= 0", name="no_amount_is_negative"),
    UniqueConstraint("booking_id", "kind", "source", "target", name="nothing_is_booked_twice"),
    Index("entries_from_pools", "source", "at", sqlite_where=FROM_POOL, postgresql_where=FROM_POOL),
    Index("entries_to_pools", "target", "at", sqlite_where=TO_POOL, postgresql_where=TO_POOL),
    Index("entries_by_time", "at"),
)
"""The books: money that moved from one account of the ledger to another. Rows are added, never changed."""

price_lists: Final = Table(
    "price_lists",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("kind", String(12), nullable=False),
    Column("name", String(128), nullable=False, unique=True),
    Column("content", Text, nullable=False),
    Column("added_at", BigInteger, nullable=False),
    Column("retired_at", BigInteger),
    CheckConstraint("kind IN ('prices', 'own-costs')", name="every_kind_of_list_is_known"),
)
"""The operator's own lists of what pictures cost and of what the engine does, as they were given, in JSON. A row
changes only by its end, so that ids and ends tell whether anything has changed."""

inference_profiles: Final = Table(
    "inference_profiles",
    metadata,
    Column("account_id", String(12), ForeignKey("accounts.id"), primary_key=True),
    Column("id", String(12), primary_key=True),
    Column("name", String(64), nullable=False),
    Column("description", String(200)),
    Column("source", String(140), nullable=False),
    Column("token", String(256)),
    Column("created_at", BigInteger, nullable=False),
    UniqueConstraint("account_id", "name", name="profiles_of_an_account_have_names_of_their_own"),
    UniqueConstraint("account_id", "token", name="a_request_makes_one_profile"),
)
"""Names of an account's own for a model, or for a system's profile of one."""

guardrails: Final = Table(
    "guardrails",
    metadata,
    Column("account_id", String(12), ForeignKey("accounts.id"), primary_key=True),
    Column("id", String(12), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("name", String(50), nullable=False),
    Column("description", String(200)),
    Column("content", Text, nullable=False),
    Column("token", String(256)),
    Column("versions", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    UniqueConstraint("account_id", "token", name="a_request_makes_one_guardrail"),
    Index(
        "guardrails_have_names_of_their_own", "account_id", "name", unique=True,
        sqlite_where=text("version = 0"), postgresql_where=text("version = 0"),
    ),
)  # fmt: skip
"""What an account forbids in prompts and pictures, each version a row; version 0 is the draft, which alone changes."""

tags: Final = Table(
    "tags",
    metadata,
    Column("account_id", String(12), ForeignKey("accounts.id"), primary_key=True),
    Column("resource", String(256), primary_key=True),
    Column("key", String(128), primary_key=True),
    Column("value", String(256), nullable=False),
)
"""Tags of what an account has; the resource is the last part of its ARN, so that another region changes nothing."""

documents: Final = Table(
    "documents",
    metadata,
    Column("account_id", String(12), ForeignKey("accounts.id"), primary_key=True),
    Column("kind", String(32), primary_key=True),
    Column("content", Text, nullable=False),
)
"""What an account has said of itself or for all its calls, one document of a kind."""

credit_pools: Final = Table(
    "credit_pools",
    metadata,
    Column("name", String(48), primary_key=True),
    Column("amount", BigInteger, nullable=False),
    Column("left", BigInteger, nullable=False),
    Column("starts_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger),
    Column("place", Integer),
    Column("models", Text, nullable=False),
    Column("accounts", Text, nullable=False),
    CheckConstraint('"left" >= 0', name="no_pool_is_below_zero"),
)
"""Credit that is drawn before anybody pays; `left` is the balance of its entries, kept so that it can be asked for
in one statement."""

budgets: Final = Table(
    "budgets",
    metadata,
    Column("name", String(48), primary_key=True),
    Column("scope", String(8), nullable=False),
    Column("value", String(600), nullable=False),
    Column("period", String(8), nullable=False),
    Column("ceiling", BigInteger, nullable=False),
    Column("warn_at", Text, nullable=False),
)
"""What may be spent at most, on whose behalf, in which period."""

budget_use: Final = Table(
    "budget_use",
    metadata,
    Column("budget", String(48), ForeignKey("budgets.name"), primary_key=True),
    Column("since", BigInteger, primary_key=True),
    Column("used", BigInteger, nullable=False),
    CheckConstraint("used >= 0", name="no_use_is_below_zero"),
)
"""How much of a budget is spent or set aside in the period that began then: the sum of its bookings, kept so that one
statement can both ask and take."""

budget_events: Final = Table(
    "budget_events",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("budget", String(48), nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("ceiling", BigInteger, nullable=False),
    Column("part", Integer, nullable=False),
    Column("used", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("sent_at", BigInteger),
    Column("attempts", Integer, nullable=False),
    Column("due_at", BigInteger),
    Column("reason", String(200), nullable=False),
    Column("scope", String(8), nullable=False, server_default=""),
    Column("value", String(600), nullable=False, server_default=""),
    Column("period", String(8), nullable=False, server_default=""),
    UniqueConstraint("budget", "since", "ceiling", "part", name="a_warning_is_given_once"),
    Index("budget_events_that_are_due", "due_at"),
)
"""That a budget was used up to a part, in per cent, in the period that began then; it outlives its budget. `due_at` is
when the webhook is next told, none once it has been or nobody tries any more; `reason` is why it last was not. Scope,
value and period are those of the budget, empty in rows that are older than these columns."""

_THERE: Final = text("deleted_at IS NULL")

assets: Final = Table(
    "assets",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("account_id", String(12), ForeignKey("accounts.id"), nullable=False),
    Column("user_name", String(64), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("digest", String(64), nullable=False, index=True),
    Column("created_at", BigInteger, nullable=False),
    Column("deleted_at", BigInteger),
    Column("held", String(8)),
    Column("pinned", Boolean, nullable=False),
    Column("format", String(8), nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("model_id", String(140)),
    Column("operation", String(40)),
    Column("seed", BigInteger),
    Column("job_id", String(64)),
    Column("number", Integer),
    Column("set_id", String(64)),
    Column("campaign", String(128)),
    Column("phash", BigInteger),
    Column("search_text", Text, nullable=False),
    Column("name", String(256)),
    Column("alt", Text),
    Column("prompt", Text),
    Column("negative_prompt", Text),
    Column("recipe", Text),
    CheckConstraint("kind IN ('picture', 'upload')", name="every_asset_s_kind_is_known"),
    CheckConstraint("held IN ('held', 'rejected')", name="why_an_asset_is_kept_back_is_known"),
    UniqueConstraint("job_id", "number", name="a_job_leaves_each_asset_once"),
    Index("assets_there", "account_id", "id", sqlite_where=_THERE, postgresql_where=_THERE),
    Index("assets_there_of_sets", "account_id", "set_id", "id", sqlite_where=_THERE, postgresql_where=_THERE),
    Index("assets_there_of_campaigns", "account_id", "campaign", "id", sqlite_where=_THERE, postgresql_where=_THERE),
)
"""What is kept of pictures, beside their bytes. Ids sort by when they were made. One that was deleted stays as a stub
that says nothing but that it was: what came of it still has a parent, and a job that is done again does not make it
again. `search_text` is what a search by text looks at; the long texts stand last, where a scan need not read them."""

asset_parents: Final = Table(
    "asset_parents",
    metadata,
    Column("asset_id", String(16), ForeignKey("assets.id"), primary_key=True),
    Column("parent_id", String(16), ForeignKey("assets.id"), primary_key=True, index=True),
    Column("role", String(24), primary_key=True),
)
"""What an asset was made from, and what for: a draft, the picture that was edited, a mask."""

asset_tags: Final = Table(
    "asset_tags",
    metadata,
    Column("asset_id", String(16), ForeignKey("assets.id"), primary_key=True),
    Column("key", String(128), primary_key=True),
    Column("account_id", String(12), ForeignKey("accounts.id"), nullable=False),
    Column("value", String(256), nullable=False),
    Index("assets_by_tag", "account_id", "key", "value", "asset_id"),
)

asset_erasures: Final = Table(
    "asset_erasures",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("state", String(8), nullable=False),
    Column("at", BigInteger, nullable=False),
    CheckConstraint("state IN ('due', 'begun', 'done')", name="every_erasure_s_state_is_known"),
)
"""Bytes that no asset has any more: when they are to go, when somebody began to remove them, when they were gone."""

reviews: Final = Table(
    "reviews",
    metadata,
    Column("asset_id", String(16), ForeignKey("assets.id"), primary_key=True),
    Column("account_id", String(12), ForeignKey("accounts.id"), nullable=False),
    Column("booking_id", String(64), ForeignKey("bookings.id"), nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("decision", String(8)),
    Column("reason", Text),
    Column("comment", Text),
    Column("decided_by", String(200)),
    Column("decided_at", BigInteger),
    CheckConstraint("decision IN ('approve', 'reject')", name="every_decision_is_known"),
    Index("reviews_of_an_account", "account_id", "decision", "asset_id"),
)
"""Pictures that somebody must approve before they are delivered, and who decided what, why and when. Rows stay."""
