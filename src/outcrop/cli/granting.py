"""Grants and takes back access to models for `outcrop access`. Knows directory and catalogue; knows no options."""

import typer

from outcrop.access.directory import Directory
from outcrop.access.first_start import set_up
from outcrop.access.model_access import ALL, grant, revoke
from outcrop.catalog.load import Catalog
from outcrop.cli.directory import open_directory
from outcrop.cli.tables import day_and_time, print_table
from outcrop.cli.wiring import open_catalog
from outcrop.errors import InvalidRequest
from outcrop.settings import Settings
from outcrop.store.accounts import Account, find_account, list_accounts
from outcrop.store.model_access import list_grants

EVERY = "all"
"""How people write ALL, which a shell would take for itself."""


def show_grants(settings: Settings) -> None:
    """Print every grant."""
    with open_directory(settings) as directory, directory.database.reading() as connection:
        names = {account.id: account.name for account in list_accounts(connection)}
        rows = [
            (
                names[one.account_id],
                one.account_id,
                _shown(one.region),
                _shown(one.model_id),
                day_and_time(one.granted_at),
            )
            for one in list_grants(connection)
        ]
    print_table(("account", "number", "region", "model", "granted (UTC)"), rows)


def add(settings: Settings, model: str, account: str, region: str | None) -> None:
    """Let an account use a model in a region.

    Raises: InvalidRequest when there is no such account; NoSuchModel when there is no such model; AlreadyThere when
    it has been granted.
    """
    model_id, region = _model_id(open_catalog(settings), model), _region(settings, region)
    with open_directory(settings) as directory:
        set_up(directory)
        grant(directory, _account(directory, account).id, region, model_id)
    typer.echo(f"Account {account} has access to {_shown(model_id)} in {_shown(region)}.")


def remove(settings: Settings, model: str, account: str, region: str | None) -> None:
    """Take a grant back.

    Raises: InvalidRequest when there is no such account, or no such grant; NoSuchModel when there is no such model.
    """
    model_id, region = _model_id(open_catalog(settings), model), _region(settings, region)
    with open_directory(settings) as directory:
        if not revoke(directory, _account(directory, account).id, region, model_id):
            raise InvalidRequest(
                f"Account {account} was not granted {_shown(model_id)} in {_shown(region)} in those words; "
                "`outcrop access list` shows what was."
            )
    typer.echo(f"Account {account} was granted {_shown(model_id)} in {_shown(region)}; that is taken back.")


def _account(directory: Directory, named: str) -> Account:
    with directory.database.reading() as connection:
        found = find_account(connection, named)
    if found is None:
        raise InvalidRequest(
            f"There is no account '{named[:80]}'; `outcrop users create <name> --account {named[:80]}` makes one."
        )
    return found


def _model_id(catalog: Catalog, named: str) -> str:
    if named == EVERY:
        return ALL
    return catalog.model_named(named).id


def _region(settings: Settings, given: str | None) -> str:
    return ALL if given == EVERY else given or settings.region


def _shown(text: str) -> str:
    return EVERY if text == ALL else text
