"""The one path of every picture, on a toy engine: what it gives, what is heard on the way, and how it ends early."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import final

import numpy as np
import pytest
from PIL import Image

from outcrop.catalog.load import Catalog
from outcrop.engine.engine import OWN, Drawn, Errand, Event, Failed, Listener, Queued, Started, Step
from outcrop.errors import BadSettings, Cancelled, ModelFailed, Throttled, Unavailable, Unsupported
from outcrop.flow import Flow
from outcrop.operations.table import plan
from outcrop.plan import Plan, Start
from outcrop.prompt import plain
from outcrop.provenance.chain import Chain
from outcrop.provenance.credentials import Reader
from outcrop.provenance.marks import Marks
from outcrop.provenance.watermark import Watermark
from outcrop.request import Bitmap, TextToImage
from outcrop.units import ModelId, Seed, Size
from tests.conftest import CORE
from tests.marking import KEY, NOW, chain, marks
from tests.toy_engine import BUSY_S, FAIL, HANG, PATIENCE_S, ToyEngine, ToyTicket, toy_pixels


@final
class StillEngine:
    """An engine in which nothing happens but what the test tells."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def submit(self, plan: Plan, listen: Listener, errand: Errand = OWN) -> ToyTicket:
        """Take a picture."""
        del plan, errand
        self._listeners.append(listen)
        return ToyTicket()

    def tell(self, number: int, event: Event) -> None:
        """Let the picture of that number hear something."""
        self._listeners[number](event)

    def close(self) -> None:
        """Nothing to stop."""


@pytest.fixture
def engine() -> ToyEngine:
    """A toy engine of the test's own; its flow closes it."""
    return ToyEngine()


@pytest.fixture
def flow(engine: ToyEngine) -> Iterator[Flow]:
    """A flow on it, whose clock says 0, 1, 2 …: each reading is a second after the one before."""
    with Flow(engine, iter(range(100)).__next__) as running:
        yield running


@pytest.fixture
def some_plan(catalog: Catalog) -> Plan:
    """A picture twice as wide as high, larger than the toy draws."""
    request = TextToImage(prompt=plain("a fox"), size=Size(width=128, height=64), seed=Seed(7))
    (only,) = plan(request, ModelId(CORE), catalog, lambda: Seed(1))
    return only


def test_a_plan_becomes_a_file(flow: Flow, some_plan: Plan) -> None:
    """In the delivered size, with the times that each part took."""
    picture = flow.start(some_plan).picture.result(PATIENCE_S)
    assert (picture.plan, picture.engine_s, picture.busy_s, picture.finish_s) == (some_plan, 0, BUSY_S, 1)
    with Image.open(BytesIO(picture.file)) as image:
        assert (image.format, image.size) == ("PNG", (128, 64))


def test_a_picture_at_its_native_size_keeps_its_pixels(flow: Flow, some_plan: Plan) -> None:
    """What the engine drew is what is in the file."""
    small = replace(some_plan, delivered=some_plan.native)
    with Image.open(BytesIO(flow.start(small).picture.result(PATIENCE_S).file)) as image:
        assert np.array_equal(np.asarray(image), toy_pixels(small.prompt.written, small.seed, small.native))


def test_a_listener_hears_everything_in_order(flow: Flow, some_plan: Plan) -> None:
    """The start, every step, and one end."""
    heard: list[Event] = []
    flow.start(some_plan, heard.append).picture.result(PATIENCE_S)
    assert heard[0] == Started()
    steps = [each for each in heard if isinstance(each, Step)]
    assert heard[1:-1] == steps
    assert [(each.done, each.total) for each in steps] == [(n + 1, some_plan.steps) for n in range(some_plan.steps)]
    assert isinstance(heard[-1], Drawn)


def test_a_failure_is_the_pictures_end(flow: Flow, some_plan: Plan) -> None:
    """The engine's error comes through as it is, to the listener too."""
    heard: list[Event] = []
    with pytest.raises(ModelFailed, match="try another seed"):
        flow.start(replace(some_plan, prompt=plain(FAIL)), heard.append).picture.result(PATIENCE_S)
    assert isinstance(heard[-1], Failed)


def test_a_cancelled_picture_ends_with_cancelled(flow: Flow, engine: ToyEngine, some_plan: Plan) -> None:
    """At its next step; to cancel it once more, or after its end, changes nothing."""
    running = flow.start(replace(some_plan, prompt=plain(HANG)))
    engine.under_way.get(timeout=PATIENCE_S)
    running.cancel()
    running.cancel()
    with pytest.raises(Cancelled):
        running.picture.result(PATIENCE_S)
    running.cancel()


def test_a_waiter_cannot_end_a_picture_by_giving_up(flow: Flow, engine: ToyEngine, some_plan: Plan) -> None:
    """Only the engine ends it: otherwise it would go on drawing what nobody can have any more."""
    running = flow.start(replace(some_plan, prompt=plain(HANG)))
    engine.under_way.get(timeout=PATIENCE_S)
    assert not running.picture.cancel()
    running.cancel()
    assert isinstance(running.picture.exception(PATIENCE_S), Cancelled)


def test_a_file_that_cannot_be_made_is_the_pictures_end(flow: Flow, some_plan: Plan) -> None:
    """A defect in the finish reaches whoever waits; the flow goes on."""
    with pytest.raises(AttributeError):
        flow.start(replace(some_plan, delivered=None)).picture.result(PATIENCE_S)  # type: ignore[arg-type]  # the defect
    assert flow.start(some_plan).picture.result(PATIENCE_S).file


