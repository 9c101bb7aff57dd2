"""Which commands there are. Each is a function in a file of its own, imported only when it is called.

To add one is to add its file and its line here; the line's sentence is the first of the function's docstring.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from cyclopts import App, Parameter

EXIT_CODES = """\
Exit codes:
    0    done
    1    the operation failed; the last line says why
    2    wrong usage, a faulty configuration, or other input that is no use
    3    the journal is in use, or a newer tierview wrote it
    130  ended by Ctrl-C
"""

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "setup": "Set a site up on a page: find readers, name places, try them, and write config.yaml.",
        "run": "Run the gateway of a configuration until it is stopped.",
        "demo": "Play the demo: goods move through the tiers on simulated devices, and one shipment runs late.",
        "check": "Say every fault of configuration files, each with its line and column.",
        "schema": "Print the JSON Schema of config.yaml, with which an editor completes and checks it.",
        "decode": "Say who a tag is, from its EPC in hex, or a bar code, from its text.",
        "replay": "Read captured bytes or the tape again, as the gateway would.",
        "tail": "Follow a running gateway: what happens, as it happens.",
        "where": "Say where an asset is, what it is in, on which shipments, and where it has been.",
        "top": "Watch a running gateway: devices with their rates, queues, alerts and late shipments.",
        "shipments": "List the shipments: the late ones first, each with plan and estimate of its next stop.",
        "kpis": "Count figures of the shipments that were due: on time in full, lead time, dwell, detention, CO2e.",
        "doctor": "Look at what the gateway stands on, and say of what is wrong how to mend it.",
        "install": "Make the gateway a service of this machine: user, folders, unit, and a rule for serial ports.",
        "completion": "Print the completion of commands and options for a shell.",
        "docs": "Print a page of the documentation that came with this version, or list the pages.",
        "version": "Print the version.",
    }
)
GROUPS: Mapping[str, tuple[str, Mapping[str, str]]] = MappingProxyType(
    {
        "alerts": (
            "What is wrong, and who has taken note, in a gateway that runs.",
            {
                "list": "List alerts, the newest first: what is wrong, for whom, and who has taken note.",
                "ack": "Take note of alerts in the name of the token's party: why it happened, and what is promised.",
            },
        ),
        "devices": (
            "The devices of a configuration, the drivers there are, and what could be plugged in.",
            {
                "list": "List the devices of a configuration, or all drivers with their settings.",
                "show": "Show a device of the configuration, or a driver, with every setting.",
                "test": "Connect to a device and show what it says: reads by antenna, or what is wrong.",
                "discover": "Find devices: serial ports, readers on a subnet, what announces itself.",
            },
        ),
        "grafana": (
            "The dashboards that come with this version, in a Grafana that runs.",
            {
                "push": "Put the dashboards into a Grafana that runs: all of them, or those of one party.",
            },
        ),
        "influx": (
            "The InfluxDB servers of a configuration.",
            {
                "setup": "Set up the InfluxDB servers of a configuration: retention, hourly sums, who only reads.",
                "backfill": "Send a part of the journal to InfluxDB again, beside the gateway that may be running.",
            },
        ),
        "journal": (
            "The journal of a configuration: its copy for the drawer, and back.",
            {
                "backup": "Copy the journal of a configuration into one file, also while the gateway runs.",
                "restore": "Put a copy in the place of a configuration's journal, while no gateway runs.",
            },
        ),
        "names": (
            "What else assets, places, parties, units and part numbers are called, in a gateway that runs.",
            {
                "list": "List the names that people linked to assets, places, parties, units and part numbers.",
                "link": "Say what a name means; all that waited for it is read again.",
                "import": "Enter the names of a CSV file: kind,name,target,party.",
            },
        ),
        "partner": (
            "The companies that take part: add one with all that it needs to begin, and try its receiver.",
            {
                "add": "Add a partner to a gateway that runs: token, topics, the broker's ACL, a first subscription.",
                "list": "List the partners that were added beside those of the configuration.",
                "remove": "End a partner, its tokens, its subscriptions and the links that it shared.",
                "acl": "Print the broker's ACL file: what the gateway and each party may say and read.",
                "check": "Try a partner's receiver: whether it takes what is signed, and refuses what is forged.",
            },
        ),
        "quality": (
            "What is wrong with the data that comes, and what waits because of it, in a gateway that runs.",
            {
                "findings": "List what is wrong with the data: reason, owner, count, and what waits because of it.",
                "replay": "Read again what waits: because of a finding, or rows of the quarantine.",
            },
        ),
        "rules": (
            "What rules find, and why; what changed ones would have found.",
            {
                "test": "Say which alerts changed rules would raise, by the tape or in stories: come, gone or moved.",
                "explain": "Say why an alert was raised: its rule and settings, the plan, and what had happened.",
            },
        ),
        "token": (
            "The tokens with which parties sign in; all of these work while the gateway runs.",
            {
                "create": "Make a token for a party and print it, once.",
                "list": "List the tokens; the tokens themselves are known to nobody.",
                "revoke": "End a token at once.",
            },
        ),
    }
)


def build(words: Sequence[str]) -> App:
    """Build the application for these arguments.

    The sentences here stand for the docstrings of commands that are not imported. cyclopts would print them
    instead of the whole docstring for the command that is called, too: that one gets none.
    """
    app = App(
        name="tierview",
        help="IoT and RFID visibility gateway: from device bytes to simultaneous delay alerts.",
        help_format="plaintext",
        help_epilogue=EXIT_CODES,
        version_flags=(),
        default_parameter=Parameter(negative=(), show_default=_shown),
        exit_on_error=False,
        print_error=False,
        suppress_keyboard_interrupt=False,
        result_action="return_value",
    )
    for name, sentence in COMMANDS.items():
        app.command(f"gateway.cli.{name}:{name}", name=name, help=None if name in words else sentence)
    for name, (meaning, commands) in GROUPS.items():
        group = App(name=name, help=meaning)
        for verb, sentence in commands.items():
            path = f"gateway.cli.{name}_{verb}:{name}_{verb}"
            group.command(path, name=verb, help=None if verb in words else sentence)
        app.command(group)
    return app


def _shown(default: object) -> str | None:
    """A default as the help shows it: what is empty, off or zero goes without saying."""
    return str(default) if default else None
