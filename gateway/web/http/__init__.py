"""What every route says and hears in: bodies, parameters, answers, faults, times."""
