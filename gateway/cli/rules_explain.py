"""`tierview rules explain`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.cli.explained import Told
    from gateway.config import Config
    from gateway.model import Alert


def rules_explain(alert: str, config: Path = Path("config.yaml"), /, *, json: bool = False) -> None:
    """Say why an alert was raised: its rule and settings, the plan, and what had happened.

    For example:

        tierview rules explain al_0f3c... config.yaml

    Parameters
    ----------
    alert
        Its id, as the API, the page and `tierview tail --json` show it.
    config
        The configuration, which names the journal's folder and the rule's settings.
    json
        One JSON object a line: at, what, text.
    """
    from gateway.cli.explained import told
    from gateway.cli.explained_estimates import estimates_told
    from gateway.cli.given import journal_folder, read_config
    from gateway.cli.printed import say, write_json
    from gateway.errors import BadInput
    from gateway.journal import alerts, beside

    read = read_config(config)
    with beside.reading(journal_folder(read, config)) as connection:
        held = alerts.get(connection, alert)
        if held is None:
            raise BadInput(f"there is no alert {alert!r} in the journal: `tierview tail --json` shows their ids")
        lines = [*_rule(held, read), *told(connection, held), *estimates_told(connection, held, read)]
    for line in lines:
        if json:
            write_json(asdict(line))
        else:
            say(f"{line.at or '':<21} {line.what:<9} {line.text}", "bold" if line.what == "alert" else "")


def _rule(alert: Alert, config: Config) -> list[Told]:
    """The rule as the configuration has it now."""
    from msgspec import to_builtins

    from gateway.catalogue import make_rule, rule_types
    from gateway.cli.explained import Told

    entry = next((entry for entry in config.rules if entry.name == alert.rule), None)
    if entry is None:
        return [Told(at=None, what="rule", text=f"{alert.rule} is no longer in the configuration")]
    question = (rule_types()[entry.rule].__doc__ or "").partition("\n")[0]
    settings = ", ".join(f"{name}: {value}" for name, value in to_builtins(make_rule(entry)).items())
    return [
        Told(at=None, what="rule", text=f"{entry.name} ({entry.rule}): {question}"),
        Told(at=None, what="settings", text=settings or "none"),
    ]
