"""Who makes what jobs ask for, put together from the settings. Knows no job and no server."""

from outcrop.catalog.load import Catalog
from outcrop.cli.judging import open_picture_judge
from outcrop.flow import Flow
from outcrop.jobs.looking import Looking, kept_picture_policies
from outcrop.jobs.making import Maker
from outcrop.jobs.reviewing import Holding, kept_rules
from outcrop.jobs.screening import Screening, kept_policies
from outcrop.ledger.books import Books
from outcrop.settings import Settings
from outcrop.store.database import Database


def open_maker(settings: Settings, catalog: Catalog, flow: Flow, books: Books, database: Database) -> Maker:
    """A maker whose prompts and pictures are held against the policies that are kept."""
    policies = kept_policies(database) if settings.moderation == "on" else None
    looking = Looking(judge=open_picture_judge(settings), policy_of=kept_picture_policies(database))
    return Maker(
        catalog=catalog,
        flow=flow,
        books=books,
        screening=Screening(policy_of=policies, looking=looking),
        holding=Holding(rules_of=kept_rules(database)),
    )
