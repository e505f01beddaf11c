"""How the log is written: lines for people, or a JSON object a line for programs, each with its request's id.

Knows logging; knows no request beyond its id.
"""

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Final, Literal, final

Form = Literal["text", "json"]

TEXT: Final = "%(asctime)s %(name)s %(levelname)s %(message)s"
REQUEST_ID: Final[ContextVar[str]] = ContextVar("request_id", default="")
"""The request that is being answered, in its task and in every thread that works for it."""
FIELDS: Final = "fields"
"""The `extra` under which a line may bring fields of its own."""


@final
class JsonLines(logging.Formatter):
    """A JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record down; what has several lines becomes one."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id := REQUEST_ID.get():
            line["requestId"] = request_id
        line |= getattr(record, FIELDS, {})
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def write_log(level: int, form: Form) -> None:
    """Write the log of this process to standard error, from a level on."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if form == "json" else logging.Formatter(TEXT))
    logging.basicConfig(level=level, handlers=[handler])


def form_in_use() -> Form:
    """How this process writes its log."""
    json_lines = any(isinstance(handler.formatter, JsonLines) for handler in logging.getLogger().handlers)
    return "json" if json_lines else "text"
