"""Benchmarks: each budget in a file of its own, beside its limit or a peer of the same run."""
