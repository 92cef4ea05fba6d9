"""Pure rules: no framework, I/O, clock or randomness; instants and seeds are arguments."""
