"""The measured figures as a page. Knows words; measures nothing."""

from typing import Any

from benchmarks.plot import line_plot

HEAD = """# Benchmarks

Written by `make bench`; the figures and the machine's description stand in [results.json](../benchmarks/results.json).
Everything was measured on the date given, with the embedded preview model. `python -m benchmarks.gpu.run` measures
networks of full size on an NVIDIA card; no figures of one stand here, because none was to be had.
"""


def page(results: dict[str, Any]) -> str:
    """The whole page, in Markdown."""
    parts = [HEAD, _machine(results), _table(_rows(results))]
    parts += [_latency(results.get("latency", [])), _ledger(results.get("ledger", []))]
    parts += [_finding(results.get("finding", [])), _rendering(results.get("rendering", []))]
    parts += [_tiers(results["tiers"]), _mixed(results.get("mixed"))]
    parts += [_passes(results.get("passes")), _openvino(results.get("openvino"))]
    return "\n".join(part for part in parts if part)


def plots(results: dict[str, Any]) -> dict[str, str]:
    """Drawings that the page shows, by file name."""
    passes = results.get("passes")
    if passes is None:
        return {}
    batches = passes["batches"]

    def line(title: str, key: str, unit: str) -> str:
        return line_plot(title, [(str(one["evaluations"]), one[key]) for one in batches], unit)

    return {
        "memory.svg": line("Memory of a pass by the evaluations in it", "memory_mib", "MiB"),
        "rate.svg": line("Part of the machine's matrix rate by the evaluations in a pass", "of_machine", ""),
    }


def _machine(results: dict[str, Any]) -> str:
    machine = results["machine"]
    note = f" {results['note']}" if results["note"] else ""
    return (
        f"Measured on {results['measured']}: {machine['processor']}, {machine['cores']} cores, "
        f"{machine['memory_gib']} GiB, {machine['system']}, Python {machine['python']}, torch {machine['torch']}, "
        f"diffusers {machine['diffusers']}; load {machine['load_before']} before it began.{note}\n"
    )


def _rows(results: dict[str, Any]) -> list[tuple[str, str]]:
    start, overhead, clone = results["start"], results["overhead"], results["clone"]
    rows = []
    if clone:
        cache = f"pip's cache {clone['download_cache']}"
        rows = [
            (
                f"From a clone to the first picture, installing included, {cache}",
                f"{clone['first_picture_s']} s",
            ),
            ("… of which until everything was installed", f"{clone['set_up_s']} s"),
        ]
    return [
        *rows,
        ("Server answers, from its start", f"{start['answers_s']} s"),
        ("First picture, from the server's start, the engine's loading included", f"{start['first_picture_s']} s"),
        ("Peak memory of server and engine together", f"{start['peak_mib']} MiB"),
        (
            f"One call on Core, warm: wall time at the client, median of {overhead['calls']}",
            f"{overhead['wall_ms']} ms",
        ),
        ("… of which the engine", f"{overhead['engine_ms']} ms"),
        ("… of which finishing: enlarging to 1024 x 1024, PNG", f"{overhead['finish_ms']} ms"),
        ("… of which everything else: HTTP, checks, planning, crossing processes, base64", f"{overhead['rest_ms']} ms"),
        *_scheduling(results.get("scheduling")),
    ]


def _scheduling(scheduling: dict[str, Any] | None) -> list[tuple[str, str]]:
    """One row, once it has been measured."""
    if scheduling is None:
        return []
    figures = [scheduling[mixture] for mixture in ("one_line_ms", "mixed_ms", "strangers_ms")]
    what = f"Choosing a pass among {scheduling['images']} pictures: of one account, of eight, each of another"
    return [(what, " / ".join(map(str, figures)) + " ms")]


