"""The smallest way to each refusal of inspection by variables, with its exact words."""

from __future__ import annotations

from collections.abc import Callable

from lotwarden.core import sampling
from lotwarden.core.errors import Refusal

FIVE = (197, 188, 184, 205, 201)


def plan(**changed: object) -> sampling.VariablesPlan:
    asked: dict[str, object] = {"letter": "D", "aql": "1.0", "severity": "normal"}
    return sampling.variables_plan(**(asked | changed))  # type: ignore[arg-type]


def judged(**changed: object) -> sampling.VariablesVerdict:
    asked: dict[str, object] = {"plan": plan(), "measurements": FIVE, "upper": 209}
    return sampling.judge_variables(**(asked | changed))  # type: ignore[arg-type]


def limit_plans(lower: str, upper: str, method: str = "s") -> sampling.LimitPlans:
    return sampling.LimitPlans(plan(aql=lower, method=method), plan(aql=upper, method=method))


def curve(**changed: object) -> object:
    asked: dict[str, object] = {"n": 5, "k": 1.5, "p": 0.1, "method": "s"}
    return sampling.variables_oc(**(asked | changed))  # type: ignore[arg-type]


SMALLEST: list[tuple[type[Refusal], Callable[[], object], str, str]] = [
    (
        sampling.UnknownVariablesStandard,
        lambda: plan(standard="iso3951-1"),
        "The variables tables of 'iso3951-1' are not here; only those of z1.9 are.",
        "Use z1.9, or design an exact plan from two points: what must pass, what must not.",
    ),
    (
        sampling.UnknownVariablesLetter,
        lambda: plan(letter="A"),
        "'A' is no code letter of Z1.9 for variables.",
        (
            "Read the letter for your lot size and level in table A-2 of Z1.9, which differs "
            "from Z1.4, and give it: one of B, C, D, E, F, G, H, I, J, K, L, M, N, P."
        ),
    ),
    (
        sampling.AqlNotInVariables,
        lambda: plan(aql="0"),
        "There is no variables plan for AQL 0: they run from 0.10 to 10.",
        "Agree on an AQL from 0.10 to 10, or inspect by attributes.",
    ),
    (
        sampling.UnknownVariablesMethod,
        lambda: plan(method="range"),
        "There is no variables method 'range'.",
        "Choose one of s, sigma: s unless the standard deviation is known beforehand.",
    ),
    (
        sampling.UnknownVariablesForm,
        lambda: judged(form="m"),
        "There is no form 'm' of the criterion.",
        "Choose M, which serves one limit and two, or k, which serves one.",
    ),
    (
        sampling.KFormNeedsOneLimit,
        lambda: judged(form="k", lower=180),
        "The k form judges one limit, and two are given.",
        "Judge by the M form: it adds up what is expected outside both limits.",
    ),
    (
        sampling.PlanExceedsLot,
        lambda: plan(lot_size=5),
        "The plan asks for 5 measurements; the lot has 5 units.",
        "Measure every unit, and accept or reject each on its own measurement.",
    ),
    (
        sampling.MeasurementNotANumber,
        lambda: judged(measurements=[197, 188, float("nan"), 205, 201]),
        "Measurement 3 is nan, which is not a usable number.",
        "Measure that unit again; do not leave it out.",
    ),
    (
        sampling.TooFewMeasurements,
        lambda: judged(measurements=FIVE[:3]),
        "There are 3 measurements; the plan asks for 5.",
        "Measure 2 more units of the sample.",
    ),
    (
        sampling.NoSpread,
        lambda: judged(measurements=[10.5] * 5),
        "All 5 measurements are 10.5: their standard deviation is 0.",
        "Read the instrument finer, or inspect by attributes.",
    ),
    (
        sampling.NoLimit,
        lambda: judged(upper=None),
        "No specification limit is given.",
        "Give the lower limit, the upper limit, or both.",
    ),
    (
        sampling.LimitNotANumber,
        lambda: judged(upper=float("inf")),
        "The specification limit inf is not a number.",
        "Give the limit as a number in the unit of the measurements.",
    ),
    (
        sampling.LimitsInWrongOrder,
        lambda: judged(lower=209),
        "The lower limit 209 is not below the upper limit 209.",
        "Check which limit is which.",
    ),
    (
        sampling.LimitPlanMissing,
        lambda: judged(plan=limit_plans("1.0", "2.5")),
        "There is an AQL for each limit, but only one limit.",
        "Give both limits, or one plan for the one limit.",
    ),
    (
        sampling.LimitPlansDiffer,
        lambda: judged(plan=limit_plans("1.0", "10", "sigma"), lower=180),
        "The plans of the two limits differ: 2 measurements by sigma, 4 by sigma.",
        "Take one AQL for both limits together, or two whose plans have the same n.",
    ),
    (
        sampling.SigmaMissing,
        lambda: judged(plan=plan(method="sigma")),
        "The sigma method needs the standard deviation, and none is given.",
        "Give sigma as the process record shows it, or use a plan of the s method.",
    ),
    (
        sampling.SigmaNotPositive,
        lambda: judged(plan=plan(method="sigma"), sigma=0),
        "The standard deviation 0 is not a number above 0.",
        "Give sigma in the unit of the measurements.",
    ),
    (
        sampling.SigmaNotUsed,
        lambda: judged(sigma=8),
        "A plan of the s method takes the standard deviation from the sample.",
        "Leave sigma out, or use a plan of the sigma method.",
    ),
    (
        sampling.FractionInvalid,
        lambda: curve(p=[0.1, 1.5]),
        "1.5 is not a fraction from 0 to 1.",
        "Give fractions: 0.01 is 1 %.",
    ),
    (
        sampling.VariablesPlanInvalid,
        lambda: curve(n=2),
        "A variables plan cannot have n 2.",
        "n is a whole number from 3 to 100,000, k from -10 to 10, M above 0 and below 0.5.",
    ),
    (
        sampling.FractionUnreachable,
        lambda: sampling.variables_oc_band(n=5, m=0.1, p=0.01, method="sigma", width=4),
        (
            "Limits 4 standard deviations apart leave at least 0.0455 outside; "
            "a lot with 0.01 does not exist."
        ),
        "Ask for fractions from 0.0455 on.",
    ),
]
