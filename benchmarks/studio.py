"""How quick the studio is in Chromium, on loopback: `python -m benchmarks.studio` prints it.

The server is a real one whose engine draws nothing; the library's ten thousand pictures are rows that share one file,
so every one of them is asked for and rendered. Chromium paints without a GPU, as it does in the tests.
"""

import json
import statistics
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright
from sqlalchemy import insert, select
from tests.conftest import MODELS, TOY_CHECKPOINT, write_checkpoint
from tests.serving import SIGNED, Serving, serving
from tests.studio.conftest import ARGUMENTS, CHROMIUM, sign_in

from outcrop.api.studio import studio_files
from outcrop.assets.asset_ids import new_asset_id
from outcrop.catalog.load import Catalog, load_catalog
from outcrop.clock import random_bytes
from outcrop.store.tables import assets

TIMES: Final = 9
PATIENCE_MS: Final = 120_000
SIDE: Final = 1024
PICTURES: Final = 10_000
PAGES: Final = ("create", "drafts", "library", "edit", "run")
FIRST_PAINT = """() => new Promise((resolve) => {
  new PerformanceObserver((list) => {
    for (const entry of list.getEntriesByName("first-contentful-paint")) resolve(entry.startTime);
  }).observe({ type: "paint", buffered: true });
})"""
SHIFT = """() => new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => setTimeout(() => resolve(sum), 100));
})"""
FRAMES = """async (step) => {
  const times = [];
  for (let frame = 0; frame < 240; frame += 1) {
    step(frame);
    times.push(await new Promise(requestAnimationFrame));
  }
  return times.slice(1).map((time, at) => time - times[at]);
}"""
PAINT = """() => {
  const canvas = document.querySelector("canvas.mask");
  const { left, top, width, height } = canvas.getBoundingClientRect();
  const send = (kind, x, y) => canvas.dispatchEvent(new PointerEvent(kind,
    { bubbles: true, button: 0, pointerId: 1, clientX: left + x * width, clientY: top + y * height }));
  canvas.setPointerCapture = () => {};
  send("pointerdown", 0.1, 0.5);
  return (%s)((frame) => {
    for (let part = 0; part < 4; part += 1) {
      const at = frame + part / 4;
      send("pointermove", 0.1 + at / 310, 0.5 + 0.4 * Math.sin(at / 9));
    }
  });
}"""
SCROLL = """() => (%s)(() => scrollBy(0, 60))"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frames:
    """How frames follow each other. Units: milliseconds; 60 frames a second are 16.7 apart."""

    median_ms: float
    p95_ms: float
    longest_ms: float
    in_time: float
    """The part of them that came within 1.5 times 16.7 ms of the one before."""
    work_ms: float
    """Processor time of the page's main thread for one frame: what is left to it when nothing else runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quickness:
    """What the issue promises of the studio. Units: milliseconds, bytes; shifts are Cumulative Layout Shift."""

    first_paint_ms: float
    """Of somebody who has never been here, with an empty cache: the median."""
    first_paint_signed_in_ms: float
    shift: dict[str, float]
    brush: Frames
    scrolling: Frames
    bytes_in_all: int
    bytes_compressed: int


def measure_studio(catalog: Catalog) -> Quickness:
    """Open every page, paint, and scroll."""
    files = studio_files().values()
    with serving(catalog) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        strange = [_first_paint(browser, server, signed_in=False) for _ in range(TIMES)]
        known = [_first_paint(browser, server, signed_in=True) for _ in range(TIMES)]
        picture = _fill(server)
        page = _signed_in(browser, server)
        found = Quickness(
            first_paint_ms=round(statistics.median(strange), 1),
            first_paint_signed_in_ms=round(statistics.median(known), 1),
            shift={name: _shift(page, name) for name in PAGES},
            brush=_painting(page, picture),
            scrolling=_scrolling(page),
            bytes_in_all=sum(len(file.content) for file in files),
            bytes_compressed=sum(len(file.compressed or file.content) for file in files),
        )
        browser.close()
    return found


def _first_paint(browser: Browser, server: Serving, *, signed_in: bool) -> float:
    """In a context of its own, whose cache is empty."""
    context = browser.new_context(base_url=server.url, viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto("/")
    if signed_in:
        sign_in(page)
        page.get_by_role("navigation", name="Pages").wait_for()
        page.reload()
        page.get_by_role("navigation", name="Pages").wait_for()
    else:
        page.get_by_role("button", name="Sign in").wait_for()
    taken: float = page.evaluate(FIRST_PAINT)
    context.close()
    return taken


def _signed_in(browser: Browser, server: Serving) -> Page:
    page = browser.new_context(base_url=server.url, viewport={"width": 1280, "height": 800}).new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto("/")
    sign_in(page)
    page.get_by_role("navigation", name="Pages").wait_for()
    return page


def _shift(page: Page, name: str) -> float:
    page.goto(f"/#/{name}")
    page.reload()
    page.locator("main h1").first.wait_for()
    page.wait_for_load_state("networkidle")
    shift: float = page.evaluate(SHIFT)
    return round(shift, 4)


def _painting(page: Page, picture: str) -> Frames:
    page.goto(f"/#/edit/{picture}")
    page.locator("canvas.mask").wait_for()
    page.wait_for_load_state("networkidle")
    return _frames(page, PAINT)


def _scrolling(page: Page) -> Frames:
    page.goto("/#/library")
    page.locator(".cell img").first.wait_for()
    page.wait_for_load_state("networkidle")
    return _frames(page, SCROLL)


def _frames(page: Page, script: str) -> Frames:
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    before = _worked(session)
    ordered = sorted(page.evaluate(script % FRAMES))
    return Frames(
        median_ms=round(statistics.median(ordered), 1),
        p95_ms=round(ordered[int(len(ordered) * 0.95)], 1),
        longest_ms=round(ordered[-1], 1),
        in_time=round(sum(each <= 25 for each in ordered) / len(ordered), 3),
        work_ms=round((_worked(session) - before) * 1000 / len(ordered), 2),
    )


def _worked(session: CDPSession) -> float:
    found = {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}
    return float(found["TaskDuration"])


def _fill(server: Serving) -> str:
    """Put ten thousand pictures into the library, and one on top of them; its id."""
    file = BytesIO()
    Image.effect_mandelbrot((SIDE, SIDE), (-2, -1.5, 1, 1.5), 40).convert("RGB").save(file, "PNG")
    headers = SIGNED | {"Content-Type": "image/png"}
    picture = str(server.send("POST", "/v1/assets?name=all", file.getvalue(), headers).json["id"])
    with server.directory.database.writing() as connection:
        row = dict(connection.execute(select(assets).where(assets.c.id == picture)).mappings().one())
        made = range(row["created_at"] - PICTURES, row["created_at"])
        rows = [row | {"id": new_asset_id(at, random_bytes), "created_at": at} for at in made]
        connection.execute(insert(assets), rows)
    return picture


def _main() -> None:
    with TemporaryDirectory() as folder:
        toy = write_checkpoint(Path(folder) / "toy", TOY_CHECKPOINT)
        catalog = load_catalog(folders={"toy": toy}, tiers={model: {"checkpoint": "toy"} for model in MODELS})
        print(json.dumps(asdict(measure_studio(catalog)), indent=2))


if __name__ == "__main__":
    _main()
