"""What every answer shares: Flask's own configuration, request ids, security headers, health."""

from datetime import timedelta
from typing import Any

from flask import Flask

from config import Settings
from web.compression import register_compression
from web.health import register_health
from web.request_id import current_request_id, register_request_ids
from web.security_headers import register_security_headers
from web.static_files import register_static_files

__all__ = ["current_request_id", "flask_config", "register"]

LARGEST_BODY = 8 * 1024 * 1024


def register(app: Flask) -> None:
    """Hooks and routes that belong to neither door."""
    register_request_ids(app)
    register_security_headers(app)
    register_compression(app)
    register_static_files(app)
    register_health(app)


def flask_config(settings: Settings) -> dict[str, Any]:
    """Flask's and its extensions' own configuration keys, derived from the product's settings."""
    return {
        "SECRET_KEY": settings.secret_key.get_secret_value(),
        "SQLALCHEMY_DATABASE_URI": settings.effective_database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(settings),
        "MAX_CONTENT_LENGTH": LARGEST_BODY,
        "MAX_FORM_MEMORY_SIZE": LARGEST_BODY,
        "SESSION_COOKIE_NAME": "postbacks_session",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.secure_cookies,
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=settings.session_hours),
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session: a page may be left open for hours
        "WTF_CSRF_SSL_STRICT": settings.secure_cookies,
    }


def _engine_options(settings: Settings) -> dict[str, Any]:
    # A connection for each thread, and all of them kept: one beyond the pool's size would be made anew each time.
    pool = {"pool_size": settings.web_threads, "max_overflow": 4, "pool_timeout": 5}
    if settings.effective_database_url.startswith("sqlite"):
        return {**pool, "connect_args": {"timeout": 10.0, "check_same_thread": False}}
    return {**pool, "pool_pre_ping": True, "connect_args": {"connect_timeout": 3}}
