"""Makes, shows and deletes users for `outcrop users`. Knows the directory; knows no options."""

import typer

from outcrop.access.accounts import create_user, remove_user
from outcrop.access.first_start import set_up
from outcrop.cli.directory import open_directory
from outcrop.cli.tables import day_and_time, print_table
from outcrop.settings import Settings
from outcrop.store.accounts import list_accounts, list_users
from outcrop.store.model_access import list_grants


def show_users(settings: Settings) -> None:
    """Print every user with the account, the ARN and when they were made."""
    with open_directory(settings) as directory, directory.database.reading() as connection:
        names = {account.id: account.name for account in list_accounts(connection)}
        rows = [
            (user.name, names[user.account_id], user.arn, day_and_time(user.created_at))
            for user in list_users(connection)
        ]
    print_table(("user", "account", "arn", "made (UTC)"), rows)


def add(settings: Settings, name: str, account: str) -> None:
    """Make a user, and say what they lack.

    Raises: AlreadyThere when there is one; InvalidRequest when a name is none.
    """
    with open_directory(settings) as directory:
        set_up(directory)
        user = create_user(directory, name, account)
        with directory.database.reading() as connection:
            granted = any(grant.account_id == user.account_id for grant in list_grants(connection))
    typer.echo(f"User {user.name} is {user.arn}.")
    if not granted:
        typer.echo(f"Account {account} has access to no model yet: outcrop access grant all --account {account}")
    typer.echo(f"Make a key: outcrop keys create {user.name} --account {account}")


def remove(settings: Settings, name: str, account: str | None) -> None:
    """Delete a user and all their keys.

    Raises: InvalidRequest when there is none, or several accounts have one.
    """
    with open_directory(settings) as directory:
        user = remove_user(directory, name, account)
    typer.echo(f"User {user.name} of account {user.account_id} and all their keys are deleted.")
