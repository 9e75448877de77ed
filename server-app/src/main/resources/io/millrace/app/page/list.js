/* The list: its entries, their order, which are shown and selected. */

const ROWS_PER_CHUNK = 50;
/** Of a page whose address says no limit (as in Page.java). */
const MOST_ENTRIES = 10_000;
const KIND_OF = new Map(Object.entries({
  image: 'avif bmp gif heic jpeg jpg png svg tif tiff webp',
  video: 'avi m4v mkv mov mp4 mpeg mpg webm',
  audio: 'aac flac m4a mp3 oga ogg opus wav wma',
  archive: '7z bz2 deb gz iso jar rar rpm tar tgz xz zip zst',
  text: 'c css csv doc docx go htm html java js json log md odt pdf py rs sh txt xml yaml yml',
}).flatMap(([kind, types]) => types.split(' ').map(type => [type, kind])));

const table = $('list');
/** By path: name, isFolder, size, time (0: it has none), row. */
const entries = new Map();
/** The entries that are shown, in order. */
let view = [];
const selected = new Set();
let lastSelected;
let order = { by: 'name', down: false };
let search = '';
let changes = 0; // of the entries
let isMore = Boolean(document.querySelector('[rel=next]'));

// Rows.

function readRows() {
  for (const row of table.tBodies[0].rows) {
    const href = row.querySelector('a').getAttribute('href');
    const [, name, slash] = /^..(.*?)(\/?)$/s.exec(decodeURIComponent(href));
    entries.set(name + slash, { name, isFolder: Boolean(slash), row,
      size: Number(row.cells[1].dataset.b ?? 0),
      time: Date.parse(row.querySelector('time').dateTime) || 0 });
  }
}

function rowOf(entry) {
  return entry.row ??= h('tr', { class: entry.isFolder && 'd' }, h('td', { class: 'n' },
    h('a', { href: urlOf(pathOf(entry)) }, bdi(entry.name))),
  h('td', { class: 's' }), h('td', { class: 't' }, h('time')));
}

/** Gives a row what only those need that are seen. */
function dress(entry) {
  const { row, name, isFolder } = entry;
  if (!row.entry) {
    row.entry = entry;
    row.role = 'row';
    row.prepend(h('td', { class: 'c' },
      h('input', { type: 'checkbox', 'aria-label': `Select ${shown(name)}` })));
    row.append(h('td', { class: 'a' }, actionsOf(entry)));
    row.querySelector('a').classList.add(KIND_OF.get(name.split('.').pop().toLowerCase()) ?? 'f');
    for (const cell of row.cells) {
      cell.role = cell.className === 'n' ? 'rowheader' : 'cell';
    }
  }
  const [, , size, time] = row.cells;
  size.textContent = isFolder ? '' : bytes(entry.size);
  size.title = isFolder ? '' : unit(entry.size, 'byte');
  if (entry.time) {
    time.firstChild.dateTime = time.title = new Date(entry.time).toISOString();
    time.firstChild.textContent = date(entry.time);
  }
  mark(entry);
}

function actionsOf(entry) {
  const name = shown(entry.name);
  return [
    canPreview(entry) && sign('eye', `Preview ${name}`, () => preview(entry)),
    may('d') && sign('bin', `Delete ${name}`, () => remove([entry])),
    sign('more', `More for ${name}`, event => openMenu(event, menuOf(entry)),
      { 'aria-haspopup': 'menu' }),
  ];
}

function menuOf(entry) {
  const url = urlOf(pathOf(entry));
  return [
    ...(entry.isFolder ? archivesOf(url) : []),
    canPreview(entry) && ['Preview', () => preview(entry)],
    canPreview(entry) && ['Download', () => download(url)],
    ['Copy link', () => copyLink(url)],
    canMove && ['Rename\u2026', () => rename(entry)],
    canMove && ['Move to\u2026', () => move([entry])],
    may('d') && ['Delete\u2026', () => remove([entry])],
  ];
}

// Order and search.

const COMPARE = {
  name: (a, b) => compareNames(a.name, b.name),
  size: (a, b) => a.size - b.size,
  time: (a, b) => a.time - b.time,
};

const compare = (a, b) => b.isFolder - a.isFolder
  || COMPARE[order.by](a, b) * (order.down ? -1 : 1) || COMPARE.name(a, b);

const plain = text => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
const matches = entry => (entry.plain ??= plain(entry.name)).includes(search);

/** Draws the list anew; rows, focus and place stay. */
function draw() {
  const focused = document.activeElement;
  const at = view.indexOf(focused.closest('tr')?.entry);
  view = [...entries.values()].filter(matches).sort(compare);
  seen.disconnect();
  [...table.tBodies].forEach(body => body.remove());
  for (let from = 0; from < view.length; from += ROWS_PER_CHUNK) {
    const items = view.slice(from, from + ROWS_PER_CHUNK);
    const chunk = h('tbody', { role: 'rowgroup' }, items.map(rowOf));
    chunk.items = items;
    chunk.style.setProperty('--rows', items.length);
    table.append(chunk);
    if (from) {
      seen.observe(chunk);
    } else {
      items.forEach(dress);
    }
  }
  if (table.contains(focused)) {
    focused.focus({ preventScroll: true });
  } else if (at >= 0) { // what was focused is gone
    $('main').focus({ preventScroll: true });
    focusOn(view[Math.min(at, view.length - 1)]);
  }
  tell();
}