def test_closing_ends_what_is_under_way(engine: ToyEngine, some_plan: Plan) -> None:
    """With an error that says to try again."""
    with Flow(engine, lambda: 0.0) as flow:
        waiting = flow.start(replace(some_plan, prompt=plain(HANG))).picture
        engine.under_way.get(timeout=PATIENCE_S)
    assert isinstance(waiting.exception(PATIENCE_S), Unavailable)


def test_more_than_may_wait_are_refused(some_plan: Plan) -> None:
    """Who is under way takes no place; an end, whatever it is, gives one back; the message says how many wait."""
    engine = StillEngine()
    with Flow(engine, lambda: 0.0, places=3) as flow:
        begun = flow.start(some_plan, errand=Errand(account="a"))
        engine.tell(0, Started())
        for account in "abc":
            flow.start(some_plan, errand=Errand(account=account))
        with pytest.raises(Throttled, match=r"3 pictures wait already, 0 of them yours; there are 3 places"):
            flow.start(some_plan, errand=Errand(account="d"))
        engine.tell(1, Queued(position=1))
        with pytest.raises(Throttled):
            flow.start(some_plan, errand=Errand(account="d"))
        engine.tell(1, Failed(error=Cancelled("Enough.")))
        flow.start(some_plan, errand=Errand(account="d"))
        engine.tell(0, Failed(error=Cancelled("Enough.")))
        with pytest.raises(Throttled):
            flow.start(some_plan, errand=Errand(account="e"))
    assert begun.picture.done()


def test_one_account_takes_half_of_the_places(some_plan: Plan) -> None:
    """However many it sends, another finds one."""
    with Flow(StillEngine(), lambda: 0.0, places=4) as flow:
        for _ in range(2):
            flow.start(some_plan, errand=Errand(account="crowd"))
        with pytest.raises(Throttled, match="2 of them yours"):
            flow.start(some_plan, errand=Errand(account="crowd"))
        flow.start(some_plan, errand=Errand(account="other"))


def test_a_plan_that_is_to_be_signed_becomes_a_signed_file(some_plan: Plan) -> None:
    """The credentials name the model, and the picture is the one that is not signed."""
    signed = replace(some_plan, credentials=True)
    with Flow(ToyEngine(), lambda: 0.0, marks=marks()) as flow:
        files = [flow.start(each).picture.result(PATIENCE_S).file for each in (some_plan, signed)]
    read = Reader([chain().root])
    assert [read.read(file).state for file in files] == ["none", "trusted"]
    assert read.read(files[1]).model == some_plan.model
    pictures = [Image.open(BytesIO(file)) for file in files]
    assert pictures[0].tobytes() == pictures[1].tobytes()
    assert pictures[0].info == pictures[1].info


def test_an_edit_is_signed_with_its_parent(some_plan: Plan) -> None:
    """The file that the picture starts from stays with the finish: the engine never sees it."""
    image = Bitmap(size=some_plan.native, rgb=bytes(3 * some_plan.native.pixels))
    engine = ToyEngine()
    with Flow(engine, lambda: 0.0, marks=marks()) as flow:
        parent = flow.start(replace(some_plan, credentials=True)).picture.result(PATIENCE_S).file
        edit = replace(some_plan, credentials=True, start=Start(image=image, strength=0.5), parent=parent)
        file = flow.start(edit).picture.result(PATIENCE_S).file
    read = Reader([chain().root]).read(file)
    assert (read.state, read.parents) == ("trusted", 1)
    assert read.actions == ("c2pa.opened", "c2pa.edited")


def test_a_plan_that_is_to_be_marked_becomes_a_marked_picture(some_plan: Plan) -> None:
    """The mark says for whom, and is found in the file; without a plan for it there is none."""
    large = replace(some_plan, delivered=Size(width=640, height=512))
    errand = Errand(account="123456789012")
    with Flow(ToyEngine(), lambda: 0.0, marks=marks()) as flow:
        plans = (large, replace(large, watermark=True))
        files = [flow.start(each, errand=errand).picture.result(PATIENCE_S).file for each in plans]
    found = [Watermark(KEY).read(Image.open(BytesIO(file))) for file in files]
    assert found[0] is None
    assert found[1] is not None
    assert found[1].payload.account == "123456789012"


def test_nothing_is_delivered_unmarked_that_is_to_be_marked(flow: Flow, some_plan: Plan) -> None:
    """A flow that was given nothing to mark with refuses it before any work."""
    for marked in (replace(some_plan, watermark=True), replace(some_plan, credentials=True)):
        with pytest.raises(Unsupported, match="are to be marked, and there is nothing to mark them with"):
            flow.start(marked)


def test_a_picture_that_cannot_be_signed_fails(some_plan: Plan) -> None:
    """Whoever waits for it hears why."""

    def lost() -> Chain:
        raise BadSettings("The certificates are gone.")

    with Flow(ToyEngine(), lambda: 0.0, marks=Marks(lost, lambda: KEY, lambda: NOW)) as flow:
        running = flow.start(replace(some_plan, credentials=True))
        with pytest.raises(BadSettings, match="are gone"):
            running.picture.result(PATIENCE_S)
