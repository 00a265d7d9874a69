// From probabilities to classes: the twin of src/runtime/decision.h.

// The fewest classes, most probable first, that hold at least `coverage` of the probability.
export function predictionSet(classes, probabilities, coverage) {
  const order = classes.map((_, k) => k).sort((a, b) => probabilities[b] - probabilities[a] || a - b);
  const set = { coverage, classes: [], probability: 0 };
  for (const k of order) {
    if (set.probability >= coverage) break;
    set.classes.push(classes[k]);
    set.probability += probabilities[k];
  }
  return set;
}

// Classes whose probability reaches a threshold of the bundle.
export function callsOf({ classes, thresholds }, probabilities) {
  return thresholds.filter((point) => probabilities[classes.indexOf(point.class)] >= point.threshold)
    .map((point) => point.class);
}
