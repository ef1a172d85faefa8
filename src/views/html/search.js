// Search: sections, indicators and problems by name or code. The box is made here, so that without script there is none.
(function () {
  'use strict';
  var place = document.getElementById('page-search');
  if (!place) { return; }
  var entries = [], seen = {};
  function add(target, text) {
    var key = target + '\n' + text;
    if (target && text && !seen[key]) { seen[key] = true; entries.push({ target: target, text: text }); }
  }
  Array.prototype.forEach.call(document.querySelectorAll('main section[id]'), function (section) {
    var head = section.querySelector('h2, h3, h4, h5, h6');
    if (head) { add(section.id, head.textContent.trim()); }
  });
  Array.prototype.forEach.call(document.querySelectorAll('main table[id]'), function (table) {
    var caption = table.querySelector('caption');
    if (caption && caption.textContent.trim()) { add(table.id, caption.textContent.trim()); }
  });
  Array.prototype.forEach.call(document.querySelectorAll('#closing-items tbody tr'), function (row, number) {
    if (!row.id) { row.id = 'page-item-' + number; }
    add(row.id, Array.prototype.slice.call(row.cells, 0, 3).map(function (cell) { return cell.textContent.trim(); }).join(' '));
  });
  var input = document.createElement('input');
  input.type = 'search';
  input.id = 'page-search-input';
  input.placeholder = '搜索（按 / 键）';
  input.setAttribute('aria-label', '搜索单位、指标、问题');
  input.setAttribute('role', 'combobox');
  input.setAttribute('aria-expanded', 'false');
  input.setAttribute('aria-controls', 'page-search-list');
  input.setAttribute('aria-autocomplete', 'list');
  input.autocomplete = 'off';
  var list = document.createElement('ul');
  list.id = 'page-search-list';
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', '搜索结果');
  list.hidden = true;
  place.appendChild(input);
  place.appendChild(list);
  var found = [], at = -1;
  function mark(next) {
    at = next;
    Array.prototype.forEach.call(list.children, function (item, number) {
      item.setAttribute('aria-selected', number === at ? 'true' : 'false');
    });
    if (at >= 0) {
      input.setAttribute('aria-activedescendant', list.children[at].id);
      list.children[at].scrollIntoView({ block: 'nearest' });
    } else {
      input.removeAttribute('aria-activedescendant');
    }
  }
  function show() {
    var wanted = input.value.trim().toLowerCase();
    found = wanted === '' ? [] : entries.filter(function (entry) {
      return entry.text.toLowerCase().indexOf(wanted) >= 0;
    }).slice(0, 20);
    list.textContent = '';
    found.forEach(function (entry, number) {
      var item = document.createElement('li');
      item.id = 'page-search-' + number;
      item.setAttribute('role', 'option');
      item.textContent = entry.text;
      item.addEventListener('mousedown', function (event) { event.preventDefault(); go(number); });
      list.appendChild(item);
    });
    list.hidden = found.length === 0;
    input.setAttribute('aria-expanded', found.length === 0 ? 'false' : 'true');
    mark(found.length > 0 ? 0 : -1);
  }
  function close() {
    list.hidden = true;
    input.setAttribute('aria-expanded', 'false');
    mark(-1);
  }
  function go(number) {
    var target = found[number].target;
    close();
    input.blur();
    if (location.hash === '#' + target) { document.getElementById(target).scrollIntoView(); }
    location.hash = '#' + target;
  }
  input.addEventListener('input', show);
  input.addEventListener('blur', close);
  input.addEventListener('keydown', function (event) {
    if (event.key === 'ArrowDown' && found.length) { mark((at + 1) % found.length); event.preventDefault(); }
    if (event.key === 'ArrowUp' && found.length) { mark((at + found.length - 1) % found.length); event.preventDefault(); }
    if (event.key === 'Enter' && at >= 0) { go(at); event.preventDefault(); }
    if (event.key === 'Escape') { close(); }
  });
  document.addEventListener('keydown', function (event) {
    var tag = event.target && event.target.tagName;
    if (event.key === '/' && tag !== 'INPUT' && tag !== 'TEXTAREA' && tag !== 'SELECT') { input.focus(); event.preventDefault(); }
  });
})();
