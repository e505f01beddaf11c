"""Orders drafts and finals, on this machine or of a server, and shows what they cost. Knows no engine and no option."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from outcrop.catalog.prices import dollars, to_micros
from outcrop.cli.draft_orders import Advance, DraftOrder, FinishOrder
from outcrop.cli.drafting_here import open_here
from outcrop.cli.drafting_there import There
from outcrop.cli.naming import check_folder, slug, write_new
from outcrop.client import connect
from outcrop.errors import Cancelled, InvalidRequest, ModelFailed
from outcrop.settings import read_settings
from outcrop.units import Micros

SUFFIX: Final = "png"
Told = Mapping[str, Any]
"""A set, as the REST tells of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Who draws, and where pictures go."""

    out: Path
    server: str = ""
    config: Path | None = None


class Counter(Protocol):
    """Where drafts are ordered: this machine, or a server."""

    def draft(self, order: DraftOrder) -> Told:
        """Order drafts."""
        ...

    def finish(self, order: FinishOrder) -> Told:
        """Order finals of drafts that are there."""
        ...

    def choose(self, set_id: str, numbers: Sequence[int], note: str) -> None:
        """Choose drafts."""
        ...

    def seen_through(self, set_id: str, advance: Advance) -> Told:
        """Wait for all that was ordered of a set."""
        ...

    def sheet(self, set_id: str) -> bytes:
        """A set's contact sheet, a WebP."""
        ...

    def content(self, asset: str) -> bytes:
        """A picture's file."""
        ...


def draft_pictures(order: DraftOrder, where: Where) -> None:
    """Order drafts, wait for them, and write them with their sheet.

    Raises: InvalidRequest, NoSuchModel, Unsupported, BudgetSpent before any work; ModelFailed when no draft could be
    drawn; Cancelled on Ctrl-C; Unavailable; OSError when a file cannot be written.
    """
    if not order.prompt.strip():
        raise InvalidRequest('The prompt is empty; say what to draw, such as "a red teapot".')
    check_folder(where.out)
    with open_counter(where) as counter:
        told = counter.draft(order)
        say(
            f"Set {told['id']}: {_count(told['count'], 'draft')} on {told['model']} for {_money(told['price'])}; "
            f"all of them on {told['finishOn']} would be {_money(told['priceIfAllUltra'])}."
        )
        done = _seen_through(counter, told["id"], "drafting")
        there = [one for one in done["drafts"] if one["asset"] is not None]
        for one in there:
            stem = f"{slug(done['prompt'])}-{done['id']}-draft-{one['number']}"
            typer.echo(write_new(where.out, stem, SUFFIX, counter.content(one["asset"])))
        typer.echo(_write_sheet(counter, done, where.out))
    _say_losses(done["drafts"])
    if not there:
        raise ModelFailed(f"No draft of set {done['id']} could be drawn: {done['drafts'][0]['reason']}")
    say(f"Spent {_money(done['spent'])}. Finish those that are worth it: outcrop finish {done['id']} NUMBER ...")


def write_sheet(set_id: str, where: Where) -> None:
    """Write a set's sheet, once all that was ordered is there.

    Raises: NoSuchResource when there is no such set; Cancelled on Ctrl-C; Unavailable; OSError.
    """
    check_folder(where.out)
    with open_counter(where) as counter:
        done = _seen_through(counter, set_id, "drafting")
        typer.echo(_write_sheet(counter, done, where.out))
    _say_losses(done["drafts"])
    say(_bill(done))


