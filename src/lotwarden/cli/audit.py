"""`lotwarden audit`: what a check, a count, a weight or a comparison of rates proves.

Needs nothing but the core, which is loaded when a question is answered.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from fractions import Fraction
from typing import Any

Answer = tuple[dict[str, Any], str]
"""What `--json` prints, and the sentence."""


def add_questions(questions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the questions of `lotwarden audit` and their options."""
    for name, does, options in (
        ("swap", "how many units to check, or what a check of them proves", _swap_options),
        ("counts", "what a full count of a pile excludes", _counts_options),
        ("mixing", "what part of a shipment may be rejected goods", _mixing_options),
        ("two-lists", "how many there are in all, of which two lists hold some", _lists_options),
        ("rework", "whether the defect rate fell by rework", _rework_options),
        ("weights", "what the weight of a load says", _weights_options),
    ):
        parser = questions.add_parser(
            name, help=does, description=does[:1].upper() + does[1:] + "."
        )
        parser.add_argument(
            "--json", action="store_true", default=argparse.SUPPRESS, help="print JSON"
        )
        options(parser)


def audit(arguments: argparse.Namespace) -> int:
    """Answer the question: numbers for `--json`, else the sentence."""
    numbers, sentence = ANSWERS[arguments.question](arguments)
    print(json.dumps(numbers) if arguments.json else sentence)
    return 0


def _share(text: str) -> Fraction:
    """Return a share as the decimal that was typed: 0.95 is 19/20."""
    return Fraction(text)


_share.__name__ = "share"


def _rate(text: str) -> tuple[int, int]:
    """Return BAD/N as two whole numbers."""
    bad, n = text.split("/")
    return int(bad), int(n)


_rate.__name__ = "rate"


def _looks(text: str) -> list[tuple[int, int]]:
    """Return CHECKED:FOUND,… as pairs."""
    pairs = (one.split(":") for one in text.split(","))
    return [(int(checked), int(found)) for checked, found in pairs]


_looks.__name__ = "looks"


def _confidence(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--confidence", type=_share, default=Fraction(19, 20), metavar="SHARE",
        help="how often it has to hold, of 1 (0.95)",
    )  # fmt: skip


def _sensitivity(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--sensitivity", type=_share, default=Fraction(1), metavar="SHARE",
        help="chance that a false unit is recognised when checked, each by itself (1)",
    )  # fmt: skip


def _swap_options(parser: argparse.ArgumentParser) -> None:
    number: dict[str, Any] = {"type": int, "metavar": "N"}
    parser.add_argument("--units", required=True, help="units on the list", **number)
    parser.add_argument("--swapped", help="so many swapped ones shall be noticed", **number)
    parser.add_argument("--checked", help="so many were drawn and checked", **number)
    parser.add_argument("--found", default=0, help="of which so many were swapped (0)", **number)
    parser.add_argument(
        "--looks", type=_looks, metavar="CHECKED:FOUND,…",
        help="several looks, each since the one before; bounds that hold at every look",
    )  # fmt: skip
    _confidence(parser)
    _sensitivity(parser)
    parser.add_argument(
        "--all-or-nothing", action="store_true",
        help="one forger, one inspector: all false units are recognised, or none",
    )  # fmt: skip


def _counts_options(parser: argparse.ArgumentParser) -> None:
    number: dict[str, Any] = {"type": int, "metavar": "N"}
    parser.add_argument("--units", required=True, help="units that should be there", **number)
    parser.add_argument("--counted", required=True, help="counted, or verified", **number)
    parser.add_argument("--identity", action="store_true", help="each was verified by its serial")
    parser.add_argument("--error", default=0, help="so many may be counted twice (0)", **number)
    parser.add_argument(
        "--no-substitutes", action="store_true", help="somebody vouches that none lies in its place"
    )
    _confidence(parser)
    _sensitivity(parser)


def _mixing_options(parser: argparse.ArgumentParser) -> None:
    for name, of in (
        ("accepted", "the accepted lot"), ("rejected", "the rejected lot"), ("arrived", "what came")
    ):  # fmt: skip
        parser.add_argument(
            f"--{name}", type=_rate, required=True, metavar="BAD/N",
            help=f"defective of looked at, in {of}",
        )  # fmt: skip
    _confidence(parser)


def _lists_options(parser: argparse.ArgumentParser) -> None:
    number: dict[str, Any] = {"type": int, "metavar": "N"}
    parser.add_argument("--first", required=True, help="different units on one list", **number)
    parser.add_argument("--second", required=True, help="different units on the other", **number)
    parser.add_argument("--both", required=True, help="units on both", **number)
    _confidence(parser)


def _rework_options(parser: argparse.ArgumentParser) -> None:
    for name in ("before", "after"):
        parser.add_argument(
            f"--{name}", type=_rate, required=True, metavar="BAD/N",
            help=f"defective of looked at, {name} rework",
        )  # fmt: skip
    _confidence(parser)


