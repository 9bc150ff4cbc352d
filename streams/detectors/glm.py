"""Many small quasi-Poisson regressions with a log link at once, by iteratively re-weighted least squares.

McCullagh and Nelder, Generalized Linear Models, 2nd ed., section 2.5; started, stopped and judged as R's ``glm`` does
(means start at the counts + 0.1; at an end when the deviance moves by less than 1e-8 of itself, or after 25 rounds).
Standardised Anscombe residuals and the weights of past outbreaks: Farrington and others 1996, sections 3.4 and 3.6.
"""

from dataclasses import dataclass

import numpy as np

from streams.detectors.values import Flags, Floats

ROUNDS = 25
CLOSE = 1e-8
LARGEST_LOG = 700.0  # exp of more is no number
NOTHING = 1e-300


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """``b`` regressions: coefficients (b, p), means and working weights (b, n), unscaled covariances (b, p, p)."""

    coefficients: Floats
    means: Floats
    working: Floats
    covariance: Floats
    converged: Flags
    freedom: Floats

    def leverages(self, design: Floats) -> Floats:
        """How far each row draws its own mean (b, n)."""
        return np.asarray(self.working * np.einsum("np,bpq,nq->bn", design, self.covariance, design, optimize=True))

    def dispersion(self, counts: Floats, weights: Floats) -> Floats:
        """Pearson's chi-square over its degrees of freedom (b,)."""
        squares = weights * (counts - self.means) ** 2 / np.maximum(self.means, NOTHING)
        return np.asarray(squares.sum(axis=1) / self.freedom)


def fit(
    design: Floats,
    counts: Floats,
    weights: Floats,
    offset: Floats | None = None,
    *,
    penalty: Floats | None = None,
    start: Floats | None = None,
) -> Fit:
    """Regress ``counts`` (b, n) on one ``design`` (n, p); rows of weight 0 are absent; ``offset`` (b, n) is a log.

    All regressions of a call share their design, so that each round is a few matrix products for all of them.
    ``penalty`` (b, p) holds each coefficient to 0, as one over its prior variance; ``start`` (b, n): means to begin
    at.
    """
    length, width = design.shape
    products = (design[:, :, None] * design[:, None, :]).reshape(length, width * width)
    shift = np.zeros_like(counts) if offset is None else offset
    present = weights > 0
    means = np.where(present, counts + 0.1, 1.0) if start is None else start.copy()
    held = np.zeros((len(counts), width, width))
    if penalty is not None:
        held[:, np.arange(width), np.arange(width)] = penalty
    linear, deviance = np.log(np.maximum(means, NOTHING)), _deviance(counts, means, weights)
    coefficients, going = np.zeros((len(counts), width)), np.ones(len(counts), dtype=bool)
    covariance, working = np.zeros((len(counts), width, width)), np.zeros_like(counts)
    for _ in range(ROUNDS):
        at = np.flatnonzero(going)
        if not at.size:
            break
        weight = weights[at] * means[at]
        inverse = _inverse((weight @ products).reshape(-1, width, width) + held[at])
        target = linear[at] - shift[at] + (counts[at] - means[at]) / np.maximum(means[at], NOTHING)
        found = np.einsum("bij,bj->bi", inverse, (weight * target) @ design)
        linear[at] = np.clip(found @ design.T + shift[at], -LARGEST_LOG, LARGEST_LOG)
        means[at] = np.exp(linear[at])
        moved = _deviance(counts[at], means[at], weights[at])
        going[at] = ~(np.abs(moved - deviance[at]) / (np.abs(moved) + 0.1) < CLOSE)
        coefficients[at], covariance[at], working[at], deviance[at] = found, inverse, weight, moved
    return Fit(
        coefficients=coefficients,
        means=means,
        working=working,
        covariance=covariance,
        converged=~going & np.isfinite(deviance),
        freedom=np.maximum(present.sum(axis=1) - width, 1).astype(float),
    )


def _inverse(normal: Floats) -> Floats:
    """The inverse of each normal matrix, scaled first: a season without a case has next to no weight."""
    scale = 1 / np.sqrt(np.maximum(np.diagonal(normal, axis1=1, axis2=2), NOTHING))
    scaled = normal * scale[:, :, None] * scale[:, None, :] + 1e-13 * np.eye(normal.shape[1])
    return np.asarray(np.linalg.inv(scaled) * scale[:, :, None] * scale[:, None, :])


def _deviance(counts: Floats, means: Floats, weights: Floats) -> Floats:
    logs = np.log(np.where(counts > 0, counts, 1.0) / np.where(counts > 0, np.maximum(means, NOTHING), 1.0))
    return np.asarray(2 * (weights * (counts * logs - (counts - means))).sum(axis=1))


def anscombe(counts: Floats, means: Floats, leverages: Floats, dispersion: Floats) -> Floats:
    """Standardised Anscombe residuals (b, n); ``dispersion`` (b,)."""
    kept = np.maximum(means, NOTHING)
    raw = 1.5 * (counts ** (2 / 3) * kept ** (-1 / 6) - np.sqrt(kept))
    return np.asarray(raw / np.sqrt(dispersion[:, None] * np.maximum(1 - leverages, 1e-12)))


def down_weighted(residuals: Floats, present: Flags, bar: float) -> Floats:
    """Weights that add up to the number of rows: by 1/s² where a residual s is above ``bar`` (a past outbreak)."""
    shares = np.where(residuals > bar, np.maximum(residuals, 1e-12) ** -2.0, 1.0) * present
    return np.asarray(shares * (present.sum(axis=1) / shares.sum(axis=1))[:, None])
