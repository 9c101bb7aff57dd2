"""Who may see what: by hand where the rule is read, and against the journal's SQL over random ownership."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.access import Estate, Sight, Viewer, hash_token, new_token, parse_token, sight
from gateway.config.model import Config, Device, Party, Place, Site
from gateway.journal import events, shipments
from gateway.journal.migrate import migrate
from gateway.model import (
    AssetKind,
    DeviceEvent,
    Event,
    EventKind,
    LocationEvent,
    PositionEvent,
    Shipment,
    Stop,
    Tier,
    Window,
)

PARTIES = ("OPER", "A", "B", "C")
PLACES = ("P0", "P1", "P2", "P3", "P4", "P5")
ASSETS = ("T1", "T2", "T3")
DEVICES = ("d0", "d1", "d2")
DAY = 24 * 3600 * 1_000_000
T0 = 1000 * DAY


# --- tokens -----------------------------------------------------------------------------------------


def test_tokens_are_well_formed_and_never_the_same() -> None:
    made = {new_token() for _ in range(1000)}
    assert len(made) == 1000
    assert all(parse_token(f"Bearer {token}", None) == token for token in made)
    assert all(len(token) == 46 for token in made)


def test_only_the_hash_is_stored_and_it_is_not_the_token() -> None:
    token = new_token()
    assert token not in hash_token(token)
    assert hash_token(token) == hash_token(token)
    assert len(hash_token(token)) == 64


@pytest.mark.parametrize(
    ("authorization", "cookie", "found"),
    [
        (None, None, False),
        (None, "GOOD", True),
        ("Bearer GOOD", None, True),
        ("bearer GOOD", None, True),
        ("Bearer tv_short", "GOOD", False),  # a header that is wrong is not mended by the cookie
        ("Basic GOOD", None, False),
        ("GOOD", None, False),
        ("Bearer  GOOD", None, False),
        (None, "GOODx", False),
        (None, "GOOD\n", False),
    ],
)
def test_a_token_comes_from_the_header_or_else_the_cookie(
    authorization: str | None, cookie: str | None, found: bool
) -> None:
    token = new_token()
    header = authorization.replace("GOOD", token) if authorization else None
    jar = cookie.replace("GOOD", token) if cookie else None
    assert parse_token(header, jar) == (token if found else None)


# --- what a party owns ------------------------------------------------------------------------------


def config(owners: list[str], inside: list[int | None], at: list[int | None]) -> Config:
    return Config(
        site=Site(operator="OPER"),
        parties=tuple(Party(code=code, name=code, tier=Tier.TIER1) for code in PARTIES),
        places=tuple(
            Place(
                code=code,
                name=code,
                party=owner,
                tier=Tier.TIER1,
                inside=None if outer is None else PLACES[outer],
            )
            for code, owner, outer in zip(PLACES, owners, inside, strict=True)
        ),
        devices=tuple(
            Device(name=name, driver="m100", connect="tcp://h:1", place=None if place is None else PLACES[place])
            for name, place in zip(DEVICES, at, strict=True)
        ),
    )


def test_a_party_owns_its_places_and_what_is_inside_them_whoever_runs_that() -> None:
    estate = Estate(config(["A", "B", "B", "C", "A", "B"], [None, 0, 1, None, 3, None], [2, 5, None]))
    assert estate.places("A") == {"P0", "P1", "P2", "P4"}
    assert estate.places("B") == {"P1", "P2", "P5"}
    assert estate.places("C") == {"P3", "P4"}
    assert estate.devices("A") == {"d0"}
    assert estate.devices("B") == {"d0", "d1"}
    assert estate.devices("C") == set()


def test_a_circle_of_places_does_not_hang() -> None:
    estate = Estate(config(["A", "B", "A", "A", "A", "A"], [1, 0, None, None, None, None], [None, None, None]))
    assert "P0" in estate.places("B")


def test_a_party_that_the_configuration_forgot_is_nobody() -> None:
    estate = Estate(config(["A"] * 6, [None] * 6, [None] * 3))
    assert estate.viewer("GONE") is None
    assert estate.viewer("A") == Viewer(party="A", operator=False)
    assert estate.viewer("OPER") == Viewer(party="OPER", operator=True)
    assert estate.viewer("OPER").scope == ""  # type: ignore[union-attr]


# --- Python and SQL say the same --------------------------------------------------------------------

owner = st.sampled_from(PARTIES[1:])
worlds = st.builds(
    config,
    st.lists(owner, min_size=6, max_size=6),
    st.lists(st.one_of(st.none(), st.integers(0, 5)), min_size=6, max_size=6),
    st.lists(st.one_of(st.none(), st.integers(0, 5)), min_size=3, max_size=3),
)
times = st.integers(T0 - 40 * DAY, T0 + 40 * DAY)


def happened(kind: str, asset: str, place: str, device: str, at_us: int, number: int) -> Event:
    if kind == "device":
        return DeviceEvent(
            event_id=f"e{number}", device=device, name="connected", at_us=at_us, received_us=0, recorded_us=0
        )
    if kind == "position":
        return PositionEvent(
            event_id=f"e{number}",
            asset=asset,
            asset_kind=AssetKind.TRAILER,
            lat=0,
            lon=0,
            place=place,
            device=device,
            at_us=at_us,
            received_us=0,
            recorded_us=0,
        )
    return LocationEvent(
        event_id=f"e{number}",
        kind=EventKind.ARRIVED,
        asset=asset,
        asset_kind=AssetKind.TRAILER,
        place=place,
        tier=Tier.TIER1,
        device=device,
        at_us=at_us,
        received_us=0,
        recorded_us=0,
    )


happenings = st.lists(
    st.tuples(
        st.sampled_from(("location", "position", "device")),
        st.sampled_from(ASSETS),
        st.sampled_from(("", *PLACES)),
        st.sampled_from(DEVICES),
        times,
    ),
    max_size=12,
).map(lambda rows: [happened(*row, number) for number, row in enumerate(rows)])


def planned(number: int, assets: tuple[str, ...], parties: tuple[str, ...], due_us: int) -> Shipment:
    window = Window(open_us=due_us, close_us=due_us)
    return Shipment(
        shipment_id=f"S{number}",
        stops=(Stop(place="P0"), Stop(place="P1", arrival=window)),
        assets=assets,
        parties={f"role{role}": party for role, party in enumerate(parties)},
        created_us=0,
    )


plans = st.lists(
    st.tuples(
        st.lists(st.sampled_from(ASSETS), max_size=2).map(tuple),
        st.lists(st.sampled_from(PARTIES), max_size=3).map(tuple),
        times,
    ),
    max_size=4,
).map(lambda rows: [planned(number, *row) for number, row in enumerate(rows)])


@pytest.fixture(scope="module")
def connection() -> Iterator[sqlite3.Connection]:
    made = sqlite3.connect(":memory:", isolation_level=None)
    migrate(made, "memory")
    yield made
    made.close()


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(owned=worlds, all_events=happenings, all_plans=plans, party=st.sampled_from(PARTIES))
def test_the_journals_filter_and_sight_agree(
    connection: sqlite3.Connection, owned: Config, all_events: list[Event], all_plans: list[Shipment], party: str
) -> None:
    connection.execute("BEGIN")
    try:
        events.insert(connection, all_events)
        for plan in all_plans:
            shipments.save(connection, plan, 0)
        seen = look(connection, owned, party)
        by_sql = events.page(
            connection,
            seq=0,
            limit=100,
            party=seen.viewer.scope,
            places=sorted(seen.places),
            devices=sorted(seen.devices),
        )
        by_python = [found for _, found in events.after(connection, 0, 100) if seen.event(found) is not None]
        assert [event for _, event in by_sql] == by_python
        own = {plan.shipment_id for plan in all_plans if party in plan.parties.values()}
        assert seen.viewer.operator or seen.shipments == own
    finally:
        connection.execute("ROLLBACK")


def look(connection: sqlite3.Connection, owned: Config, party: str) -> Sight:
    estate = Estate(owned)
    viewer = estate.viewer(party)
    assert viewer is not None
    return sight(viewer, estate, shipments.spans_of(connection, party), shipments.ids_of(connection, party))


@settings(max_examples=200, deadline=None)
@given(owned=worlds, all_events=happenings, party=st.sampled_from(PARTIES[1:]))
def test_without_shipments_a_party_sees_its_own_places_and_their_devices_alone(
    owned: Config, all_events: list[Event], party: str
) -> None:
    estate = Estate(owned)
    seen = sight(Viewer(party=party, operator=False), estate, (), ())
    for event in all_events:
        told = seen.event(event)
        if isinstance(event, DeviceEvent):
            assert (told is not None) == (event.device in estate.devices(party))
        else:
            assert (told is not None) == (event.place in estate.places(party))
            assert told is None or told.device in {"", *estate.devices(party)}
