"""Secrets stand outside config.yaml: in an environment variable or in a file of their own.

Written as `${NAME}` or `file:PATH` (relative to the configuration file; systemd's LoadCredential gives such
files). The value itself appears in no error text, log line or repr.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from gateway.config.model import Config
from gateway.errors import BadInput

FORM = "${NAME} of an environment variable, or file:PATH"
_ENVIRONMENT = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_MOST_BYTES = 4_096
_OTHERS = 0o077  # the permission bits of everyone but the owner


def resolve_secret(text: str, base_folder: Path, environment: Mapping[str, str] = os.environ) -> str:
    """Fetch the secret that `${NAME}` or `file:PATH` stands for, without the white space around it.

    Raises BadInput, which names the variable or file and never its content.
    """
    match = _ENVIRONMENT.fullmatch(text)
    if match:
        value = environment.get(match[1], "").strip()
        if not value:
            raise BadInput(f"expected the environment variable {match[1]}, which is not set")
        return value
    path = secret_file(text, base_folder)
    if path is None:
        raise BadInput(f"expected {FORM}; came a value not shown here")
    return _read(path)


def secret_file(text: str, base_folder: Path) -> Path | None:
    """Give the file that a secret is kept in, or None where it is not `file:PATH`."""
    name = text.removeprefix("file:")
    return base_folder / name if name and name != text else None


def loose_files(config: Config, base_folder: Path) -> list[str]:
    """Warn of secrets' files that others than their owner may read, each with its fix."""
    files = {secret_file(text, base_folder) for text in _references(config)}
    loose = sorted(str(path) for path in files if path and path.is_file() and path.stat().st_mode & _OTHERS)
    return [f"{path} holds a secret and others may read it: chmod 600 {path}" for path in loose]


def _references(config: Config) -> Iterator[str]:
    yield config.mqtt.password or ""
    yield config.mail.password or ""
    for device in config.devices:
        yield device.password or ""
    for subscription in config.subscriptions:
        yield subscription.secret or ""
        yield subscription.old_secret or ""
    for influx in config.influx:
        yield influx.password or ""
        yield influx.token or ""


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            value = _line(file.read(_MOST_BYTES + 1), path)
    except OSError as error:
        raise BadInput(f"expected a readable file {path}: {error.strerror}") from error
    except UnicodeDecodeError:
        raise BadInput(f"expected UTF-8 text in the file {path}") from None
    if not value:
        raise BadInput(f"expected a secret in the file {path}, which is empty")
    return value


def _line(data: bytes, path: Path) -> str:
    """Another file that was named by mistake would else be sent to a server as a password."""
    value = data.decode().strip()
    if len(data) > _MOST_BYTES or _CONTROLS.search(value):
        raise BadInput(f"expected one line of text, of at most {_MOST_BYTES} bytes, in the file {path}")
    return value
