"""Pure functions that a tool can turn out to be (rules P1, P4): all of them by name in :mod:`.table`."""
