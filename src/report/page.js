// Draws the specifications of #specs into #chart-0, #chart-1, ... Text, axes and grid take the
// page's own colour, so that they follow light, dark and print.
(() => {
  const specs = JSON.parse(document.getElementById('specs').textContent);
  const ink = 'currentColor';
  const config = {
    background: null,
    font: 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
    view: {stroke: null},
    axis: {
      labelColor: ink, titleColor: ink, domainColor: ink, tickColor: ink, gridColor: ink,
      gridOpacity: 0.13, domainOpacity: 0.45, tickOpacity: 0.45, titleFontWeight: 'normal',
      titlePadding: 8, labelFontSize: 11, titleFontSize: 12,
    },
    axisBand: {grid: false},
    legend: {
      labelColor: ink, titleColor: ink, orient: 'top', labelLimit: 260, labelFontSize: 12,
      titleFontWeight: 'normal', symbolStrokeWidth: 2,
    },
  };
  // As many legend columns as the longest name of a run leaves room for.
  const columns = (spec, width) => {
    const names = [spec, ...(spec.layer ?? [])]
        .map((part) => part.encoding?.color?.scale?.domain).find(Array.isArray) ?? [''];
    const longest = Math.max(...names.map((name) => String(name).length));
    return Math.max(1, Math.floor(width / (8 * Math.min(longest, 32) + 44)));
  };
  specs.forEach((spec, i) => {
    const place = document.getElementById('chart-' + i);
    const options = {
      renderer: 'svg',
      config: {...config, legend: {...config.legend, columns: columns(spec, place.clientWidth)}},
      actions: {export: true, source: false, compiled: false, editor: false},
    };
    vegaEmbed(place, spec, options).catch((error) => {
      place.textContent = 'This chart could not be drawn: ' + error.message;
    });
  });
})();

// The table of contents: folded where there is little room, and it shows where the reader is.
(() => {
  const contents = document.querySelector('nav details');
  contents.open = window.matchMedia('(min-width: 68rem)').matches;
  const links = new Map([...contents.querySelectorAll('a')].map(
      (link) => [link.getAttribute('href').slice(1), link]));
  const watch = new IntersectionObserver((entries) => {
    for (const entry of entries)
      links.get(entry.target.id).classList.toggle('here', entry.isIntersecting);
  }, {rootMargin: '-20% 0px -75%'});
  for (const id of links.keys()) watch.observe(document.getElementById(id));
})();

// What is folded on a screen is printed, but for long texts.
window.addEventListener('beforeprint', () => {
  for (const fold of document.querySelectorAll('.fold:has(table)')) fold.open = true;
});
