#!/usr/bin/env python3
"""Writes tests/golden/compare.json: tests of paired predictions, each from its definition.

Needs python3 with numpy; the build and the tests never run it.

  DeLong      every pair of a positive and a negative compared (no ranks), numpy.cov of the
              components: DeLong, DeLong and Clarke-Pearson 1988
  Obuchowski  the same components summed by cluster: equations of Obuchowski 1997
  McNemar     the binomial distribution in fractions
  sign flip   all 2^n signs, or the generating polynomial in fractions where n is large
  Holm        the step-down definition: the largest of the earlier products
"""
import fractions
import itertools
import json
import math
import pathlib

import numpy as np

OUT = pathlib.Path(__file__).resolve().parent.parent / "tests" / "golden" / "compare.json"


def kernel(positive, negative):
    return 1.0 if positive > negative else 0.5 if positive == negative else 0.0


def components(score, is_positive):
    pairs = np.array([[kernel(p, n) for n in score[~is_positive]] for p in score[is_positive]])
    return pairs.mean(axis=1), pairs.mean(axis=0), pairs.mean()


def p_normal(z):
    return math.erfc(abs(z) / math.sqrt(2))


def delong(first, second, is_positive):
    a10, a01, a = components(first, is_positive)
    b10, b01, b = components(second, is_positive)
    cov = np.cov(a10, b10) / len(a10) + np.cov(a01, b01) / len(a01)
    error = math.sqrt(cov[0, 0] + cov[1, 1] - 2 * cov[0, 1])
    return {"first": a, "second": b, "standard_error": error, "p": p_normal((b - a) / error)}


def obuchowski(first, second, is_positive, cluster):
    """The 2 x 2 covariance of both areas, entry by entry."""
    sides = [components(score, is_positive) for score in (first, second)]
    names = sorted(set(cluster))
    m, n, clusters = is_positive.sum(), (~is_positive).sum(), len(names)
    of_positive, of_negative = cluster[is_positive], cluster[~is_positive]
    with10 = len(set(of_positive))
    with01 = len(set(of_negative))

    def sums(side):
        v10, v01, area = sides[side]
        ten = np.array([v10[of_positive == c].sum() - (of_positive == c).sum() * area for c in names])
        one = np.array([v01[of_negative == c].sum() - (of_negative == c).sum() * area for c in names])
        return ten, one

    cov = np.zeros((2, 2))
    for r, s in itertools.product(range(2), range(2)):
        (r10, r01), (s10, s01) = sums(r), sums(s)
        s_10 = with10 / ((with10 - 1) * m) * (r10 * s10).sum()
        s_01 = with01 / ((with01 - 1) * n) * (r01 * s01).sum()
        s_11 = clusters / (clusters - 1) * (r10 * s01).sum()
        s_11_turned = clusters / (clusters - 1) * (s10 * r01).sum()
        cov[r, s] = s_10 / m + s_01 / n + (s_11 + s_11_turned) / (m * n)
    error = math.sqrt(cov[0, 0] + cov[1, 1] - 2 * cov[0, 1])
    difference = sides[1][2] - sides[0][2]
    return {"standard_error": error, "p": p_normal(difference / error)}


def binomial_p(b, c):
    n, low = b + c, min(b, c)
    tail = sum(fractions.Fraction(math.comb(n, k), 2**n) for k in range(low + 1))
    exact = min(fractions.Fraction(1), 2 * tail)
    point = fractions.Fraction(math.comb(n, low), 2**n)
    mid = exact - point if b != c else 1 - point / 2
    return {"exact": float(exact), "mid": float(mid)}


def sign_flip_enumerated(terms):
    total, beyond, equal = abs(sum(terms)), 0, 0
    for signs in itertools.product((1, -1), repeat=len(terms)):
        value = abs(sum(s * t for s, t in zip(signs, terms)))
        beyond += value > total
        equal += value == total
    all_signs = 2 ** len(terms)
    return {"exact": (beyond + equal) / all_signs, "mid": (beyond + equal / 2) / all_signs}


def sign_flip_polynomial(terms):
    ways = {0: 1}
    for t in terms:
        after = {}
        for value, count in ways.items():
            for moved in (value + t, value - t):
                after[moved] = after.get(moved, 0) + count
        ways = after
    total, all_signs = abs(sum(terms)), 2 ** len(terms)
    beyond = sum(count for value, count in ways.items() if abs(value) > total)
    equal = sum(count for value, count in ways.items() if abs(value) == total)
    return {"exact": float(fractions.Fraction(beyond + equal, all_signs)),
            "mid": float(fractions.Fraction(2 * beyond + equal, 2 * all_signs))}


def holm(p):
    out = []
    for value in p:
        earlier = sorted(q for q in p if q <= value)
        out.append(min(1.0, max((len(p) - i) * q for i, q in enumerate(earlier))))
    return out


def main():
    rng = np.random.default_rng(20)
    count, classes = 90, 3
    labels = rng.choice(classes, count, p=[0.3, 0.5, 0.2])
    lesions = np.empty(count, dtype=object)
    for label in range(classes):  # images of a lesion share its label
        rows = np.flatnonzero(labels == label)
        lesions[rows] = [f"L{label}_{rng.integers(0, len(rows) * 2 // 3)}" for _ in rows]
    mixed = np.array([f"P{rng.integers(0, 30)}" for _ in range(count)], dtype=object)
    networks = []
    for skill in (0.8, 1.2, 1.1):
        logits = rng.normal(size=(count, classes)) + skill * np.eye(classes)[labels]
        p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        networks.append(np.round(p, 2))  # many ties
    auc = []
    for label in range(classes):
        first, second = networks[0][:, label], networks[1][:, label]
        positive = labels == label
        auc.append({"class": label, "images": delong(first, second, positive),
                    "lesions": obuchowski(first, second, positive, lesions),
                    "mixed": obuchowski(first, second, positive, mixed)})
    right = [network.argmax(axis=1) == labels for network in networks]
    b = int((right[0] & ~right[1]).sum())
    c = int((right[1] & ~right[0]).sum())
    by_lesion = [int(right[1][lesions == name].sum()) - int(right[0][lesions == name].sum())
                 for name in sorted(set(lesions))]
    terms = [[1], [3, -1, 2], [1] * 6 + [-1] * 6, [1] * 3 + [-1] * 9, [2, -2, 1, 1, -3, 4, 1, 2]]
    p_values = [0.04, 0.001, 0.9, 0.011, 0.02, 0.001]
    OUT.write_text(json.dumps({
        "labels": labels.tolist(), "lesions": lesions.tolist(), "mixed": mixed.tolist(),
        "networks": [network.ravel().tolist() for network in networks],
        "auc": auc,
        "only_first": b, "only_second": c, "mcnemar": binomial_p(b, c),
        "by_lesion": sign_flip_polynomial(by_lesion),
        "binomial": [{"b": i, "c": j, **binomial_p(i, j)}
                     for i, j in [(0, 1), (5, 5), (2, 11), (40, 61), (300, 380)]],
        "sign_flip": [{"terms": t, **sign_flip_enumerated(t)} for t in terms],
        "holm": {"p": p_values, "adjusted": holm(p_values)},
    }) + "\n")


main()
