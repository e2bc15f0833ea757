"""Structured logs: one JSON object a line, carrying the ids of the request or delivery at hand.

`structlog.contextvars.bind_contextvars(request_id=…)` adds a key to every line of the current context.
Secrets never reach a log call; `_mask` is the second lock on that door.
"""

import logging
import sys

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from config import Settings

SECRET_KEYS = frozenset(
    {
        "password",
        "basic_auth_password",
        "signing_secret",
        "secret_key",
        "user_api_key",
        "authorization",
        "token",
        "access_token",
        "data",
    }
)


def _mask(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    for key in SECRET_KEYS & event.keys():
        event[key] = "***"
    return event


def configure_logs(settings: Settings) -> None:
    """Send the product's and its libraries' logs to standard error in one format."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _mask,
    ]
    plain = settings.log_format == "console"
    renderer = structlog.dev.ConsoleRenderer(colors=False) if plain else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log_level)
    for chatty in ("rq.worker", "alembic.runtime.migration"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