def _ledger(measured: list[dict[str, Any]]) -> str:
    if not measured:
        return ""
    return (
        "## The books\n\n"
        "Reserving and settling a picture that concerns a budget and a credit pool, by one client and by several\n"
        "threads of one server; and a month's costs by model and user. The databases are as installed; bookings do\n"
        "not wait for the disk, see [why](why.md).\n\n"
        "| | one client, median | clients at once | pictures a second | report | of entries |\n"
        "| --- | --- | --- | --- | --- | --- |\n"
        + "".join(
            f"| {one['database']} | {one['one_ms']} ms | {one['clients']} | {one['a_second']} | {one['report_s']} s "
            f"| {one['entries']} |\n"
            for one in measured
        )
    )


def _finding(measured: list[dict[str, Any]]) -> str:
    if not measured:
        return ""
    return (
        "## The asset library\n\n"
        "Reading a page of 50 of an account's assets, on SQLite, median. A word that no asset has is the dearest: all\n"
        "of them are looked at.\n\n"
        "| assets | newest | two words | no such word | a tag | a month |\n| --- | --- | --- | --- | --- | --- |\n"
        + "".join(
            f"| {one['assets']:,} | {one['first_page_ms']} ms | {one['two_words_ms']} ms | {one['no_such_word_ms']} ms "
            f"| {one['tag_ms']} ms | {one['month_ms']} ms |\n"
            for one in measured
        )
    )


def _rendering(measured: list[dict[str, Any]]) -> str:
    if not measured:
        return ""
    return (
        "A rendition of a picture of 1024 x 1024, median: made, and from the cache.\n\n"
        "| format | side | made | cached |\n| --- | --- | --- | --- |\n"
        + "".join(
            f"| {one['format']} | {one['side']} | {one['made_ms']} ms | {one['cached_ms']} ms |\n" for one in measured
        )
    )


def _table(rows: list[tuple[str, str]]) -> str:
    lines = ["| what | measured |", "| --- | --- |", *(f"| {what} | {figure} |" for what, figure in rows)]
    return "\n".join(lines) + "\n"


def _latency(latency: list[dict[str, Any]]) -> str:
    if not latency:
        return ""
    head = (
        "## What the wire adds\n\n"
        "The time of an `InvokeModel` on Stable Image Core at the client, less what the engine and finishing the file\n"
        "took: signature or key, policies, quotas, checking, planning, the ledger's three entries, the audit trail,\n"
        "HTTP and base64, all switched on, one call after the other on one connection, the client's own work\n"
        "included. The toy engine paints blurred spots in a millisecond; the real one is the preview model in a\n"
        "process of its own.\n\n"
        "| engine | client | calls | median | 99th percentile |\n"
        "| --- | --- | --- | --- | --- |\n"
    )
    return head + "".join(
        f"| {one['engine']} | {one['client']} | {one['calls']} | {one['median_ms']} ms | {one['p99_ms']} ms |\n"
        for one in latency
    )


def _tiers(tiers: list[dict[str, Any]]) -> str:
    head = (
        "## Side by side with diffusers\n\n"
        "One picture at the native size, by Outcrop's engine and by diffusers' `StableDiffusion3Pipeline`, in turns\n"
        "in one process: same weights, steps, guidance, noise and number of text tokens. Outcrop draws with so small\n"
        "a network on one thread, diffusers on one or on all, whichever is quicker. The ratio is the median, round by\n"
        "round, of diffusers' time over Outcrop's: above 1 Outcrop is faster.\n\n"
        "| model | size | steps | guidance | Outcrop | diffusers | ratio | agreement |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- |\n"
    )
    return head + "".join(
        f"| {tier['model']} | {tier['size']} | {tier['steps']} | {tier['guidance']} | {tier['outcrop_s']} s "
        f"| {tier['diffusers_s']} s | {tier['ratio']} | {_agreement(tier['psnr_db'])} |\n"
        for tier in tiers
    )


