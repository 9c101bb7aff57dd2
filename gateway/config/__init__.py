"""config.yaml: read strictly, checked whole, handed on as one frozen Config."""

from gateway.config.catalogue import Catalogue, DriverEntry, build_settings
from gateway.config.load import load, read
from gateway.config.model import Config
from gateway.config.schema import json_schema
from gateway.config.secrets import loose_files, resolve_secret

__all__ = [
    "Catalogue",
    "Config",
    "DriverEntry",
    "build_settings",
    "json_schema",
    "load",
    "loose_files",
    "read",
    "resolve_secret",
]
