"""All benchmarks, by one command: `make bench`, or `python -m benchmarks.run --clone --note "..."`.

Writes benchmarks/results.json, docs/benchmarks.md and the drawings that it shows.
"""

import argparse
import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.clone import measure_clone
from benchmarks.latency import measure_latency
from benchmarks.ledger import measure_ledger
from benchmarks.library import COUNTS, measure_finding, measure_rendering
from benchmarks.machine import describe
from benchmarks.mixed import measure_mixed
from benchmarks.passes import measure_passes
from benchmarks.report import page, plots
from benchmarks.scheduling import measure_scheduling
from benchmarks.serving import measure_overhead, measure_start
from benchmarks.tiers import drawing_models, measure_tiers
from outcrop.catalog.load import load_catalog

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results.json"
PAGE = ROOT / "docs" / "benchmarks.md"
IMAGES = ROOT / "docs" / "images"


def main() -> None:
    """Measure, keep what was measured, and write it down for people."""
    parser = argparse.ArgumentParser(description="Outcrop's benchmarks.")
    parser.add_argument("--clone", action="store_true", help="also from a clone to the first picture: minutes")
    parser.add_argument("--note", default="", help="what a reader must know, such as what else ran")
    options = parser.parse_args()
    machine = describe()
    catalog = load_catalog()
    models = drawing_models(catalog)
    earlier = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    results = {
        "measured": datetime.now(UTC).date().isoformat(),
        "note": options.note,
        "machine": asdict(machine),
        "clone": asdict(measure_clone()) if options.clone else earlier.get("clone"),
        "start": asdict(measure_start([str(model) for model in models])),
        "overhead": asdict(measure_overhead(catalog, models[0], machine.cores)),
        "latency": [asdict(figure) for figure in measure_latency()],
        "ledger": [asdict(booking) for booking in measure_ledger(catalog)],
        "finding": [asdict(measure_finding(count)) for count in COUNTS],
        "rendering": [asdict(one) for one in measure_rendering()],
        "scheduling": asdict(measure_scheduling()),
        "mixed": asdict(measure_mixed(catalog, machine.cores)),
        "passes": asdict(measure_passes(catalog, machine.cores)),
        "openvino": earlier.get("openvino"),
        "tiers": [asdict(tier) for tier in measure_tiers(catalog, machine.cores)],
    }
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    PAGE.write_text(page(results), encoding="utf-8")
    for name, drawing in plots(results).items():
        (IMAGES / name).write_text(drawing, encoding="utf-8")
    print(page(results))


if __name__ == "__main__":
    main()
