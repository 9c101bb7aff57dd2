"""What config.yaml says of the plan of a place: a picture, and where on the globe it lies."""

from __future__ import annotations

from gateway.config.part import Part

Degrees = tuple[float, float]  # latitude, longitude


class PlanPoint(Part):
    """A point known on the picture and on the globe."""

    pixel: tuple[float, float]  # from the upper left corner: right, down
    at: Degrees


class PlacePlan(Part):
    """A picture of a plant or yard, laid on the map: by its bounds or by three points."""

    image: str  # PNG, JPEG or WebP of at most 2 MB, relative to the configuration file; those who see the place see it
    bounds: tuple[Degrees, Degrees] | None = None  # south-west and north-east corner, where north is up
    points: tuple[PlanPoint, ...] = ()  # three, where it is turned; not on one line
