"""The tail of the journal passes over what the disk changed."""

from __future__ import annotations

from gateway.web.live.tail import Tail
from tests.web import world
from tests.web.box import Box


async def test_a_newest_event_that_the_disk_changed_stops_no_stream(box: Box) -> None:
    tail = Tail(box.journal)
    await box.happen(*(world.position(f"t-{n}", "T", "d", world.NOW + n) for n in range(3)))
    await box.journal.write(lambda c: c.execute("UPDATE events SET crc = crc + 1 WHERE seq = 3"))
    assert (await tail.marks()).event == 3
    assert [seq for seq, _ in await tail.after(0)] == [1, 2]
    assert await tail.after(2) == []
