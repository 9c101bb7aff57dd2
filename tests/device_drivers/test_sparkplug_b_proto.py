"""The generated code for Sparkplug payloads is what the .proto beside it gives, by the command that it names."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

PROTO = "device_drivers/sparkplug_b.proto"
COMMAND = re.compile(r"python (-m grpc_tools\.protoc .+)$", re.MULTILINE)
VERSION = re.compile(rb"# Protobuf Python Version: .*|(?<=PUBLIC,)[\s\d,]+")  # of the generator: it may be newer


def test_the_generated_code_is_current(tmp_path: Path) -> None:
    written = COMMAND.search((ROOT / PROTO).read_text())
    assert written is not None, "the .proto says how it is generated"
    arguments = [part.replace("_out=.", f"_out={tmp_path}") for part in written[1].split()]
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, timeout=60)
    for suffix in ("_pb2.py", "_pb2.pyi"):
        name = PROTO.removesuffix(".proto") + suffix
        made, kept = (tmp_path / name).read_bytes(), (ROOT / name).read_bytes()
        assert VERSION.sub(b"", made) == VERSION.sub(b"", kept), f"{name} is stale: run the command in {PROTO}"
