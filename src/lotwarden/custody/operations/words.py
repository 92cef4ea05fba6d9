"""The words that an act names conditions and kinds by, as whoever calls gives them."""

from __future__ import annotations

from lotwarden.core.dispositions import Kind
from lotwarden.core.ledger import Condition
from lotwarden.custody.refusals import UnknownCondition, UnknownKind


def condition_of(word: str) -> Condition:
    """Return the condition that `word` names.

    Refuses:
        custody.unknown_condition
    """
    try:
        return Condition(word)
    except ValueError:
        raise UnknownCondition(word=word, known=", ".join(Condition)) from None


def kind_of(word: str) -> Kind:
    """Return the kind of disposition that `word` names.

    Refuses:
        custody.unknown_kind
    """
    try:
        return Kind(word)
    except ValueError:
        raise UnknownKind(word=word, known=", ".join(Kind)) from None
