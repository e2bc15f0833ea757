"""Every setting of the product, typed. Nothing else reads the process environment.

Values come from the environment (prefix ``POSTBACK_``) or a ``.env`` file beside this one.
Durations are seconds, sizes are bytes.
"""

import re
import sys
from functools import cached_property
from hashlib import sha256
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from tempfile import gettempdir
from typing import Annotated, Any, NoReturn, Self
from urllib.parse import quote

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

HOUSE = Path(__file__).resolve().parent
Network = IPv4Network | IPv6Network

# A unix socket's path must fit into sockaddr_un (108 bytes on Linux, 104 on macOS).
LONGEST_SOCKET_PATH = 100
LARGEST_PORT = 65535
# With this exit code of a process gunicorn gives up; with another it would start the next one, for ever.
START_REFUSED = 3

# What the demo takes for granted where nothing else is said: everything happens on this machine, over plain http.
DEMO_DEFAULTS: dict[str, Any] = {
    "allowed_networks": (ip_network("127.0.0.0/8"),),
    "allowed_ports": ((1, LARGEST_PORT),),
    "allow_http": True,
    "secure_cookies": False,
    "log_format": "console",
}
KEY_FILES = {"secret_key": "secret-key", "encryption_keys": "encryption-keys"}
"""Setting → the file in the instance folder that holds it where the environment does not."""


