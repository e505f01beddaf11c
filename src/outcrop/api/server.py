"""The HTTP server: uvicorn's, which ends what would never end by itself before it waits for requests. Knows no wire."""

import socket
from typing import final

import uvicorn


@final
class Server(uvicorn.Server):
    """Uvicorn's server around an application that `create_app` made."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop taking requests, end the streams, and wait for what is under way."""
        self.config.app.state.end_streams()  # type: ignore[union-attr]  # Starlette's, or it would not be here
        await super().shutdown(sockets)
