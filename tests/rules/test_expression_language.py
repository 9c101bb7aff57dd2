"""The language of user rules: what can be read, what is refused and why, and that it means what CEL means."""

from __future__ import annotations

import pytest

from rules.expressions.abouts import ABOUTS, variables
from rules.expressions.check import MOST_STEPS, check
from rules.expressions.describe import describe
from rules.expressions.fields import About
from rules.expressions.read import read
from rules.expressions.run import gate, program
from rules.expressions.template import check_template, filled
from rules.expressions.types import WrongExpression
from tests.conftest import ROOT

STAY, SHIPMENT = ABOUTS["stay"], ABOUTS["shipment"]


def refused(text: str, about: About = STAY) -> tuple[int, str, str]:
    with pytest.raises(WrongExpression) as caught:
        program(text, about)
    return caught.value.at, caught.value.text, caught.value.fix


@pytest.mark.parametrize(
    ("text", "at", "said", "fix"),
    [
        ("", 0, "expected a name or value, came the end", ""),
        ("place ==", 8, "expected a name or value, came the end", ""),
        ('place = "A"', 6, "expected a name, value or sign, came `=`", "write `==`"),
        ('place == "A', 9, 'expected a name, value or sign, came `"`', "close the string"),
        ('place == "A" extra', 13, "expected a sign such as && or the end, came `extra`", ""),
        ("1 < 2 < 3", 6, "expected one comparison, came another right behind it", "use &&"),
        ("placee == place", 0, "came `placee`", "write `place`"),
        ('tier == "portt"', 8, "came 'portt'", "write `port`"),
        ('tier in ["port", "dock"]', 17, "came 'dock'", ""),
        ("place", 0, "expected a condition, came a string", "compare it with something"),
        ("place == 1", 9, "came a string and an int", ""),
        ("!place", 1, "expected a condition after !, came a string", ""),
        ('place + "A" == "B"', 0, "expected numbers beside +, came a string", ""),
        ("1 + 1.0 > 1.0", 0, "came one of each", "write the number with a point, or double(...) around the other"),
        ("minutes_there + 1 > 2", 0, "expected minutes_there compared with a whole number", "write it like"),
        ("minutes_there > 2.5", 16, "expected minutes_there compared with a whole number", "write it like"),
        ('asset.matches("^(a+)+$")', 0, "expected no matches(...)", "use ==, in"),
        ('has(asset.x) || place == "A"', 0, "expected no has(...)", "every variable is always there"),
        ("[1, 2].map(x, x) == [1]", 0, "expected no map(...)", "use exists or all"),
        ('[1, "a"].exists(x, x == 1)', 4, "expected an int as before it, came a string", ""),
        ("[1].exists(place, place == 1)", 11, "expected a name of its own for the item", ""),
        ("null == place", 0, "came `null`", ""),
        ("99999999999999999999 > 1", 0, "expected at most 9223372036854775807", ""),
        ("007 == 7", 0, "expected a number without leading zeros", ""),
        ("0x10 == 16", 0, "came `0`", ""),
        (r'"\x" == place', 1, "expected an escape", ""),
        ("(" * 30 + "true" + ")" * 30, 20, "expected at most 20 levels", ""),
        ("!" * 30 + "true", 19, "expected at most 20 levels", ""),
        ("true" + " && true" * 130, 0, "expected at most 1000 characters", ""),
        ("1==1" + "||1==1" * 140, 0, "expected at most 300 names, values and signs", ""),
    ],
)
def test_what_cannot_be_used_is_refused_where_it_stands(text: str, at: int, said: str, fix: str) -> None:
    where, what, how = refused(text)
    assert said in what
    assert how.startswith(fix)
    assert where == at


