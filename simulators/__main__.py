"""`python -m simulators` is `python -m simulators.run`."""

from simulators.run import main

main()
