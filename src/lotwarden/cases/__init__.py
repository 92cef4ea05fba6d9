"""Cases: real and constructed orders as files, loaded through the operations like any other.

A case is a folder: `case.toml` (its source, who takes part, the acts in order), the
spreadsheets it imports, and files that are attached.  Loading it does nothing that a person
could not do by hand: every act goes through the operation of its name, under the person
named, with the date it happened.  A constructed case gives dates relative to the first run:
`-21d 15:31` is 21 days before, in the zone of the lot's site.
"""

from lotwarden.cases.loading import CASES, Demonstration, load_case, make_demonstration

__all__ = ["CASES", "Demonstration", "load_case", "make_demonstration"]