const seen = new IntersectionObserver(changes => changes.forEach(({ isIntersecting, target }) => {
  if (isIntersecting) {
    target.items.forEach(dress);
    seen.unobserve(target);
  }
}), { rootMargin: '1000px' });

function tell() {
  const size = view.reduce((sum, entry) => sum + entry.size, 0);
  $('count').textContent = plural(view.length, 'item')
    + (search ? ` of ${number(entries.size)}` : '') + (isMore ? ' on this page' : '')
    + (size ? `, ${bytes(size)}` : '');
  $('empty').hidden = view.length;
  $('empty').textContent = search ? 'No names match.'
    : `This folder is empty.${may('w') ? ' Drop files here, or choose Upload.' : ''}`;
  if (!selected.size && $('selection').contains(document.activeElement)) {
    $('all').focus({ preventScroll: true });
  }
  $('selection').hidden = !selected.size;
  $('selected').textContent = `${number(selected.size)} selected`;
  $('all').checked = selected.size && view.every(entry => selected.has(entry));
  $('all').indeterminate = selected.size && !$('all').checked;
}

function sortBy(by) {
  order = { by, down: order.by === by ? !order.down : by !== 'name' };
  kept.set('millrace-order', JSON.stringify(order));
  showOrder();
  draw();
}

function showOrder() {
  for (const head of table.querySelectorAll('th')) {
    head.ariaSort = head.dataset.by !== order.by ? 'none'
      : order.down ? 'descending' : 'ascending';
  }
  scrollTo(0, 0);
}

// Selection.

function mark(entry) {
  const isOn = selected.has(entry);
  entry.row.classList.toggle('on', isOn);
  if (entry.row.entry) {
    entry.row.querySelector('input').checked = isOn;
  }
}

/** With a range, all from the last one on. */
function select(entry, isOn, isRange) {
  const [from, to] = [lastSelected, entry].map(one => view.indexOf(one)).sort((a, b) => a - b);
  selectAll(isOn, isRange && from >= 0 ? view.slice(from, to + 1) : [entry]);
  lastSelected = entry;
}

function selectAll(isOn, these = isOn ? view : [...selected]) {
  for (const entry of these) {
    selected[isOn ? 'add' : 'delete'](entry);
    mark(entry);
  }
  tell();
}

// What has changed.

function put(entry) {
  changes++;
  const old = entries.get(pathOf(entry));
  if (old) {
    Object.assign(old, entry);
    if (old.row?.entry) {
      dress(old);
    }
  } else {
    entries.set(pathOf(entry), entry);
  }
}

const isTaken = name => entries.has(name) || entries.has(`${name}/`);

function drop(entry) {
  changes++;
  entries.delete(pathOf(entry));
  selected.delete(entry);
}

/** Reads the folder again; what is selected, sought and sorted stays. */
async function refresh() {
  const before = changes;
  const query = new URLSearchParams(location.search);
  const listing = await list(here, query.has('limit') ? query : [...query, ['limit', MOST_ENTRIES]]);
  if (changes !== before) { // it may be older
    refreshSoon();
    return;
  }
  const found = listing.entries.map(({ name, type, size = 0, time }) =>
    ({ name, isFolder: type === 'folder', size, time: Date.parse(time) || 0 }));
  const there = new Set(found.map(pathOf));
  [...entries].filter(([path]) => !there.has(path)).forEach(([, entry]) => drop(entry));
  found.forEach(put);
  isMore = listing.next !== null;
  draw();
}

const refreshSoon = soon(tried(refresh), 500);
const drawSoon = soon(draw, 300);

// Keys in the list.

function focusOn(entry) {
  if (entry) {
    dress(entry);
    entry.row.querySelector('a').focus();
  }
}

function onListKey(event) {
  const entry = event.target.closest('tr')?.entry;
  const at = view.indexOf(entry);
  const action = entry && {
    ArrowDown: () => focusOn(view[at + 1]),
    ArrowUp: () => (at ? focusOn(view[at - 1]) : $('search').focus()),
    Home: () => focusOn(view[0]),
    End: () => focusOn(view.at(-1)),
    ' ': event.target.matches('a') && (() => select(entry, !selected.has(entry), event.shiftKey)),
    p: canPreview(entry) && (() => preview(entry)),
    Delete: may('d') && (() => remove(selected.has(entry) ? [...selected] : [entry])),
    F2: canMove && (() => rename(entry)),
    'ctrl a': () => selectAll(true),
  }[event.ctrlKey || event.metaKey ? `ctrl ${event.key}` : event.key];
  if (action && !event.altKey) {
    event.preventDefault();
    action();
  }
}