def test_records_in_lists_are_typed_and_going_through_them_has_a_price() -> None:
    assert program("stops.exists(s, s.late_min > 30 && !s.left)", SHIPMENT).steps < MOST_STEPS
    assert refused("stops.exists(s, s.late > 30)", SHIPMENT)[1].startswith(
        "expected one of place, reached, left, late_min"
    )
    assert refused("stops.all(s, stops.all(t, s.late_min < t.late_min))", SHIPMENT)[1].startswith(
        "expected at most 5000"
    )
    three = refused("stops.all(s, stops.all(t, stops.all(u, u.left)))", SHIPMENT)
    assert three[1] == "expected at most 2 lists gone through within each other"
    assert refused("stops[0] == stops[1]", SHIPMENT)[1].startswith("expected numbers or texts beside ==")


@pytest.mark.parametrize(
    ("text", "is_so"),
    [
        ("1 + 2 * 3 == 7", True),
        ("(1 + 2) * 3 == 9 && 7 / 2 == 3 && -7 / 2 == -3 && -7 % 3 == -1", True),
        ("2.5 * 2.0 == 5.0 && int(2.9) == 2 && double(2) < 2.5", True),
        ("true || false && false", True),
        ("!(true && false) ? 1 == 1 : 1 == 2", True),
        (r'"a\"b\\" == ' + "'a\"b\\\\'", True),
        ("'x' in ['x', 'y'] && !(3 in [1, 2])", True),
        ("[1, 2, 3].filter(x, x > 1).exists_one(x, x == 3) && size([1, 2]) == 2", True),
        ("[1, 2, 3][1] == 2 && 'abc'.contains('b') && 'abc'.startsWith('a') && size('abc') == 3", True),
        ("1 < 2.5 && 1 == 1.0 && 'a' < 'b'", True),
        ("[1, 2].all(x, x > 1) || 'abc'.endsWith('b')", False),
    ],
)
def test_what_is_read_means_what_cel_means(text: str, is_so: bool) -> None:
    assert program(text, STAY).evaluate({}) is is_so


def test_what_changes_with_time_is_known_with_the_numbers_it_is_compared_with() -> None:
    tree = read("minutes_there > 180 && (hour in [6, 7] || 18 <= hour) && minutes_there != -1")
    checked = check(tree, variables(STAY))
    assert checked.thresholds == {"minutes_there": {180, -1}, "hour": {6, 7, 18}}


def test_what_never_changes_is_asked_first() -> None:
    asked = gate('(kind == "trailer") && minutes_there > 10 && (place == "A" || asset == "T1")', STAY)
    assert asked is not None
    assert asked.names == ("asset", "kind", "place")
    assert gate("minutes_there > 10 && hour > 3", STAY) is None
    assert gate('kind == "trailer" || minutes_there > 10', STAY) is None


def test_the_text_of_an_alert_names_variables_and_cuts_what_is_long() -> None:
    check_template("{shipment.id} is {shipment.late_min} min late, carries {shipment.assets}", SHIPMENT.fields)
    told = filled("{a}/{b}/{c}", {"a": "x" * 10_000, "b": tuple("abcdefg"), "c": 2.50})
    assert told == "x" * 97 + ".../a, b, c, d, e and 2 more/2.5"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "expected a text of 1 to 500 characters, came 0"),
        ("{shipment.idd}", "in braces, came {shipment.idd}"),
        ("{stops}", "in braces, came {stops}"),
        ("{shipment.parts}", "expected what all who are told may see in braces"),
        ("{shipment.id", "expected braces around a variable only"),
        ("{{shipment.id}}", "expected braces around a variable only"),
        ("{weekday}", "in braces, came {weekday}"),
    ],
)
def test_a_text_that_names_something_else_is_refused(text: str, said: str) -> None:
    with pytest.raises(WrongExpression) as caught:
        check_template(text, SHIPMENT.fields)
    assert said in caught.value.text


def test_the_page_of_variables_is_the_one_that_the_code_writes() -> None:
    again = "run: python -m rules.expressions.describe > docs/expressions.md"
    assert (ROOT / "docs" / "expressions.md").read_text() == describe(), again
