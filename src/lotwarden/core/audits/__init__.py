"""Audits: what a check, a count, a weight or a comparison of rates proves, and what not.

    swaps       units, seals or marks drawn and checked: chance to notice, smallest sample, bound
    anytime     the same, looked at after every unit or carton, stopped whenever
    counts      a full count with or without identity; two lists of one population
    rates       the share mixed into a shipment; whether rework changed the defect rate
    weights     an alarm and a cost, never an exclusion by itself

Pure and exact: shares are `Fraction`s, ties are decided in whole numbers.  Each answer has one
plain sentence beside its numbers.
"""
