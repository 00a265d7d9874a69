// Whether a photo looks like those that the network knows: the twin of src/runtime/quality.h, as
// docs/bundle_format.md defines the measures.

function lumaOf({ data }) {
  const luma = new Int32Array(data.length / 3); // in thousandths
  for (let i = 0; i < luma.length; ++i)
    luma[i] = 299 * data[3 * i] + 587 * data[3 * i + 1] + 114 * data[3 * i + 2];
  return luma;
}

function meanLaplacian(luma, w, h) {
  let sum = 0;
  for (let y = 1; y + 1 < h; ++y)
    for (let x = 1; x + 1 < w; ++x) {
      const i = y * w + x;
      sum += Math.abs(4 * luma[i] - luma[i - 1] - luma[i + 1] - luma[i - w] - luma[i + w]);
    }
  return sum / 1000 / ((w - 2) * (h - 2));
}

export function qualityOf(fitted) {
  const luma = lumaOf(fitted);
  let sum = 0, squares = 0;
  for (const value of luma) {
    const y = value / 1000;
    sum += y;
    squares += y * y;
  }
  const brightness = sum / luma.length;
  const contrast = Math.sqrt(Math.max(0, squares / luma.length - brightness * brightness));
  return { brightness, contrast, sharpness: meanLaplacian(luma, fitted.width, fitted.height) / (contrast + 1) };
}

// log(sum(exp(logits))): low is unusual (Liu et al., NeurIPS 2020).
export function energyScore(logits) {
  const top = Math.max(...logits);
  return top + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - top), 0));
}

// One sentence for each limit that is crossed; none where the bundle has no limits.
export function warningsOf({ brightness, contrast, sharpness }, energy, limits) {
  if (!limits) return [];
  const checks = [
    [brightness < limits.brightness_low, "the image is dark", brightness, limits.brightness_low],
    [brightness > limits.brightness_high, "the image is overexposed", brightness, limits.brightness_high],
    [contrast < limits.contrast_low, "no lesion stands out in the frame", contrast, limits.contrast_low],
    [sharpness < limits.sharpness_low, "the image is blurred", sharpness, limits.sharpness_low],
    [energy < limits.energy_low, "the image is unlike those that the network was made for", energy,
      limits.energy_low],
  ];
  const short = (x) => Number(x.toPrecision(3));
  return checks.filter(([crossed]) => crossed)
    .map(([, text, value, limit]) => `${text} (${short(value)}, limit ${short(limit)})`);
}
