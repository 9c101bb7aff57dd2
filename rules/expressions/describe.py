"""docs/expressions.md, from the code: `python -m rules.expressions.describe > docs/expressions.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping

from rules.expressions.abouts import ABOUTS, CALENDAR
from rules.expressions.check import MOST_ITEMS, MOST_STEPS, MOST_THRESHOLDS, MOST_WITHIN
from rules.expressions.fields import About, Field, Running, Value
from rules.expressions.read import MOST_CHARACTERS, MOST_DEPTH, MOST_TOKENS
from rules.expressions.timeline import CALENDAR_DAYS

HOUR_US = 3_600_000_000

HEAD = f"""# Conditions of your own

An entry of `rules` with `rule: expression` asks what you write, in CEL (the [Common Expression
Language](https://cel.dev)):

```yaml
rules:
  - name: friday-at-crossdock
    rule: expression
    settings:
      about: journey
      when: kind == "trailer" && tier == "crossdock" && from_tier == "tier2" && minutes_there > 180 && weekday == 5
      text: "{{asset}} from {{from_site}} has stood at {{site}} for {{minutes_there}} min, and it is Friday"
      time_zone: Europe/Berlin
      severity: warning
```

`about` says of what it is asked, and so which variables there are: the tables below. `when` is the condition. The alert
counts from the instant at which it became true, whenever that was learned: late data moves or withdraws it as it does
any other. With `for_s` it must have been true for so long. It is over once `when` is false; with `clear_when` only once
that is true besides. `text` is what people read, with variables in braces, as they were then; what not all who are
told may see is refused there. `tierview rules test` says what a condition would have found, before it goes live.

## What can be written

| | |
| --- | --- |
| conditions | `&&`, `\\|\\|`, `!`, `a ? b : c`, brackets |
| comparisons | `==`, `!=`, `<`, `<=`, `>`, `>=`, `x in [a, b]`, `x in list` |
| numbers | `+`, `-`, `*`, `/`, `%`, of two whole ones or two with a point; `int(x)`, `double(x)` |
| texts | `"..."` or `'...'`; `.startsWith(x)`, `.endsWith(x)`, `.contains(x)`, `size(x)` |
| lists | `size(x)`, `x[0]`, `.exists(i, condition)`, `.all(...)`, `.exists_one(...)`, `.filter(...)` |
| records in lists | `stops.exists(s, s.place == "CROSSDOCK" && s.late_min > 30)` |

Variables marked ⏱ change as time passes: they are compared with whole numbers as they are written, and nothing else is
done with them. So it is known when a condition may change: a timer is set for that instant, and no clock ticks.

## What is refused, and why

When the file is read each condition is checked for names, types, words (`tier == "crosdock"`), and tried on the sample
that the tables show. Nothing in it can run for long: at most {MOST_CHARACTERS} characters, {MOST_TOKENS} names and
signs, {MOST_DEPTH} levels within each other, {MOST_WITHIN} lists gone through within each other, {MOST_STEPS} steps
with lists of {MOST_ITEMS} items (longer ones are cut), {MOST_THRESHOLDS} numbers compared with ⏱. There is no
`matches`: a regular expression can take for ever. There is no `map`, and texts and lists are not added: nothing grows.
There is no `has` and no null: every variable always has a value, and the tables say which where nothing is known.

What fails all the same on some subject (an index beyond its list, a division by zero) gives no verdict on it: what was
found before stands, the log names the rule and the reason at most once a minute, and every other rule goes on.

Hours and weekdays are looked at {CALENDAR_DAYS} days back. They are those of the rule's `time_zone`:

| | | |
| --- | --- | --- |
"""


def describe() -> str:
    """The whole page."""
    rows = "".join(f"| `{name}` | int ⏱ | {says} |\n" for name, says in CALENDAR.items())
    return HEAD + rows + "".join(_section(about) for about in ABOUTS.values())


def _section(about: About) -> str:
    head = f"\n## about: {about.name}\n\n{about.says}.\n\n| variable | type | what it is | for example |\n"
    return head + "| --- | --- | --- | --- |\n" + "".join(_rows(about))


def _rows(about: About) -> Iterator[str]:
    begins_us = about.begins(about.sample)
    assert begins_us is not None
    at_us = max((begins_us, *about.changes(about.sample))) + HOUR_US
    then = about.then(about.sample, at_us)
    for field in about.fields:
        timed = " ⏱" if isinstance(field.get(then, at_us), Running) or field.type.timed else ""
        yield f"| `{field.name}` | {field.type}{timed} | {_says(field)} | `{_shown(field.value(then, at_us))}` |\n"


def _says(field: Field) -> str:
    words = [word for word in field.type.words if word]
    one_of = f": {', '.join(words)}" if words else ""
    private = "; not in texts" if field.private else ""
    return f"{field.says}{one_of}{private}"


def _shown(value: Value) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(_record(item) if isinstance(item, tuple) else _shown(item) for item in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else str(value)


def _record(item: tuple[tuple[str, Value], ...]) -> str:
    values: Mapping[str, Value] = dict(item)
    return "{" + ", ".join(f"{name}: {_shown(value)}" for name, value in values.items()) + "}"


if __name__ == "__main__":
    sys.stdout.write(describe())
