"""When will it arrive: estimates that say how sure they are, light enough for an edge box.

A ladder of methods, each a file: `schedule`, `carried`, `shrunk`, `usual` (lane and hour), `distance`. Each says how
late a trip will be at a stop ahead; the one that has been least off at that horizon is told (`scores`), with an
interval from how far it has been off (`interval`). What lanes teach is kept as sums and bounded sketches
(`memory`, `sketch`), adds up in any order, and is bytes in the journal (`learned`). No I/O, no clock.
"""