def _weights_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--units", type=int, required=True, metavar="N", help="units in the load")
    parser.add_argument(
        "--reference", type=int, required=True, metavar="N", help="units that trusted eyes weighed"
    )
    for name, default, of in (
        ("weight", None, "the load's, without packing"),
        ("mean", None, "mean of the reference units"),
        ("sd", None, "standard deviation of the reference units"),
        ("lightest", None, "the lightest a unit can be"),
        ("relative", 0.0, "the scale errs by this share of what it shows (0)"),
        ("bias", 0.0, "and by at most so much in its calibration (0)"),
    ):
        parser.add_argument(
            f"--{name}", type=float, required=default is None, default=default, metavar="X", help=of
        )
    parser.add_argument(
        "--no-substitutes", action="store_true", help="nothing of the same weight exists"
    )
    _confidence(parser)


def _swap(asked: argparse.Namespace) -> Answer:
    from lotwarden.core.audits import anytime, swaps
    from lotwarden.core.audits.refusals import refuse
    from lotwarden.core.errors import N_, Problem

    recognition = swaps.Recognition(asked.sensitivity, asked.all_or_nothing)
    if asked.looks is not None:
        if asked.sensitivity != 1 or asked.checked is not None or asked.swapped is not None:
            refuse([Problem("looks", N_("stand without checked, swapped and sensitivity"))])
        looks = anytime.after_units(
            units=asked.units, looks=asked.looks, confidence=asked.confidence
        )
        told = anytime.sentence(looks[-1], units=asked.units, confidence=asked.confidence)
        both: dict[str, Any] = {"looks": [one._asdict() for one in looks], "sentence": str(told)}
        return both, str(told)
    if asked.checked is None and asked.swapped is None:
        refuse([Problem("swapped", N_("is needed, or checked, or looks"))])
    if asked.checked is None:
        n = swaps.smallest_sample(
            units=asked.units, swapped=asked.swapped, confidence=asked.confidence,
            recognition=recognition,
        )  # fmt: skip
        promised = swaps.sample_sentence(
            units=asked.units, swapped=asked.swapped, n=n, confidence=asked.confidence
        )
        return {"n": n}, str(promised)
    found = swaps.possible(
        units=asked.units, n=asked.checked, found=asked.found, confidence=asked.confidence,
        recognition=recognition,
    )  # fmt: skip
    numbers: dict[str, Any] = {
        "lower": found.lower, "upper": found.upper, "confidence": float(asked.confidence),
        "sentence": str(found.sentence),
    }  # fmt: skip
    if asked.swapped is not None:
        numbers["detection"] = float(
            swaps.detection(units=asked.units, swapped=asked.swapped, n=asked.checked,
                            recognition=recognition)
        )  # fmt: skip
    return numbers, str(found.sentence)


def _counts(asked: argparse.Namespace) -> Answer:
    from lotwarden.core.audits import counts

    told = counts.count(
        units=asked.units, counted=asked.counted, identity=asked.identity, error=asked.error,
        no_substitutes=asked.no_substitutes,
    )  # fmt: skip
    numbers: dict[str, Any] = {"upper": told.upper, "sentence": str(told.sentence)}
    if asked.identity and asked.sensitivity != 1:
        forged = counts.forged(
            verified=asked.counted, sensitivity=asked.sensitivity, confidence=asked.confidence
        )
        numbers |= {"forged": forged, "upper": told.upper + forged}
    lines = [str(told.sentence)]
    if "forged" in numbers:
        lines.append(f"Up to {numbers['forged']:,} of the verified may be forged: "
                     f"{numbers['upper']:,} in all.")  # fmt: skip
    return numbers, "\n".join(lines)


def _mixing(asked: argparse.Namespace) -> Answer:
    from lotwarden.core.audits.rates import Sample, mixing

    told = mixing(
        accepted=Sample(*asked.accepted), rejected=Sample(*asked.rejected),
        arrived=Sample(*asked.arrived), confidence=asked.confidence,
    )  # fmt: skip
    return {**told._asdict(), "tells": told.tells, "sentence": str(told.sentence)}, str(
        told.sentence
    )


def _two_lists(asked: argparse.Namespace) -> Answer:
    from lotwarden.core.audits.counts import two_lists

    told = two_lists(
        first=asked.first, second=asked.second, both=asked.both, confidence=asked.confidence
    )
    numbers = {"estimate": float(told.estimate), "lower": told.lower, "upper": told.upper}
    return {**numbers, "sentence": str(told.sentence)}, str(told.sentence)


def _rework(asked: argparse.Namespace) -> Answer:
    from lotwarden.core.audits.rates import Sample, rework

    told = rework(
        before=Sample(*asked.before), after=Sample(*asked.after), confidence=asked.confidence
    )
    numbers = {"p_value": float(told.p_value), "fell": told.fell, "sentence": str(told.sentence)}
    return numbers, str(told.sentence)


def _weights(asked: argparse.Namespace) -> Answer:
    from lotwarden.core.audits.weights import Reference, Scale, weighed

    told = weighed(
        units=asked.units, weight=asked.weight,
        reference=Reference(asked.mean, asked.sd, asked.reference, asked.lightest),
        scale=Scale(asked.relative, asked.bias), confidence=asked.confidence,
        no_substitutes=asked.no_substitutes,
    )  # fmt: skip
    return {**told._asdict(), "sentence": str(told.sentence)}, str(told.sentence)


ANSWERS: dict[str, Callable[[argparse.Namespace], Answer]] = {
    "swap": _swap, "counts": _counts, "mixing": _mixing, "two-lists": _two_lists,
    "rework": _rework, "weights": _weights,
}  # fmt: skip
