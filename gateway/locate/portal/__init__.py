"""Did goods pass a dock door, which way, and in which load: decided from reads of two zones, or light barriers.

A door has antennas on both sides of its line: `outer`, towards the trailer, and `inner`, towards the hall. What is
read there is mostly not what passes: the load next door, traffic along the wall, a pallet parked in range, a load
that turns back. Nothing is known of distances, power or speed; what holds at every door is used instead:

    balance    who passes comes equally near to both zones; who turns back or stays inside, to one
    elsewhere  who passes is heard by its own door far more than by all others of the wall
    nested     who passes comes to one zone first and leaves that zone first; for others one stay holds the other
    height     who passes comes near: stronger than the weakest that this wall ever hears
    lingering  who was heard for minutes is parked
    company    what moves alike at one door is one load, and its tags bear witness for each other

    profile     what one tag's reads came to: sums by door and zone, bounded however long it stays
    evidence    the five figures above of one tag, weighed: crossed or not, inwards or outwards
    company     the same weighed together with all that moved alike
    barriers    beams broken in order: they know the direction
    loads       crossings that belong together, and when a load is complete
    wall        all doors of one site: hears, waits for silence, judges
    portals     all walls of a configuration

Pure: time comes in with the reads and with `advance`.
"""

from gateway.locate.portal.crossing import Crossing, Load, Side
from gateway.locate.portal.portals import Portals

__all__ = ["Crossing", "Load", "Portals", "Side"]
