"""`outcrop serve`: its options. Knows how they are spelled; `cli.serving` does the work."""

import gc
from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = """[bold]Examples[/]

outcrop serve

outcrop serve --port 0 --calls

outcrop serve --tls --host 10.0.0.5

OUTCROP_HOME=/srv/outcrop outcrop serve --config /etc/outcrop.toml
"""


def serve(
    *,
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; others than loopback need a key (default 127.0.0.1).")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one (default 8321).")] = None,
    tls: Annotated[
        bool | None, typer.Option("--tls", help="Speak HTTPS, with a certificate of its own unless one is given.")
    ] = None,
    certificate: Annotated[Path | None, typer.Option(help="Certificate chain in PEM, for TLS.")] = None,
    private_key: Annotated[Path | None, typer.Option(help="The certificate's private key in PEM.")] = None,
    studio: Annotated[
        bool | None, typer.Option("--studio/--no-studio", help="Serve the studio's pages at / (default: yes).")
    ] = None,
    calls: Annotated[
        bool, typer.Option("--calls", help="Print calls for boto3, curl and the AWS CLI, ready to paste.")
    ] = False,
    config: Annotated[Path | None, typer.Option(help="Settings file in place of OUTCROP_HOME/outcrop.toml.")] = None,
) -> None:
    """Answer boto3, the AWS CLI and every other Bedrock client on this machine, and people at the studio.

    It answers at once; pictures wait until the engine has loaded its weights. Ctrl-C stops it.
    """
    gc.disable()  # to look for garbage among what is only just imported takes a twelfth of the start
    from outcrop.cli.serving import serve_bedrock
    from outcrop.settings import read_settings

    options = {
        "host": host,
        "port": port,
        "tls": tls,
        "certificate": certificate,
        "private_key": private_key,
        "studio": studio,
    }
    try:
        serve_bedrock(read_settings(config=config, options=options), show_calls=calls)
    finally:
        gc.enable()
