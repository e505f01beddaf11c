"""Gives, shows, takes away and tries out policies for `outcrop policies`. Knows the directory; knows no options."""

from pathlib import Path

import typer

from outcrop.access.accounts import find_user
from outcrop.access.arns import foundation_model_arn
from outcrop.access.authorization import authorize
from outcrop.access.bedrock_calls import Call, Circumstances, Principal, action_tables
from outcrop.access.first_start import set_up
from outcrop.access.managed_policies import managed_policy_names
from outcrop.access.policy_reading import MAX_CHARS_WITH_SPACE
from outcrop.access.user_policies import put_managed_policy, put_user_policy, user_policies
from outcrop.cli.directory import open_directory
from outcrop.cli.tables import day_and_time, print_table
from outcrop.cli.wiring import open_catalog
from outcrop.errors import InvalidRequest
from outcrop.settings import Settings
from outcrop.store.accounts import list_users
from outcrop.store.policies import policies_of, remove_policy


def show_policies(settings: Settings) -> None:
    """Print every user's policies."""
    with open_directory(settings) as directory, directory.database.reading() as connection:
        rows = [
            (user.name, user.account_id, policy.name, day_and_time(policy.put_at))
            for user in list_users(connection)
            for policy in policies_of(connection, user.id)
        ]
    print_table(("user", "account", "policy", "put (UTC)"), rows)


def add(settings: Settings, user: str, account: str | None, name: str, file: Path | None) -> None:
    """Give a user a policy from a file, or one that comes with the installation.

    Raises: InvalidRequest when there is no such user; MalformedPolicy when the file holds none; NoSuchResource when
    no policy of that name comes with the installation.
    """
    with open_directory(settings) as directory:
        set_up(directory)
        with directory.database.writing() as connection:
            holder = find_user(connection, user, account)
            if file is None:
                replaced = put_managed_policy(directory, connection, holder, name)
            else:
                replaced = put_user_policy(directory, connection, holder, name, _read(file))
            names = [policy.name for policy in policies_of(connection, holder.id)]
    typer.echo(f"User {holder.name} has the policy {name}{', in place of the one before' if replaced else ''}.")
    if len(names) > 1:
        typer.echo(f"All of theirs hold together: {', '.join(names)}.")


def remove(settings: Settings, user: str, account: str | None, name: str) -> None:
    """Take a policy from a user.

    Raises: InvalidRequest when there is no such user, or they have none of that name.
    """
    with open_directory(settings) as directory, directory.database.writing() as connection:
        holder = find_user(connection, user, account)
        if not remove_policy(connection, holder.id, name):
            raise InvalidRequest(
                f"User {holder.name} has no policy '{name[:80]}'; `outcrop policies list` shows theirs."
            )
        left = policies_of(connection, holder.id)
    typer.echo(f"User {holder.name} has no longer the policy {name}.")
    if not left:
        typer.echo(f"They have none left and may do nothing. Ready-made ones: {', '.join(managed_policy_names())}.")


def try_out(
    settings: Settings, user: str, account: str | None, operation: str, *, model: str | None, address: str
) -> None:
    """Print what a user's policies say of a call.

    Raises: Denied in AWS's words when they do not allow it; InvalidRequest when there is no such user, or the operation
    is about a model and none is named; NoSuchModel; NoSuchOperation.
    """
    arns = (
        () if model is None else (foundation_model_arn(settings.region, open_catalog(settings).model_named(model).id),)
    )
    if not arns and operation in action_tables().on_arns:
        raise InvalidRequest(f"{operation} is about something; name a model with --model.")
    with open_directory(settings) as directory, directory.database.reading() as connection:
        holder = find_user(connection, user, account)
        policies = user_policies(connection, holder)
        at = directory.now()
    decisions = authorize(
        policies,
        Call(operation=operation, region=settings.region, arns=arns),
        Principal(account=holder.account_id, user_name=holder.name, user_id=holder.id),
        Circumstances(at=at, source_ip=address),
    )
    for decision in decisions:
        typer.echo(f"{decision.question.action} on {decision.question.resource} is {decision}.")


def _read(file: Path) -> str:
    if file.stat().st_size > 4 * MAX_CHARS_WITH_SPACE:
        raise InvalidRequest(f"{file} is {file.stat().st_size} bytes long, which is no policy.")
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise InvalidRequest(f"{file} is not written in UTF-8.") from None