def finish_pictures(order: FinishOrder, where: Where) -> None:
    """Order finals, wait for them, write them, and say what was saved.

    Raises: NoSuchResource when there is no such set; InvalidRequest, Unsupported, AlreadyThere, BudgetSpent before any
    work; ModelFailed when one could not be drawn; Cancelled on Ctrl-C; Unavailable; OSError.
    """
    check_folder(where.out)
    with open_counter(where) as counter:
        before = _seen_through(counter, order.set_id, "drafting")
        if order.numbers:
            counter.choose(order.set_id, order.numbers, order.note)
        told = counter.finish(order)
        asked = _asked(told, order)
        new = [one for one in asked if one["job"] not in {final["job"] for final in before["finals"]}]
        say(f"{_count(len(asked), 'final')} on {asked[0]['model']}, {len(new) or 'none'} of them new.")
        done = _seen_through(counter, order.set_id, "finishing")
        finals = _asked(done, order)
        for one in finals:
            if one["asset"] is not None:
                stem = f"{slug(done['prompt'])}-{done['id']}-final-{one['number']}"
                typer.echo(write_new(where.out, stem, SUFFIX, counter.content(one["asset"])))
    _say_losses(finals)
    say(f"The finals cost {_money_of(_spent(done) - _spent(before))}. {_bill(done)}")
    if any(one["asset"] is None for one in finals):
        raise ModelFailed("Not every final could be drawn; the same call tries again what is missing.")


@contextmanager
def open_counter(where: Where) -> Iterator[Counter]:
    """A server's counter where one is named, else this machine's.

    Raises: BadSettings, BadCheckpoint; NoCredentials when a server is named and no key; Cancelled on Ctrl-C.
    """
    try:
        if where.server:
            yield There(connect(where.server).wire)
        else:
            with open_here(read_settings(config=where.config)) as counter:
                yield counter
    except KeyboardInterrupt:
        raise Cancelled("Stopped. What was ordered is kept and goes on where it is: outcrop sheet SET.") from None


def say(text: str) -> None:
    """A line for the person, not for the program that reads the output."""
    typer.secho(text, err=True, dim=True)


def _seen_through(counter: Counter, set_id: str, doing: str) -> Told:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("pictures"))
    with Progress(
        SpinnerColumn(),
        *columns,
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as progress:
        bar = progress.add_task(doing, total=None)

        def advance(done: int, of: int) -> None:
            progress.update(bar, completed=done, total=of)

        return counter.seen_through(set_id, advance)


def _asked(told: Told, order: FinishOrder) -> list[Told]:
    """The finals that an order is about, in its order: the last that was made of each draft in that way."""
    numbers = order.numbers or tuple(one["number"] for one in told["picks"])
    fitting = {
        one["number"]: one
        for one in told["finals"]
        if one["refined"] == order.refine and order.strength in {None, one["strength"]} and _is_on(one, order, told)
    }
    missing = [number for number in numbers if number not in fitting]
    if missing or not numbers:
        raise InvalidRequest(f"Set {told['id']} has no final of draft {missing[:1] or 'any'} that was made so.")
    return [fitting[number] for number in numbers]


def _is_on(final: Told, order: FinishOrder, told: Told) -> bool:
    """Whether a final is on the model that was asked for, by whatever name."""
    wanted = order.model or told["finishOn"]
    return wanted in {final["model"], final["tier"]}


def _write_sheet(counter: Counter, told: Told, out: Path) -> Path:
    return write_new(out, f"{slug(told['prompt'])}-{told['id']}-sheet", "webp", counter.sheet(told["id"]))


def _say_losses(pictures: Sequence[Told]) -> None:
    for one in pictures:
        if one["asset"] is None:
            say(f"Picture {one['number']} is not there: {one['reason'] or one['state']}")


def _bill(told: Told) -> str:
    """What a set cost, beside all of it as finals."""
    spent, all_of_them = _spent(told), to_micros(told["priceIfAllUltra"])
    saved = Micros(all_of_them - spent)
    share = f"{abs(saved) / all_of_them:.0%}" if all_of_them else "0%"
    verdict = f"saved {dollars(saved)} ({share})" if saved >= 0 else f"{dollars(Micros(-saved))} more ({share})"
    return (
        f"The set cost {dollars(spent)}; all {told['count']} on {told['finishOn']} {dollars(all_of_them)}: {verdict}."
    )


def _spent(told: Told) -> Micros:
    return to_micros(told["spent"])


def _money(text: str) -> str:
    return dollars(to_micros(text))


def _money_of(amount: int) -> str:
    return dollars(Micros(amount))


def _count(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{number} {noun}s"
