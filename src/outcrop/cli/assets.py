"""`outcrop assets`: its commands and their options. Knows how they are spelled; `cli.shelving` does the work."""

from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = """[bold]Examples[/]

outcrop assets list --text fox --tag season:winter

outcrop assets get 0k3f8z5w1x7q2m4a --width 1200 --height 630 --format webp

outcrop assets links 0k3f8z5w1x7q2m4a --expires 86400

outcrop assets sweep
"""

app = typer.Typer(help="Look after pictures that are kept.", no_args_is_help=True, epilog=EXAMPLES)

Config = Annotated[Path | None, typer.Option(help="Settings file in place of OUTCROP_HOME/outcrop.toml.")]
AssetId = Annotated[str, typer.Argument(help="Id of the asset.", show_default=False)]


@app.command("list", epilog="[bold]Examples[/]\n\noutcrop assets list --campaign spring -n 20\n")
def list_(
    *,
    text: Annotated[str | None, typer.Option(help="Words of its prompt, name or alternative text.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="A tag, as key or key:value; again for more.")] = None,
    campaign: Annotated[str | None, typer.Option(help="Only those of a campaign.")] = None,
    model: Annotated[str | None, typer.Option(help="Only those of a model, by its short name or id.")] = None,
    account: Annotated[str | None, typer.Option(help="Only those of an account, by its name or number.")] = None,
    most: Annotated[int, typer.Option("-n", "--most", min=1, help="How many at most.")] = 50,
    config: Config = None,
) -> None:
    """List assets, the newest first."""
    from outcrop.cli.shelving import Filter, show_assets
    from outcrop.settings import read_settings

    filter_ = Filter(text=text or "", tags=tuple(tag or ()), campaign=campaign, model=model, account=account, most=most)
    show_assets(read_settings(config=config), filter_)


@app.command(epilog="[bold]Examples[/]\n\noutcrop assets show 0k3f8z5w1x7q2m4a\n")
def show(asset: AssetId, *, config: Config = None) -> None:
    """Show all there is to know of an asset: what made it, what it came from, what came of it."""
    from outcrop.cli.shelving import show_asset
    from outcrop.settings import read_settings

    show_asset(read_settings(config=config), asset)


@app.command(epilog="[bold]Examples[/]\n\noutcrop assets get 0k3f8z5w1x7q2m4a -o hero.png\n")
def get(
    asset: AssetId,
    *,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="File to write (default its id).")] = None,
    width: Annotated[int | None, typer.Option(min=1, max=8192, help="Of a rendition, in pixels.")] = None,
    height: Annotated[int | None, typer.Option(min=1, max=8192, help="Of a rendition, in pixels.")] = None,
    fit: Annotated[str, typer.Option(help="cover, contain or inside.")] = "cover",
    format_: Annotated[str | None, typer.Option("--format", help="png, jpeg, webp or avif.")] = None,
    quality: Annotated[int | None, typer.Option(min=1, max=100, help="Of JPEG, WebP and AVIF.")] = None,
    config: Config = None,
) -> None:
    """Write an asset's file, or a rendition of it. What is held for a review is not written."""
    from outcrop.cli.shelving import read_wanted, write_asset
    from outcrop.settings import read_settings

    wanted = read_wanted(width, height, fit, format_, quality)
    write_asset(read_settings(config=config), asset, wanted, output)


@app.command(epilog="[bold]Examples[/]\n\noutcrop assets tag 0k3f8z5w1x7q2m4a season:winter approved --remove draft\n")
def tag(
    asset: AssetId,
    tags: Annotated[list[str] | None, typer.Argument(help="Tags to put on it, as key or key:value.")] = None,
    *,
    remove: Annotated[list[str] | None, typer.Option(help="A tag to take away, by its key; again for more.")] = None,
    config: Config = None,
) -> None:
    """Put tags on an asset, in place of those of the same keys, and take others away."""
    from outcrop.cli.shelving import tag_asset
    from outcrop.settings import read_settings

    tag_asset(read_settings(config=config), asset, tuple(tags or ()), tuple(remove or ()))


@app.command(epilog="[bold]Examples[/]\n\noutcrop assets delete 0k3f8z5w1x7q2m4a\n")
def delete(
    assets: Annotated[list[str], typer.Argument(help="Ids of the assets.", show_default=False)],
    *,
    config: Config = None,
) -> None:
    """Delete assets: files, renditions and what is said of them. A file that another asset has stays for that one."""
    from outcrop.cli.shelving import delete_assets
    from outcrop.settings import read_settings

    delete_assets(read_settings(config=config), tuple(assets))


@app.command(epilog="[bold]Examples[/]\n\noutcrop assets links 0k3f8z5w1x7q2m4a --expires 86400\n")
def links(
    asset: AssetId,
    *,
    expires: Annotated[int, typer.Option(min=1, max=31_536_000, help="Seconds until it ends.")] = 3600,
    width: Annotated[int | None, typer.Option(min=1, max=8192, help="Of a rendition, in pixels.")] = None,
    height: Annotated[int | None, typer.Option(min=1, max=8192, help="Of a rendition, in pixels.")] = None,
    format_: Annotated[str | None, typer.Option("--format", help="png, jpeg, webp or avif.")] = None,
    server: Annotated[
        str | None,
        typer.Option(metavar="URL", envvar="OUTCROP_URL", help="Where it leads to, in place of what the settings say."),
    ] = None,
    config: Config = None,
) -> None:
    """Print a link to an asset, which anybody may follow until it ends."""
    from outcrop.cli.shelving import link_asset, read_wanted
    from outcrop.settings import read_settings

    wanted = read_wanted(width, height, "cover", format_, None)
    link_asset(read_settings(config=config), asset, wanted, expires, server)


@app.command(epilog="[bold]Examples[/]\n\noutcrop assets retention studio --rules rules.json\n")
def retention(
    account: Annotated[str, typer.Argument(help="Name or number of the account.", show_default=False)],
    *,
    rules: Annotated[Path | None, typer.Option(help="File of rules, in JSON, in place of those there are.")] = None,
    config: Config = None,
) -> None:
    """Show how long an account keeps its assets, or say so."""
    from outcrop.cli.shelving import keep_retention
    from outcrop.settings import read_settings

    keep_retention(read_settings(config=config), account, rules)


@app.command(epilog="[bold]Examples[/]\n\noutcrop assets sweep\n")
def sweep(*, config: Config = None) -> None:
    """Delete what rules no longer keep, and remove files that no asset has; the server does so every hour."""
    from outcrop.cli.shelving import sweep_assets
    from outcrop.settings import read_settings

    sweep_assets(read_settings(config=config))
