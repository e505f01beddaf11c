"""Fetches checkpoints from a hub into Outcrop's home: whole or not at all, safetensors only. Knows no option.

The hub is Hugging Face's, or what HF_ENDPOINT names; HF_TOKEN is the key to models with terms of their own.
"""

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from huggingface_hub import HfApi, snapshot_download
from huggingface_hub.errors import (  # type: ignore[attr-defined] # HTTPError: its client's, which it passes on
    GatedRepoError,
    HfHubHTTPError,
    HTTPError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from outcrop.catalog.checkpoint import read_checkpoint
from outcrop.catalog.layout import files_to_read
from outcrop.cli.wiring import fetched_folder
from outcrop.errors import BadCheckpoint, BadSettings, Unavailable
from outcrop.setting_tables import FromHub
from outcrop.settings import Settings


def fetch_named(settings: Settings, names: Sequence[str], endpoint: str | None = None) -> Iterator[str]:
    """Fetch the checkpoints of those names, all that are on a hub where there are none; a line for each.

    Raises: BadSettings when a name is not one of a checkpoint on a hub; else as `fetch`.
    """
    on_hub = {name: each for name, each in settings.checkpoints.items() if isinstance(each, FromHub)}
    unknown = [name for name in names if name not in on_hub]
    if not on_hub:
        raise BadSettings(
            "The settings name no checkpoint on a hub. In [checkpoints] such a line reads: "
            'sd35 = { hub = "stabilityai/stable-diffusion-3.5-large" }'
        )
    if unknown:
        raise BadSettings(f"The settings name no checkpoint {unknown[0]!r} on a hub; they name: {', '.join(on_hub)}.")
    for name in names or on_hub:
        folder = fetched_folder(settings.home, on_hub[name])
        if folder.is_dir():
            yield f"{name}: {folder} is there already; remove it to fetch it again"
        else:
            commit = fetch(on_hub[name], folder, endpoint)
            yield f"{name}: {folder}, commit {commit}"


def fetch(source: FromHub, folder: Path, endpoint: str | None = None) -> str:
    """Fetch one checkpoint; returns the commit it was at. What was broken off goes on where it ended.

    Raises: BadCheckpoint when the hub does not have it or does not give it, or it is none that runs here; Unavailable
    when the hub cannot be reached.
    """
    api = HfApi(endpoint=endpoint)
    part = folder.with_name(folder.name + ".part")
    with _told(source, api.endpoint):
        commit = str(api.repo_info(source.hub, revision=source.revision).sha)
        try:
            names = files_to_read(api.list_repo_files(source.hub, revision=commit))
        except BadCheckpoint as error:
            raise BadCheckpoint(f"{source.hub} cannot be used: {error}") from error
        snapshot_download(source.hub, revision=commit, local_dir=part, allow_patterns=list(names), endpoint=endpoint)
    read_checkpoint(source.hub, part)
    part.rename(folder)
    return commit


@contextmanager
def _told(source: FromHub, endpoint: str) -> Generator[None]:
    """Turn what the hub answers into what to do about it."""
    what = f"{source.hub} at revision '{source.revision}'"
    try:
        yield
    except GatedRepoError as error:
        raise BadCheckpoint(
            f"{what} has terms of its own: accept them at {endpoint}/{source.hub}, make a token there, and give it "
            f"as HF_TOKEN."
        ) from error
    except RevisionNotFoundError as error:
        raise BadCheckpoint(f"{endpoint} has no {what}; leave the revision out for its newest state.") from error
    except RepositoryNotFoundError as error:
        raise BadCheckpoint(
            f"{endpoint} has no {source.hub}, or does not show it: check the spelling; what is private needs HF_TOKEN."
        ) from error
    except HfHubHTTPError as error:
        status = error.response.status_code
        if status in {401, 403}:
            raise BadCheckpoint(f"{endpoint} does not give {what} without a valid HF_TOKEN ({status}).") from error
        raise Unavailable(f"{endpoint} answered {status} for {what}; try again later.") from error
    except (OfflineModeIsEnabled, HTTPError) as error:
        raise Unavailable(
            f"{endpoint} cannot be reached ({error}). Try again with a network, or bring the folder from another "
            f'machine and name it in [checkpoints]: "/path/of/the/folder".'
        ) from error
