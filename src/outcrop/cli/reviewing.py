"""Decides on pictures that are held, for the command line. Knows the library and the screen; knows no options."""

from typing import Literal, cast, get_args

from outcrop.cli.accounting import opened
from outcrop.cli.tables import day_and_time, print_table
from outcrop.cli.wiring import open_shelves
from outcrop.clock import unix_time
from outcrop.errors import InvalidRequest, NoSuchResource
from outcrop.jobs.desk import open_library
from outcrop.jobs.reviewing import Reviews, Ruling
from outcrop.settings import Settings
from outcrop.store.assets import find_asset_or_stub
from outcrop.store.reviews import Decision, list_reviews

ReviewState = Literal["held", "approved", "rejected"]
MOST = 500
"""As many as are listed."""
OPERATOR = "the operator"
"""Who decides here, in the record: whoever may use the command line needs no key."""


def show_reviews(settings: Settings, state: str) -> None:
    """Print the reviews in a state, of every account.

    Raises: InvalidRequest when there is no such state.
    """
    if state not in get_args(ReviewState):
        raise InvalidRequest(f"There is no state '{state}'; there are {', '.join(get_args(ReviewState))}.")
    with opened(settings) as (database, _), database.reading() as connection:
        rows = []
        for review in list_reviews(connection, None, cast("ReviewState", state), most=MOST):
            asset = find_asset_or_stub(connection, review.asset_id)
            model = "" if asset is None else asset.model_id or ""
            decided = review.decided_by or ""
            row = (review.asset_id, review.account_id, model, day_and_time(review.opened_at), decided)
            rows.append((*row, review.reason or "", review.comment or ""))
    headings = ("picture", "account", "model", "made", "decided by", "reason", "comment")
    print_table(headings, rows, sought={"state": state})


def decide(settings: Settings, asset_id: str, decision: Decision, reason: str, comment: str | None) -> str:
    """Approve or reject a picture; says what that means.

    Raises: NoSuchResource when no such picture was ever held, or it is deleted; AlreadyThere when it is decided.
    """
    with opened(settings) as (database, books):
        with database.reading() as connection:
            asset = find_asset_or_stub(connection, asset_id)
        if asset is None:
            raise NoSuchResource(f"There is no picture {asset_id[:80]} that was held for a review.")
        library = open_library(database, open_shelves(settings), unix_time)
        reviews = Reviews(library=library, books=books, now=unix_time)
        ruling = Ruling(decision=decision, reason=reason, comment=comment, by=OPERATOR)
        reviews.decide(asset.account_id, asset_id, ruling)
    if decision == "approve":
        return f"{asset_id} is approved, and delivered from now on."
    return f"{asset_id} is rejected; what was paid for it is given back."