def _mixed(mixed: dict[str, Any] | None) -> str:
    if mixed is None:
        return ""
    ours, theirs = mixed["outcrop"], mixed["diffusers"]
    note = f" {mixed['note']}" if mixed.get("note") else ""
    return (
        "## A busy ten seconds\n\n"
        f"{mixed['requests']} requests in turn of text to image, image to image and inpainting, "
        f"{min(mixed['steps'])} to {max(mixed['steps'])} steps, guidance 3, arriving over 10 s.\n"
        "Outcrop's engines, as many as there are processors, share their passes among them;\n"
        "diffusers' pipelines draw one at a time in the order of arrival, on the threads that suit them, with\n"
        "image to image in the place of inpainting, for which diffusers has no pipeline that takes this network."
        f"{note}\n\n"
        "| | evaluations | first arrival to last picture | median wait | 95th percentile |\n"
        "| --- | --- | --- | --- | --- |\n"
        + "".join(
            f"| {name} | {side['evaluations']} | {side['lasted_s']} s | {side['wait_median_s']} s "
            f"| {side['wait_95_s']} s |\n"
            for name, side in (("Outcrop", ours), ("diffusers", theirs))
        )
        + f"\nOutcrop draws {mixed['throughput_ratio']} times as many pictures a second, and its 95th percentile of "
        f"waits is {mixed['wait_95_ratio']} of diffusers'.\n" + _at_once(mixed.get("at_once"))
    )


def _at_once(at_once: dict[str, Any] | None) -> str:
    if at_once is None:
        return ""
    return (
        "\nThe ten seconds end not before the last request has come, however quick the engine. The same requests "
        "all there at\n"
        f"the beginning: Outcrop {at_once['outcrop_s']} s, diffusers {at_once['diffusers_s']} s, "
        f"{at_once['throughput_ratio']} times as many pictures a second.\n"
    )


def _passes(passes: dict[str, Any] | None) -> str:
    if passes is None:
        return ""
    note = f" {passes['note']}" if passes["note"] else ""
    return (
        "## What a pass takes\n\n"
        f"The denoiser at {passes['size']}, {passes['precision']}, threads: {passes['threads']}, by how many "
        "evaluations\n"
        "share a pass (a picture with guidance is two). An evaluation is "
        f"{passes['evaluation_gflops']} GFLOP, counted by torch on diffusers'\n"
        "own network; the machine does "
        f"{passes['machine_gflops_a_second']} GFLOP a second in one large product of matrices, measured in turn\nwith "
        f"the passes.{note}\n\n"
        "| evaluations | pass | memory besides the weights | foretold | of the machine's rate |\n"
        "| --- | --- | --- | --- | --- |\n"
        + "".join(
            f"| {one['evaluations']} | {one['pass_ms']} ms | {one['memory_mib']} MiB | {one['foretold_mib']} MiB "
            f"| {100 * one['of_machine']:.0f} % |\n"
            for one in passes["batches"]
        )
        + "\n![Memory of a pass](images/memory.svg)\n![Part of the machine's rate](images/rate.svg)\n"
    )


def _openvino(beside: dict[str, Any] | None) -> str:
    if beside is None:
        return ""
    return (
        "## Beside OpenVINO\n\n"
        f"A pass of {beside['evaluations']} evaluations at 256x256, float32, one thread, by each in turn "
        f"(`python -m benchmarks.beside_openvino`; OpenVINO\n{beside['version']}, whose answer is within "
        f"{beside['apart']:.0e} of diffusers'). {beside['note']}\n\n"
        "| Outcrop | OpenVINO | diffusers | OpenVINO's time over Outcrop's |\n| --- | --- | --- | --- |\n"
        f"| {beside['outcrop_ms']} ms | {beside['openvino_ms']} ms | {beside['diffusers_ms']} ms "
        f"| {beside['openvino_of_outcrop']} |\n\n"
        "Below 1 OpenVINO is faster. It compiles the whole network for one shape of its inputs; whether a picture is\n"
        "then byte-equal in any company was not tried.\n"
    )


def _agreement(psnr_db: float | None) -> str:
    return "equal" if psnr_db is None else f"{psnr_db} dB"
