#!/usr/bin/env python3
"""Writes tests/golden/evidence.json: measures of evidence as scipy and scikit-learn compute them.

    tools/make_evidence_golden.py [OUT]

Needs python3-numpy, python3-scipy and python3-sklearn.
"""
import json
import sys

import numpy as np
from scipy import optimize, special, stats
from sklearn import metrics

CLASSES = 4
ROWS = 90


def tensor(array):
    return {"shape": list(np.shape(array)), "data": np.asarray(array, float).ravel().tolist()}


def made_up_predictions(rng, rows):
    labels = rng.choice(CLASSES, rows, p=[0.4, 0.3, 0.2, 0.1])
    logits = rng.normal(0, 1.5, (rows, CLASSES)) + 1.4 * np.eye(CLASSES)[labels]
    return labels, np.round(special.softmax(logits, axis=1), 6)


def normalised(p):
    return p / p.sum(axis=1, keepdims=True)


def clopper_pearson():
    pairs = [(0, 5), (1, 5), (5, 5), (3, 17), (40, 41), (500, 1000), (1, 20000), (19999, 20000)]
    out = []
    for confidence in (0.9, 0.95):
        for k, n in pairs:
            ci = stats.binomtest(k, n).proportion_ci(confidence, method="exact")
            out.append({"successes": k, "trials": n, "confidence": confidence,
                        "low": ci.low, "high": ci.high})
    return out


def weighted(labels, p, w):
    """Metrics of rows that stand w times."""
    predicted = p.argmax(axis=1)
    common = {"sample_weight": w, "zero_division": 0}
    out = {
        "accuracy": metrics.accuracy_score(labels, predicted, sample_weight=w),
        "balanced_accuracy": metrics.recall_score(labels, predicted, average="macro", **common),
        "macro_precision": metrics.precision_score(labels, predicted, average="macro", **common),
        "macro_f1": metrics.f1_score(labels, predicted, average="macro", **common),
        "weighted_f1": metrics.f1_score(labels, predicted, average="weighted", **common),
        "cohen_kappa": metrics.cohen_kappa_score(labels, predicted, sample_weight=w),
        "log_loss": metrics.log_loss(labels, normalised(p), sample_weight=w),
    }
    one_hot = np.eye(CLASSES)[labels]
    out["macro_auc_ovr"] = metrics.roc_auc_score(one_hot, p, average="macro", sample_weight=w)
    out["micro_auc"] = metrics.roc_auc_score(one_hot, p, average="micro", sample_weight=w)
    out["macro_ap"] = metrics.average_precision_score(one_hot, p, average="macro", sample_weight=w)
    return out


def partial_areas(positive, score):
    """The two ISIC definitions of the area for sensitivity >= 0.80."""
    fpr, tpr, _ = metrics.roc_curve(positive, score, drop_intermediate=False)
    at = np.searchsorted(tpr, 0.8, side="left")
    start = np.interp(0.8, tpr[at - 1:at + 1], fpr[at - 1:at + 1])
    isic = metrics.auc(np.r_[start, fpr[at:]], np.r_[0.8, tpr[at:]])
    scaled = metrics.roc_auc_score(1 - positive, -score, max_fpr=0.2)  # McClish
    low, high = 0.5 * 0.2 ** 2, 0.2
    return {"auc_sens_80": isic, "pauc_80": low + (scaled - 0.5) * (high - low) / 0.5}


def net_benefit(positive, score, threshold):
    called = score >= threshold
    tp, fp = (called & (positive == 1)).mean(), (called & (positive == 0)).mean()
    odds = threshold / (1 - threshold)
    prevalence = positive.mean()
    return {"threshold": threshold, "model": tp - fp * odds,
            "treat_all": prevalence - (1 - prevalence) * odds}


def ece(confidence, correct, edges):
    place = np.clip(np.searchsorted(edges, confidence, side="right") - 1, 0, len(edges) - 2)
    gap = [abs((confidence - correct)[place == b].sum()) for b in range(len(edges) - 1)]
    return sum(gap) / len(confidence)


def equal_mass_ece(confidence, correct, bins):
    order = np.argsort(confidence, kind="stable")
    gap = [abs((confidence - correct)[part].sum())
           for part in (order[len(order) * b // bins:len(order) * (b + 1) // bins]
                        for b in range(bins))]
    return sum(gap) / len(confidence)


def calibration(labels, p):
    one_hot = np.eye(CLASSES)[labels]
    top, correct = p.max(axis=1), (p.argmax(axis=1) == labels).astype(float)
    edges = np.linspace(0, 1, 16)
    return {
        "ece": ece(top, correct, edges),
        "ece_equal_mass": equal_mass_ece(top, correct, 15),
        "classwise_ece": float(np.mean([ece(p[:, c], one_hot[:, c], edges)
                                        for c in range(CLASSES)])),
        "brier": float(((p - one_hot) ** 2).sum(axis=1).mean()),
        "brier_per_class": [metrics.brier_score_loss(one_hot[:, c], p[:, c])
                            for c in range(CLASSES)],
    }


def vector_scaling(labels, p):
    """Weight and bias of each class's log probability with the smallest log loss."""
    logits = np.log(p)

    def loss(x):
        z = logits * x[:CLASSES] + x[CLASSES:]
        return (special.logsumexp(z, axis=1) - z[np.arange(len(labels)), labels]).mean()

    found = optimize.minimize(loss, np.r_[np.ones(CLASSES), np.zeros(CLASSES)], method="BFGS",
                              options={"gtol": 1e-9})
    return found.fun


def temperature(labels, p):
    logits = np.log(p)

    def loss(log_t):
        z = logits / np.exp(log_t)
        return (special.logsumexp(z, axis=1) - z[np.arange(len(labels)), labels]).mean()

    found = optimize.minimize_scalar(loss, bounds=(-2, 2), method="bounded",
                                     options={"xatol": 1e-10})
    return {"temperature": float(np.exp(found.x)), "loss": found.fun}


def main():
    rng = np.random.default_rng(7)
    labels, p = made_up_predictions(rng, ROWS)
    p = normalised(p)
    weights = rng.integers(0, 4, ROWS)
    positive = np.isin(labels, [0, 2]).astype(int)
    score = p[:, 0] + p[:, 2]
    golden = {
        "inputs": {"labels": labels.tolist(), "scores": tensor(p), "weights": weights.tolist()},
        "values": {
            "clopper_pearson": clopper_pearson(),
            "weighted": weighted(labels, p, weights),
            "positive": [0, 2],
            "partial": partial_areas(positive, score),
            "net_benefit": [net_benefit(positive, score, t) for t in (0.05, 0.2, 0.5)],
            "calibration": calibration(labels, p),
            "vector_scaling_loss": vector_scaling(labels, p),
            "temperature": temperature(labels, p),
        },
    }
    path = sys.argv[1] if len(sys.argv) > 1 else "tests/golden/evidence.json"
    with open(path, "w", encoding="utf-8") as file:
        json.dump(golden, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
