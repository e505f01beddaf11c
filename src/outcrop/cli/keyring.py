"""Makes, shows, switches off and deletes keys for `outcrop keys`. Knows the directory; knows no options."""

import re

import typer

from outcrop.access.accounts import find_user
from outcrop.access.bearer import NewBearerKey, create_bearer_key
from outcrop.access.first_start import set_up
from outcrop.access.keys import NewKey, create_key, reseal
from outcrop.cli.directory import open_directory
from outcrop.cli.tables import day_and_time, print_table
from outcrop.errors import InvalidRequest
from outcrop.settings import Settings
from outcrop.store.access_keys import AccessKey, deactivate_access_key, delete_access_key, list_access_keys
from outcrop.store.bearer_keys import BearerKey, deactivate_bearer_key, delete_bearer_key, list_bearer_keys

_UNITS = {"m": 60, "h": 3600, "d": 86_400}
_LONGEST_S = 3660 * 86_400


def show_keys(settings: Settings) -> None:
    """Print every key, without its secret."""
    with open_directory(settings) as directory, directory.database.reading() as connection:
        keys: list[AccessKey | BearerKey] = [*list_access_keys(connection), *list_bearer_keys(connection)]
        rows = [
            (
                key.id,
                key.user.name,
                _kind(key),
                _state(key, directory.now()),
                day_and_time(key.created_at),
                day_and_time(key.expires_at),
            )
            for key in keys
        ]
    print_table(("key", "user", "kind", "state", "made (UTC)", "ends (UTC)"), rows)


def add(settings: Settings, user: str, account: str | None, *, lasts_s: int | None, bearer: bool) -> None:
    """Make a key and print it. Units: `lasts_s` in seconds.

    Raises: InvalidRequest when there is no such user, or in several accounts.
    """
    with open_directory(settings) as directory:
        if set_up(directory):
            typer.echo("Account local is made, with access to every model.", err=True)
        with directory.database.writing() as connection:
            holder = find_user(connection, user, account)
            new: NewKey | NewBearerKey
            if bearer:
                new = create_bearer_key(directory, connection, holder, lasts_s=lasts_s)
            else:
                new = create_key(directory, connection, holder, lasts_s=lasts_s)
    ends = "" if new.expires_at is None else f" It ends on {day_and_time(new.expires_at)} UTC."
    typer.echo(f"Key {new.id} of {holder.arn}. It is shown this once.{ends}", err=True)
    typer.echo("\n".join(new.lines()))


def switch_off(settings: Settings, key_id: str) -> None:
    """Make a key open nothing any more.

    Raises: InvalidRequest when there is none of that id.
    """
    with open_directory(settings) as directory, directory.database.writing() as connection:
        if not (deactivate_access_key(connection, key_id) or deactivate_bearer_key(connection, key_id)):
            raise _no_key(key_id)
    typer.echo(f"Key {key_id} is switched off.")


def remove(settings: Settings, key_id: str) -> None:
    """Forget a key.

    Raises: InvalidRequest when there is none of that id.
    """
    with open_directory(settings) as directory, directory.database.writing() as connection:
        if not (delete_access_key(connection, key_id) or delete_bearer_key(connection, key_id)):
            raise _no_key(key_id)
    typer.echo(f"Key {key_id} is deleted.")


def seal_anew(settings: Settings) -> None:
    """Seal every secret with the first master key.

    Raises: BadSettings when no master key here opens one of them.
    """
    with open_directory(settings) as directory:
        count = reseal(directory)
    typer.echo(f"{count} secret{'' if count == 1 else 's'} sealed with the first master key.")


def seconds(text: str) -> int:
    """A duration as people write it: 90m, 12h or 30d. Units: returns seconds.

    Raises: InvalidRequest when it is none, or longer than ten years.
    """
    found = re.fullmatch(r"(\d{1,9})([mhd])", text, re.ASCII)
    lasts_s = int(found[1]) * _UNITS[found[2]] if found else 0
    if not 0 < lasts_s <= _LONGEST_S:
        raise InvalidRequest(
            f"--expires is '{text[:40]}'; write minutes, hours or days, such as 90m, 12h or 30d, ten years at most."
        )
    return lasts_s


def _no_key(key_id: str) -> InvalidRequest:
    return InvalidRequest(f"There is no key '{key_id[:80]}'; `outcrop keys list` shows those there are.")


def _kind(key: AccessKey | BearerKey) -> str:
    match key:
        case BearerKey():
            return "bearer"
        case AccessKey(this_machine_only=True):
            return "this machine only"
        case AccessKey(token_digest=None):
            return "access"
        case _:
            return "session"


def _state(key: AccessKey | BearerKey, now: float) -> str:
    if not key.active:
        return "off"
    return "ended" if key.expires_at is not None and key.expires_at <= now else "active"
