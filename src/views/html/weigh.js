// What if the elements weighed otherwise: recomputes base, final score and places in the page. Changes nothing published.
(function () {
  'use strict';
  var island = document.getElementById('page-weighing');
  if (!island) { return; }
  var data = JSON.parse(island.textContent);
  var after = document.getElementById(data.after);
  if (!after) { return; }
  var scale = Math.pow(10, data.decimals);
  // Published = snapped to 1e-9, then rounded once, in whole steps of the last decimal.
  function steps(score) {
    var unit = Math.pow(10, 9 - data.decimals);
    var whole = Math.round(score * 1e9);
    var down = Math.floor(whole / unit);
    var rest = whole - down * unit;
    if (rest * 2 > unit || (rest * 2 === unit && (!data.half_even || down % 2 !== 0))) { down += 1; }
    return down;
  }
  function base(unit, weights) {
    var sum = 0, all = 0, isBottom = false;
    unit.scores.forEach(function (score, number) {
      var weight = weights[number];
      if (score === null || !(weight > 0)) { return; }
      all += weight;
      if (!data.geometric) { sum += weight * score; return; }
      if (score <= data.bottom) { isBottom = true; } else { sum += weight * Math.log(score - data.bottom); }
    });
    if (!(all > 0)) { return null; }
    if (!data.geometric) { return sum / all; }
    return isBottom ? data.bottom : Math.exp(sum / all) + data.bottom;
  }
  function final(unit, weights) {
    var own = base(unit, weights);
    if (own === null) { return null; }
    var result = steps(own) + unit.adjustment;
    if (data.range) { result = Math.min(Math.max(result, steps(data.range[0])), steps(data.range[1])); }
    return result;
  }
  function printed(count) { return (count / scale).toFixed(data.decimals); }

  var section = document.createElement('section');
  section.id = 'page-weigh';
  section.className = 'weigh';
  section.setAttribute('aria-labelledby', 'page-weigh-title');
  function make(tag, text, parent) {
    var element = document.createElement(tag);
    if (text) { element.textContent = text; }
    (parent || section).appendChild(element);
    return element;
  }
  make('h3', '如果' + data.element_word + '的权重不一样').id = 'page-weigh-title';
  make('p', '拖动滑块试算，只在本页上看，不改变公布的结果；加分、扣分不变，权重按合计折算。').className = 'weigh-note';
  var box = make('div');
  box.className = 'weigh-sliders';
  var sliders = data.elements.map(function (element, number) {
    var label = make('label', '', box);
    make('span', element[0], label);
    var input = make('input', '', label);
    input.type = 'range';
    input.min = '0';
    var most = Math.max.apply(null, data.elements.map(function (other) { return other[1]; }));
    input.max = String(most * 2);
    input.step = String(most / 100);
    input.id = 'page-weigh-' + number;
    // A range input snaps to its steps: the weight itself is kept beside it until the slider is moved.
    input.value = String(element[1]);
    var output = make('output', '', label);
    output.setAttribute('for', input.id);
    return { input: input, output: output, weight: element[1] };
  });
  var reset = make('button', '恢复公布的权重');
  reset.type = 'button';
  var told = make('p');
  told.setAttribute('aria-live', 'polite');
  told.className = 'weigh-told';
  var scroll = make('div');
  scroll.className = 'scroll fits';
  var table = make('table', '', scroll);
  table.id = 'page-weigh-table';
  make('caption', '试算结果', table);
  var headRow = make('tr', '', make('thead', '', table));
  ['试算位次', data.unit_word, '公布位次', '变化', '公布得分', '试算得分'].forEach(function (text) {
    make('th', text, headRow).scope = 'col';
  });
  var body = make('tbody', '', table);

  function update() {
    var weights = sliders.map(function (slider) { return slider.weight; });
    var sum = weights.reduce(function (all, weight) { return all + weight; }, 0);
    sliders.forEach(function (slider) {
      slider.output.textContent = sum > 0 ? (slider.weight / sum * 100).toFixed(1) + '%' : '—';
    });
    var rows = data.units.map(function (unit, number) {
      return { unit: unit, number: number, final: final(unit, weights), place: null };
    });
    var ranked = rows.filter(function (row) { return row.unit.place !== null && row.final !== null; });
    ranked.forEach(function (row) {
      row.place = 1 + ranked.filter(function (other) { return other.final > row.final; }).length;
    });
    rows.sort(function (one, other) {
      return (one.place === null) - (other.place === null) || one.place - other.place || one.number - other.number;
    });
    body.textContent = '';
    var moved = 0;
    rows.forEach(function (row) {
      var line = make('tr', '', body);
      var gained = row.place === null ? null : row.unit.place - row.place;
      if (gained) { moved += 1; }
      make('td', row.place === null ? '—' : String(row.place), line);
      var name = make('th', '', line);
      name.scope = 'row';
      if (row.unit.anchor) { make('a', row.unit.name, name).href = '#' + row.unit.anchor; } else { name.textContent = row.unit.name; }
      make('td', row.unit.place === null ? '—' : String(row.unit.place), line);
      make('td', gained === null ? '—' : gained > 0 ? '↑' + gained : gained < 0 ? '↓' + -gained : '—', line);
      make('td', row.unit.published === null ? '—' : printed(row.unit.published), line);
      make('td', row.final === null ? '—' : printed(row.final), line);
    });
    told.textContent = moved === 0 ? '位次与公布的相同。' : '有 ' + moved + ' 个' + data.unit_word + '的位次与公布的不同。';
  }
  sliders.forEach(function (slider) {
    slider.input.addEventListener('input', function () { slider.weight = Number(slider.input.value); update(); });
  });
  reset.addEventListener('click', function () {
    sliders.forEach(function (slider, number) {
      slider.weight = data.elements[number][1];
      slider.input.value = String(slider.weight);
    });
    update();
  });
  update();
  after.appendChild(section);
})();
