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

  each(document.querySelectorAll('table[data-filter]'), makeFilter);
  each(document.querySelectorAll('table'), makeSortable);

  // A table that fits needs no box that scrolls, and without one its head can stay in view.
  function fitTables() {
    each(document.querySelectorAll('.table > .scroll'), function (box) {
      box.classList.remove('fits');
      var fits = box.scrollWidth <= box.clientWidth + 1;
      box.classList.toggle('fits', fits);
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
