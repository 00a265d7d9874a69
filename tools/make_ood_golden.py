#!/usr/bin/env python3
"""Writes tests/golden/ood.json: out-of-distribution scores and measures as numpy, scipy and
scikit-learn compute them.

    tools/make_ood_golden.py [OUT]

Needs python3-numpy, python3-scipy and python3-sklearn.
"""
import json
import sys

import numpy as np
from scipy import special
from sklearn import metrics

RIDGE = 1e-6  # of the covariance's mean diagonal


def tensor(array):
    return {"shape": list(np.shape(array)), "data": np.asarray(array, float).ravel().tolist()}


def single(array):
    return np.asarray(array, np.float32).astype(float)


def mahalanobis(training, labels, rows):
    """Minus the smallest squared distance to a class mean."""
    classes = np.unique(labels)
    means = np.stack([training[labels == c].mean(axis=0) for c in classes])
    centred = training - means[np.searchsorted(classes, labels)]
    covariance = centred.T @ centred / len(training)
    covariance += RIDGE * np.trace(covariance) / len(covariance) * np.eye(len(covariance))
    difference = rows[:, None, :] - means[None, :, :]
    solved = np.linalg.solve(covariance, difference.reshape(-1, rows.shape[1]).T).T
    return -(difference * solved.reshape(difference.shape)).sum(axis=2).min(axis=1)


def gaussian_case(name, training, labels, rows):
    training, rows = single(training), single(rows)
    return {"name": name, "training": tensor(training), "labels": labels.tolist(),
            "rows": tensor(rows), "scores": mahalanobis(training, labels, rows).tolist()}


def gaussian_cases(rng):
    labels = rng.choice([0, 2, 3], 60)  # class 1 has no image
    mixing = rng.normal(0, 1, (5, 5))
    training = rng.normal(0, 1, (60, 5)) @ mixing + labels[:, None]
    rows = rng.normal(0, 2, (8, 5)) @ mixing
    yield gaussian_case("full rank", training, labels, rows)
    repeated = np.c_[training, training[:, 0], np.full(60, 0.25)]
    yield gaussian_case("one unit repeats, one never varies", repeated, labels,
                        np.c_[rows, rows[:, 0] + 0.01, np.full(8, 0.26)])
    few = rng.normal(0, 1, (4, 6))
    yield gaussian_case("fewer images than dimensions", few, np.array([0, 0, 1, 1]),
                        rng.normal(0, 1, (5, 6)))


def detection(rng):
    """Scores of one decimal, so that many are equal."""
    known, unknown = np.round(rng.normal(1, 1, 70), 1), np.round(rng.normal(0, 1, 45), 1)
    truth, score = np.r_[np.ones(70), np.zeros(45)], np.r_[known, unknown]
    fpr, tpr, _ = metrics.roc_curve(truth, score, drop_intermediate=False)
    return {"known": known.tolist(), "unknown": unknown.tolist(),
            "auroc": metrics.roc_auc_score(truth, score),
            "fpr_at_95_tpr": fpr[np.argmax(tpr >= 0.95)]}


def main():
    rng = np.random.default_rng(11)
    logits = rng.normal(0, 3, (6, 4))
    logits[0] += 800  # exp() of it is no number
    golden = {
        "logits": tensor(logits),
        "energy": special.logsumexp(logits, axis=1).tolist(),
        "max_softmax": special.softmax(logits, axis=1).max(axis=1).tolist(),
        "mahalanobis": list(gaussian_cases(rng)),
        "detection": detection(rng),
    }
    path = sys.argv[1] if len(sys.argv) > 1 else "tests/golden/ood.json"
    with open(path, "w", encoding="utf-8") as file:
        json.dump(golden, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
