"""How fast it is, beside a floor and an ordinary peer measured in the same run: `make bench`.

    contest       the words: contenders, what they measured, and how a contest is run
    *_decoding, locating, journalling      in one process, by CPU time
    *_through, latency                     whole gateways in processes of their own, by the wall clock

Roles are processes: broker, generator (frames built beforehand), the system, a cheap sink, and the controller that
watches. The clock stops on the last reading itself, never on a marker, and what came is counted and compared.
"""
