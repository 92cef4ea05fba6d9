"""lotwarden: where every unit of a rejected lot is, how well that is known, what to do next."""

__version__ = "0.1.0"
