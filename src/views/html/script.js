// Comforts only: everything on the page can be read without this.
(function () {
  'use strict';
  var each = function (list, act) { Array.prototype.forEach.call(list, act); };
  var text = function (cell) { return cell.textContent.trim(); };
  var collator = window.Intl ? new Intl.Collator('zh-CN', { numeric: true }) : null;
  var compareText = function (a, b) { return collator ? collator.compare(a, b) : (a < b ? -1 : a > b ? 1 : 0); };

  // What a cell is sorted by: its key, or its text in a column that has no keys at all.
  function sortValue(row, column, keyed) {
    var cell = row.cells[column];
    if (!cell) { return null; }
    if (keyed) { return cell.hasAttribute('data-key') ? Number(cell.getAttribute('data-key')) : null; }
    return text(cell) || null;
  }

  function sortBody(body, column, direction, keyed) {
    var rows = body.ownRows;
    var loose = rows.filter(function (row) { return !/\b(group|total)\b/.test(row.className); });
    if (direction) {
      loose = loose.map(function (row, place) {
        return { row: row, place: place, value: sortValue(row, column, keyed) };
      }).sort(function (a, b) {
        if (a.value === null || b.value === null) {
          return (a.value === null) - (b.value === null) || a.place - b.place;
        }
        var order = keyed ? a.value - b.value : compareText(a.value, b.value);
        return order * direction || a.place - b.place;
      }).map(function (item) { return item.row; });
    }
    var next = 0;
    rows.forEach(function (row) {
      body.appendChild(/\b(group|total)\b/.test(row.className) ? row : loose[next++]);
    });
  }

  function makeSortable(table) {
    var heads = table.querySelectorAll('th[data-sort]');
    each(table.tBodies, function (body) { body.ownRows = Array.prototype.slice.call(body.rows); });
    each(heads, function (head) {
      var column = Number(head.getAttribute('data-sort'));
      var button = document.createElement('button');
      button.type = 'button';
      button.title = '排序';
      while (head.firstChild) { button.appendChild(head.firstChild); }
      head.appendChild(button);
      button.addEventListener('click', function () {
        var keyed = Array.prototype.some.call(table.tBodies, function (body) {
          return body.ownRows.some(function (row) { return row.cells[column] && row.cells[column].hasAttribute('data-key'); });
        });
        // Figures start with the largest, words with the first; a third click restores the printed order.
        var cycle = keyed ? ['descending', 'ascending'] : ['ascending', 'descending'];
        var state = cycle[cycle.indexOf(head.getAttribute('aria-sort')) + 1];
        each(heads, function (other) { other.removeAttribute('aria-sort'); });
        if (state) { head.setAttribute('aria-sort', state); }
        var direction = state === 'ascending' ? 1 : state === 'descending' ? -1 : 0;
        each(table.tBodies, function (body) { sortBody(body, column, direction, keyed); });
      });
    });
  }

  function makeFilter(table) {
    var column = Number(table.getAttribute('data-filter'));
    var rows = Array.prototype.filter.call(table.querySelectorAll('tbody tr'), function (row) {
      return !/\b(group|total)\b/.test(row.className);
    });
    var values = [];
    rows.forEach(function (row) {
      var value = text(row.cells[column]);
      if (value && values.indexOf(value) < 0) { values.push(value); }
    });
    if (values.length < 2) { return; }
    var label = document.createElement('label');
    label.className = 'filter';
    label.appendChild(document.createTextNode(table.getAttribute('data-filter-label')));
    var select = document.createElement('select');
    select.appendChild(new Option('全部', ''));
    values.forEach(function (value) { select.appendChild(new Option(value, value)); });
    label.appendChild(select);
    select.addEventListener('change', function () {
      rows.forEach(function (row) {
        row.classList.toggle('filtered', select.value !== '' && text(row.cells[column]) !== select.value);
      });
    });
    var box = table.parentNode;
    box.parentNode.insertBefore(label, box);
  }

  // Other weights, tried in the page: the published result stays what it is.
  function makeTrial() {
    var island = document.getElementById('page-trial-data');
    if (!island) { return; }
    var data = JSON.parse(island.textContent);
    var before = document.getElementById(data.after);
    if (!before) { return; }
    var make = function (tag, parent, words) {
      var node = document.createElement(tag);
      if (words != null) { node.textContent = words; }
      if (parent) { parent.appendChild(node); }
      return node;
    };
    var grid = Math.pow(10, 9 - data.decimals);
    // Whole steps of the published figure: snapped to 1e-9, then rounded once, as the program does.
    function publish(value) {
      var snapped = Math.round(Math.abs(value) * 1e9);
      var steps = Math.floor(snapped / grid);
      var rest = snapped - steps * grid;
      if (rest * 2 > grid || (rest * 2 === grid && rest > 0 && (!data.half_even || steps % 2 === 1))) { steps += 1; }
      return value < 0 ? -steps : steps;
    }
    function print(steps) {
      var digits = String(Math.abs(steps));
      while (digits.length <= data.decimals) { digits = '0' + digits; }
      var cut = digits.length - data.decimals;
      return (steps < 0 ? '-' : '') + digits.slice(0, cut) + (data.decimals ? '.' + digits.slice(cut) : '');
    }
    function base(unit, weights) {
      var sum = 0, all = 0, isZero = false;
      unit.parts.forEach(function (score, at) {
        var weight = weights[at];
        if (score === null) { return; }
        if (!data.geometric) { sum += weight * score; all += weight; return; }
        if (!(weight > 0)) { return; }
        if (score - data.bottom <= 1e-12) { isZero = true; } else { sum += weight * Math.log(score - data.bottom); }
        all += weight;
      });
      if (!(all > 0)) { return null; }
      if (!data.geometric) { return sum / all; }
      return isZero ? data.bottom : Math.exp(sum / all) + data.bottom;
    }
    function compute(weights) {
      var rows = data.units.map(function (unit) {
        var score = base(unit, weights);
        if (score === null) { return { unit: unit, base: null, final: null, rank: null }; }
        var steps = publish(score);
        var final = steps + unit.bonus - Math.min(unit.deduction, Math.max(steps, 0) + unit.bonus);
        if (data.range) { final = Math.min(Math.max(final, data.range[0]), data.range[1]); }
        return { unit: unit, base: steps, final: final, rank: null };
      });
      var ranked = rows.filter(function (row) { return row.final !== null && row.unit.may_rank; });
      ranked.forEach(function (row) {
        row.rank = 1 + ranked.filter(function (other) { return other.final > row.final; }).length;
      });
      return rows;
    }

    var section = document.createElement('section');
    section.id = 'page-trial';
    make('h3', section, '权重试算');
    var note = make('p', section);
    make('strong', note, '试算，不改变公布结果。');
    note.appendChild(document.createTextNode('拖动滑块改变各部分的权重（按合计折算为百分比），下表重新计算得分和位次；其余各项按公布的数。'));
    var sum = data.parts.reduce(function (all, part) { return all + part.weight; }, 0);
    var sliders = make('div', section);
    sliders.className = 'sliders';
    var inputs = data.parts.map(function (part, at) {
      var box = make('div', sliders);
      var label = make('label', box);
      make('span', label, part.name);
      label.htmlFor = 'page-trial-' + at;
      var share = make('output', label);
      var input = make('input', box);
      input.type = 'range'; input.id = label.htmlFor; input.min = 0; input.max = 100; input.step = 0.5;
      input.share = share;
      input.addEventListener('input', function () {
        // The first move puts all weights on the scale of the sliders, which changes no share.
        if (!moved) { weights = weights.map(function (weight) { return weight / sum * 100; }); moved = true; }
        weights[at] = Number(input.value);
        show();
      });
      return input;
    });
    var reset = make('button', section, '恢复公布的权重');
    reset.type = 'button';
    var said = make('p', section);
    said.setAttribute('role', 'status');
    said.setAttribute('aria-live', 'polite');
    var outer = make('div', section);
    outer.className = 'table';
    var box = make('div', outer);
    box.className = 'scroll';
    box.setAttribute('role', 'group');
    box.setAttribute('aria-label', '权重试算结果');
    var table = make('table', box);
    table.id = 'page-trial-table';
    make('span', make('caption', table), '权重试算结果（不是公布结果）');
    var heads = make('tr', make('thead', table));
    [data.unit_word, '试算基础分', '试算得分', '试算位次', '公布得分', '公布位次', '位次变化'].forEach(function (name, at) {
      var head = make('th', heads, name);
      head.scope = 'col';
      if (at) { head.className = 'number'; }
    });
    var body = make('tbody', table);
    var weights, moved;
    function show() {
      var all = weights.reduce(function (total, weight) { return total + weight; }, 0);
      inputs.forEach(function (input, at) {
        var share = all > 0 ? (weights[at] / all * 100).toFixed(1) + '%' : '—';
        input.share.textContent = share;
        input.setAttribute('aria-valuetext', share);
      });
      var rows = compute(weights);
      rows.sort(function (a, b) {
        return (a.rank === null) - (b.rank === null) || a.rank - b.rank ||
          data.units.indexOf(a.unit) - data.units.indexOf(b.unit);
      });
      body.textContent = '';
      var others = 0;
      rows.forEach(function (row) {
        var line = make('tr', body);
        var name = make('th', line);
        name.scope = 'row';
        if (row.unit.anchor) { make('a', name, row.unit.name).href = '#' + row.unit.anchor; } else { name.textContent = row.unit.name; }
        var gained = row.rank === null || row.unit.rank === null ? null : row.unit.rank - row.rank;
        if (gained) { others += 1; }
        [row.base === null ? '—' : print(row.base), row.final === null ? '—' : print(row.final), row.rank === null ? '—' : row.rank,
          row.unit.final === null ? '—' : row.unit.final, row.unit.rank === null ? '—' : row.unit.rank,
          gained === null ? '' : gained > 0 ? '↑' + gained : gained < 0 ? '↓' + -gained : '—'
        ].forEach(function (words) { make('td', line, words).className = 'number'; });
      });
      said.textContent = all > 0
        ? (others ? '按这组权重，' + others + ' 个' + data.unit_word + '的位次与公布的不同。' : '各' + data.unit_word + '的位次与公布的相同。')
        : '权重都是 0，无法计算。';
    }
    function restore() {
      weights = data.parts.map(function (part) { return part.weight; });
      // A slider has steps; until it is moved the weight behind it is the defined one.
      inputs.forEach(function (input, at) { input.value = weights[at] / sum * 100; });
      moved = false;
      show();
    }
    reset.addEventListener('click', restore);
    restore();
    before.parentNode.insertBefore(section, before.nextSibling);
  }

  makeTrial();
  each(document.querySelectorAll('table[data-filter]'), makeFilter);
  each(document.querySelectorAll('table'), makeSortable);

  // A table that fits needs no box that scrolls, and without one its head can stay in view.
  function fitTables() {
    each(document.querySelectorAll('.table > .scroll'), function (box) {
      box.classList.remove('fits');
      var fits = box.scrollWidth <= box.clientWidth + 1;
      box.classList.toggle('fits', fits);
      var hint = box.previousElementSibling;
      var isHint = hint && hint.className === 'hint';
      if (fits && isHint) { hint.parentNode.removeChild(hint); }
      if (!fits && !isHint && box.clientWidth) {
        hint = document.createElement('p');
        hint.className = 'hint';
        hint.setAttribute('aria-hidden', 'true');
        hint.textContent = '→ 可左右滑动';
        box.parentNode.insertBefore(hint, box);
      }
      if (fits) { box.removeAttribute('tabindex'); } else { box.setAttribute('tabindex', '0'); }
    });
  }
  var waiting;
  window.addEventListener('resize', function () { clearTimeout(waiting); waiting = setTimeout(fitTables, 150); });
  document.addEventListener('toggle', fitTables, true);
  fitTables();

  // A jump into folded details unfolds them; paper shows all of them.
  function reveal() {
    var target = document.getElementById(location.hash.slice(1));
    var opened = false;
    for (var node = target; node; node = node.parentNode) {
      if (node.tagName === 'DETAILS' && !node.open) { node.open = opened = true; }
    }
    if (opened) { target.scrollIntoView(); }
  }
  window.addEventListener('hashchange', reveal);
  reveal();
  // Search: chapters, units, indicators, projects, by name or code.
  function makeSearch() {
    var box = document.getElementById('page-search');
    if (!box) { return; }
    var entries = [], known = {};
    var add = function (id, words) {
      if (!id || known[id + words]) { return; }
      known[id + words] = true;
      entries.push({ id: id, words: words, plain: words.toLowerCase().replace(/\s+/g, '') });
    };
    each(document.querySelectorAll('main section[id]'), function (section) {
      if (section.id === 'page-trial') { return; }
      var extra = section.querySelector(':scope > p');
      var code = extra && /代码 (\S+)/.exec(extra.textContent);
      add(section.id, text(section.firstElementChild) + (code ? '（' + code[1] + '）' : ''));
    });
    // Rows of tables with a code or name of their own: problems, rules, gaps.
    each(document.querySelectorAll('table[id^=closing] tbody tr, table[id^=quality] tbody tr, #treatment tbody tr, table[id^=findings] tbody tr'), function (row, at) {
      if (!row.id) { row.id = 'page-row-' + at; }
      add(row.id, Array.prototype.slice.call(row.cells, 0, 4).map(text).filter(Boolean).join(' ').slice(0, 60));
    });
    var label = document.createElement('label');
    label.className = 'unseen';
    label.htmlFor = 'page-search-input';
    label.textContent = '查找';
    var input = document.createElement('input');
    input.id = 'page-search-input';
    input.type = 'text';
    input.placeholder = '查找（按 /）';
    input.autocomplete = 'off';
    input.setAttribute('role', 'combobox');
    input.setAttribute('aria-expanded', 'false');
    input.setAttribute('aria-controls', 'page-search-list');
    input.setAttribute('aria-autocomplete', 'list');
    var list = document.createElement('ul');
    list.id = 'page-search-list';
    list.setAttribute('role', 'listbox');
    list.setAttribute('aria-label', '查找结果');
    list.hidden = true;
    box.appendChild(label);
    box.appendChild(input);
    box.appendChild(list);
    box.hidden = false;
    var found = [], at = -1;
    function close() {
      list.hidden = true;
      input.setAttribute('aria-expanded', 'false');
      input.removeAttribute('aria-activedescendant');
    }
    function mark(next) {
      at = next;
      each(list.children, function (item, place) { item.setAttribute('aria-selected', place === at ? 'true' : 'false'); });
      if (list.children[at]) {
        input.setAttribute('aria-activedescendant', list.children[at].id);
        list.children[at].scrollIntoView({ block: 'nearest' });
      }
    }
    function jump(entry) {
      close();
      input.value = '';
      var target = document.getElementById(entry.id);
      if (location.hash === '#' + entry.id) { reveal(); target.scrollIntoView(); } else { location.hash = entry.id; }
      target.setAttribute('tabindex', '-1');
      target.focus({ preventScroll: true });
    }
    function look() {
      var wanted = input.value.toLowerCase().replace(/\s+/g, '');
      list.textContent = '';
      if (!wanted) { close(); return; }
      found = entries.filter(function (entry) { return entry.plain.indexOf(wanted) >= 0; })
        .sort(function (a, b) { return a.plain.indexOf(wanted) - b.plain.indexOf(wanted); }).slice(0, 12);
      found.forEach(function (entry, place) {
        var item = document.createElement('li');
        item.id = 'page-search-' + place;
        item.setAttribute('role', 'option');
        item.textContent = entry.words;
        item.addEventListener('mousedown', function (event) { event.preventDefault(); jump(entry); });
        list.appendChild(item);
      });
      if (!found.length) {
        var none = document.createElement('li');
        none.className = 'empty';
        none.setAttribute('role', 'option');
        none.setAttribute('aria-disabled', 'true');
        none.textContent = '没有找到';
        list.appendChild(none);
      }
      list.hidden = false;
      input.setAttribute('aria-expanded', 'true');
      if (found.length) { mark(0); } else { at = -1; input.removeAttribute('aria-activedescendant'); }
    }
    input.addEventListener('input', look);
    input.addEventListener('blur', close);
    input.addEventListener('keydown', function (event) {
      if (event.isComposing) { return; }
      if (event.key === 'Escape') { close(); input.value = ''; return; }
      if (list.hidden || !found.length) { return; }
      if (event.key === 'ArrowDown') { mark((at + 1) % found.length); event.preventDefault(); }
      if (event.key === 'ArrowUp') { mark((at + found.length - 1) % found.length); event.preventDefault(); }
      if (event.key === 'Enter' && found[at]) { jump(found[at]); event.preventDefault(); }
    });
    document.addEventListener('keydown', function (event) {
      var busy = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
      if (event.key === '/' && !busy && !event.ctrlKey && !event.metaKey && !event.altKey) { input.focus(); event.preventDefault(); }
    });
  }

  makeSearch();

  var folded = [];
  window.addEventListener('beforeprint', function () {
    folded = Array.prototype.slice.call(document.querySelectorAll('details:not([open])'));
    folded.forEach(function (details) { details.open = true; });
  });
  window.addEventListener('afterprint', function () {
    folded.forEach(function (details) { details.open = false; });
  });

  // The table of contents marks the section being read.
  var links = document.querySelectorAll('.contents a');
  if (window.IntersectionObserver && links.length) {
    var linkOf = {}, current;
    each(links, function (link) { linkOf[link.getAttribute('href').slice(1)] = link; });
    var observer = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) {
        var link = linkOf[entry.target.id];
        if (!entry.isIntersecting || !link || link === current) { return; }
        if (current) { current.removeAttribute('aria-current'); }
        link.setAttribute('aria-current', 'true');
        current = link;
        var panel = document.getElementById('page-contents');
        if (panel.scrollHeight > panel.clientHeight) {
          var top = link.offsetTop - panel.clientHeight / 2;
          panel.scrollTop = Math.max(0, top);
        }
      });
    }, { rootMargin: '-15% 0px -80% 0px' });
    each(document.querySelectorAll('main section[id]'), function (section) { observer.observe(section); });
  }
})();