class Settings(BaseSettings):
    """The product's settings. `flask settings` prints the ones in effect."""

    model_config = SettingsConfigDict(env_prefix="POSTBACK_", env_file=HOUSE / ".env", extra="ignore")

    instance_path: Path = Field(HOUSE / "instance", description="Folder for everything written at run time")
    database_url: str = Field("", description="SQLAlchemy URL; empty: SQLite under the instance folder")
    redis_url: str = Field("", description="Redis/Valkey URL; empty: the embedded server's unix socket")
    public_url: str = Field("", description="Base URL of links in answers; empty: http://127.0.0.1:PORT")
    port: int = Field(
        8000,
        ge=1,
        le=LARGEST_PORT,
        validation_alias=AliasChoices("PORT", "POSTBACK_PORT"),
        description="Web port of `make run`",
    )
    demo: bool = Field(False, description="Demo tenant, own keys, loopback targets; set by `make run`")

    secret_key: SecretStr = Field(SecretStr(""), description="Signs cookies; at least 32 characters")
    encryption_keys: SecretStr = Field(
        SecretStr(""), description="Comma list of Fernet keys; the first encrypts, all decrypt"
    )

    allowed_networks: Annotated[tuple[Network, ...], NoDecode] = Field(
        (), description="Non-public networks that may be called, comma list of CIDRs"
    )
    allowed_ports: Annotated[tuple[tuple[int, int], ...], NoDecode] = Field(
        ((80, 80), (443, 443), (8080, 8080), (8443, 8443)),
        description="Ports that may be called, comma list of numbers and ranges",
    )
    allow_http: bool = Field(False, description="Allow plain http targets")
    ca_bundle: Path | None = Field(None, description="Extra trust: a PEM bundle used instead of the public roots")

    workers: int = Field(2, ge=1, le=64, description="RQ workers that `make run` starts")
    web_processes: int = Field(2, ge=1, le=64, description="Web processes that `make run` starts")
    web_threads: int = Field(16, ge=2, le=256, description="Threads of each web process")
    connections_per_config: int = Field(
        8, ge=1, le=256, description="Connections one config may use at once, per worker"
    )
    connect_timeout: float = Field(5.0, gt=0, le=60, description="Seconds to connect")
    total_timeout: float = Field(15.0, gt=0, le=300, description="Seconds a whole attempt may take")
    redis_timeout: float = Field(0.25, gt=0, le=10, description="Seconds a wake may wait for Redis")
    max_payload_bytes: int = Field(256 * 1024, ge=1024, description="Largest `data` of an event")
    response_kept_bytes: int = Field(16 * 1024, ge=0, description="Bytes of a response body that are kept")
    min_attempt_interval: int = Field(1, ge=1, description="Smallest attempt_interval a config may have")
    custom_resources: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Resource names of the deployment's own, comma list"
    )
    rate_limit: str = Field(
        "",
        pattern=r"^([1-9][0-9]{0,8}/[1-9][0-9]{0,5})?$",
        description="Requests of one API credential, and in how many seconds: 600/60; empty: no limit",
    )
    session_hours: float = Field(12.0, gt=0, description="Hours a sign-in lasts without use")
    secure_cookies: bool = Field(True, description="Send cookies over https only (the demo turns it off)")
    query_credentials: bool = Field(False, description="Let the API take credentials from the query string")
    hsts: bool = Field(False, description="Send Strict-Transport-Security")
    trusted_proxies: int = Field(0, ge=0, le=8, description="Reverse proxies in front whose X-Forwarded-* is believed")
    log_format: str = Field("json", pattern="^(json|console)$", description="json or console")
    log_level: str = Field("INFO", description="Lowest level that is logged")

    @field_validator("allowed_networks", mode="before")
    @classmethod
    def _networks(cls, value: Any) -> Any:
        return tuple(ip_network(part) for part in _parts(value)) if isinstance(value, str) else value

    @field_validator("allowed_ports", mode="before")
    @classmethod
    def _ports(cls, value: Any) -> Any:
        return tuple(_port_range(part) for part in _parts(value)) if isinstance(value, str) else value

    @field_validator("custom_resources", mode="before")
    @classmethod
    def _names(cls, value: Any) -> Any:
        return tuple(_parts(value)) if isinstance(value, str) else value

    @field_validator("instance_path")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("public_url")
    @classmethod
    def _no_trailing_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @model_validator(mode="after")
    def _fill_in(self) -> Self:
        for name, value in DEMO_DEFAULTS.items():
            if self.demo and name not in self.model_fields_set:
                setattr(self, name, value)
        for name, file in KEY_FILES.items():
            path = self.instance_path / file
            if not getattr(self, name).get_secret_value() and path.is_file():
                setattr(self, name, SecretStr(path.read_text().strip()))
        return self

    @cached_property
    def effective_database_url(self) -> str:
        return self.database_url or f"sqlite:///{self.instance_path / 'postbacks.sqlite3'}"

    @cached_property
    def embedded_socket(self) -> Path:
        """Where the embedded Valkey listens; beside the system's temporary files where the path would not do.

        The server lists its clients as `key=value` words, addresses included, and Redis clients take these apart
        at spaces and equal signs: a path that has some makes every worker fail at its start.
        """
        path = self.instance_path / "valkey" / "valkey.sock"
        if len(bytes(path)) <= LONGEST_SOCKET_PATH and not re.search(r"[\s=]", str(path)):
            return path
        return Path(gettempdir()) / f"postbacks-{sha256(bytes(self.instance_path)).hexdigest()[:16]}" / "valkey.sock"

    @cached_property
    def effective_redis_url(self) -> str:
        return self.redis_url or f"unix://{quote(str(self.embedded_socket))}"

    @cached_property
    def effective_public_url(self) -> str:
        return self.public_url or f"http://127.0.0.1:{self.port}"

    @property
    def requests_in_seconds(self) -> tuple[int, int] | None:
        """What `rate_limit` says."""
        requests, _, seconds = self.rate_limit.partition("/")
        return (int(requests), int(seconds)) if seconds else None

    @cached_property
    def fernet_keys(self) -> tuple[str, ...]:
        return tuple(_parts(self.encryption_keys.get_secret_value()))


def read_settings() -> Settings:
    """The settings of this process. Where one is wrong the process ends with a sentence for each, values unsaid."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = [f"{_variable(str(found['loc'][0]))}: {found['msg']}" for found in error.errors() if found["loc"]]
        refuse_start("These settings are not valid:\n  " + "\n  ".join(wrong or [str(error)]))
    except OSError as error:
        refuse_start(f"{error.filename} cannot be read: {error.strerror}.")


def refuse_start(message: str) -> NoReturn:
    """End this process with a message for people on standard error."""
    sys.stderr.write(f"{message}\n")
    raise SystemExit(START_REFUSED)


def _variable(field: str) -> str:
    return field if field.isupper() else f"POSTBACK_{field.upper()}"


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _port_range(text: str) -> tuple[int, int]:
    first, _, last = text.partition("-")
    low, high = int(first), int(last or first)
    if not 1 <= low <= high <= LARGEST_PORT:
        raise ValueError(f"{text} is not a port or a range of ports")
    return low, high
