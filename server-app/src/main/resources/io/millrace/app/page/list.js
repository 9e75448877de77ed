'use strict';
/* The list: its entries, their order, what of them is shown, and which of them are selected. */

const ROWS_PER_CHUNK = 50;
const KINDS = {
  image: 'avif bmp gif heic ico jpeg jpg png svg tif tiff webp',
  video: 'avi m4v mkv mov mp4 mpeg mpg ogv webm',
  audio: 'aac aiff flac m4a mid mp3 oga ogg opus wav wma',
  archive: '7z bz2 deb dmg gz iso jar rar rpm tar tgz war xz zip zst',
  text: 'c cc cfg conf cpp css csv doc docx go h htm html ini java js json kt log md odt pdf py rb rs'
    + ' rtf sh sql tex toml ts txt xml yaml yml',
};
const KIND_OF = new Map(Object.entries(KINDS)
  .flatMap(([kind, types]) => types.split(' ').map(type => [type, kind])));

const table = $('list');
/** Name to entry: name, isFolder, size, time, and its row. */
const entries = new Map();
/** The entries that are shown, in order. */
let shownEntries = [];
const selected = new Set();
let lastSelected;
let order = { by: 'name', down: false };
let search = '';
/** Where this page of the folder goes on; null at its end. */
let nextPage = document.querySelector('[rel=next]')?.getAttribute('href') ?? null;

// Rows.

function readRows() {
  for (const row of table.tBodies[0].rows) {
    const link = row.querySelector('a');
    const isFolder = row.className === 'd';
    const name = decodeURIComponent(link.getAttribute('href').slice(2, isFolder ? -1 : undefined));
    entries.set(name, { name, isFolder, row, size: Number(row.cells[1].dataset.b ?? 0),
      time: Date.parse(row.querySelector('time').dateTime) });
  }
}

function rowOf(entry) {
  entry.row ??= h('tr', { class: entry.isFolder ? 'd' : '' },
    h('td', { class: 'n' }, h('a', { href: `./${encode(entry.name)}${entry.isFolder ? '/' : ''}` },
      bdi(entry.name))),
    h('td', { class: 's' }), h('td', { class: 't' }, h('time')));
  return entry.row;
}

/** Gives a row what only those that are seen need; thousands are cheap without it. */
function dress(entry) {
  const { row } = entry;
  row.entry = entry;
  row.setAttribute('role', 'row');
  if (row.cells.length === 3) {
    row.prepend(h('td', { class: 'c' }, h('input', { type: 'checkbox',
      'aria-label': `Select ${shown(entry.name)}` })));
    row.append(h('td', { class: 'a' }, actionsOf(entry)));
    row.querySelector('a').classList.add(KIND_OF.get(typeOf(entry.name)) ?? 'file');
    for (const cell of row.cells) {
      cell.setAttribute('role', cell.className === 'n' ? 'rowheader' : 'cell');
    }
  }
  const [, , size, time] = row.cells;
  size.textContent = entry.isFolder ? '' : bytes(entry.size);
  size.title = entry.isFolder ? '' : unit(entry.size, 'byte');
  time.firstChild.dateTime = new Date(entry.time).toISOString();
  time.firstChild.textContent = dates.format(entry.time);
  time.title = exactDates.format(entry.time);
  mark(entry);
}

function actionsOf(entry) {
  const name = shown(entry.name);
  return [
    !entry.isFolder && may('r') && iconButton('eye', `Preview ${name}`, () => preview(entry)),
    may('d') && iconButton('bin', `Delete ${name}`, () => remove([entry])),
    iconButton('more', `More for ${name}`, event => openMenu(event.currentTarget, menuOf(entry)),
      { 'aria-haspopup': 'menu' }),
  ];
}

function menuOf(entry) {
  const one = [entry];
  return [
    !entry.isFolder && may('r') && ['Preview', () => preview(entry)],
    !entry.isFolder && may('r') && ['Download', () => download(urlOf(entry.name), entry.name)],
    ...(entry.isFolder ? archivesOf(urlOf(`${entry.name}/`)) : []),
    ['Copy link', () => copyLink(entry)],
    canMove && ['Rename\u2026', () => rename(entry)],
    canMove && ['Move to\u2026', () => move(one)],
    may('d') && ['Delete\u2026', () => remove(one)],
  ];
}

// Order and search.

const COMPARE = {
  name: (a, b) => names.compare(a.name, b.name),
  size: (a, b) => a.size - b.size,
  time: (a, b) => a.time - b.time,
};

function compare(a, b) {
  if (a.isFolder !== b.isFolder) {
    return a.isFolder ? -1 : 1;
  }
  const way = COMPARE[order.by](a, b);
  return (order.down ? -way : way) || COMPARE.name(a, b) || (a.name < b.name ? -1 : 1);
}

const plain = text => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

function matches(entry) {
  entry.plain ??= plain(entry.name);
  return entry.plain.includes(search);
}

/** Draws the list anew. Rows are kept, and so are the focus and the place. */
function draw() {
  const focused = document.activeElement.closest?.('tr')?.entry && document.activeElement;
  shownEntries = [...entries.values()].filter(matches).sort(compare);
  const chunks = [];
  for (let from = 0; from < shownEntries.length; from += ROWS_PER_CHUNK) {
    const part = shownEntries.slice(from, from + ROWS_PER_CHUNK);
    const chunk = h('tbody', { role: 'rowgroup' }, part.map(rowOf));
    chunk.items = part;
    chunk.style.setProperty('--rows', part.length);
    chunks.push(chunk);
  }
  seen.disconnect();
  for (const body of [...table.tBodies]) {
    body.remove();
  }
  table.append(...(chunks.length ? chunks : [h('tbody')]));
  chunks.slice(0, 2).forEach(chunk => chunk.items.forEach(dress));
  chunks.slice(2).forEach(chunk => seen.observe(chunk));
  focused?.focus({ preventScroll: true });
  tell();
}

const seen = new IntersectionObserver(changes => {
  for (const { isIntersecting, target } of changes) {
    if (isIntersecting) {
      target.items.forEach(dress);
      seen.unobserve(target);
    }
  }
}, { rootMargin: '1000px' });

/** Says how many there are. */
function tell() {
  const files = shownEntries.filter(entry => !entry.isFolder);
  const size = bytes(files.reduce((sum, file) => sum + file.size, 0));
  const all = plural(shownEntries.length, 'item', 'items');
  const where = nextPage ? ' on this page' : '';
  $('count').textContent = search ? `${all} of ${numbers.format(entries.size)}${where}`
    : files.length ? `${all}${where}, ${size}` : `${all}${where}`;
  $('empty').textContent = entries.size ? 'Nothing here has such a name.' : may('w')
    ? 'This folder is empty. Drop files here, or choose Upload.' : 'This folder is empty.';
  $('empty').hidden = shownEntries.length > 0;
  const isSome = selected.size > 0;
  $('selection').hidden = !isSome;
  $('selected').textContent = `${numbers.format(selected.size)} selected`;
  const all_ = $('all');
  all_.checked = isSome && shownEntries.every(entry => selected.has(entry));
  all_.indeterminate = isSome && !all_.checked;
}

function sortBy(by) {
  order = { by, down: order.by === by ? !order.down : by !== 'name' };
  localStorage.setItem('millrace-order', JSON.stringify(order));
  showOrder();
  draw();
}

function showOrder() {
  for (const head of table.tHead.rows[0].cells) {
    if (head.dataset.by === order.by) {
      head.setAttribute('aria-sort', order.down ? 'descending' : 'ascending');
    } else {
      head.removeAttribute('aria-sort');
    }
  }
}

// Selection.

function mark(entry) {
  const isOn = selected.has(entry);
  entry.row.classList.toggle('on', isOn);
  const box = entry.row.querySelector('.c input');
  if (box) {
    box.checked = isOn;
  }
}

/** Selects or not; with a range, all from the last one on. */
function select(entry, isOn, isRange) {
  const from = shownEntries.indexOf(lastSelected);
  const to = shownEntries.indexOf(entry);
  const range = isRange && from >= 0
    ? shownEntries.slice(Math.min(from, to), Math.max(from, to) + 1) : [entry];
  for (const one of range) {
    selected[isOn ? 'add' : 'delete'](one);
    mark(one);
  }
  lastSelected = entry;
  tell();
}

function selectAll(isOn) {
  for (const entry of isOn ? shownEntries : selected) {
    selected[isOn ? 'add' : 'delete'](entry);
    mark(entry);
  }
  tell();
}

// What has changed.

function put(entry) {
  const old = entries.get(entry.name);
  if (old && old.isFolder === entry.isFolder) {
    Object.assign(old, entry);
    if (old.row?.entry) {
      dress(old);
    }
  } else {
    entries.set(entry.name, entry);
    selected.delete(old);
  }
}

function drop(entry) {
  entries.delete(entry.name);
  selected.delete(entry);
}

let refreshing;

/** Reads the folder again. What is selected, sought and sorted stays. */
function refresh() {
  refreshing ??= (async () => {
    try {
      const listing = await list(here, location.search);
      const there = new Set(listing.entries.map(entry => entry.name));
      [...entries.values()].filter(entry => !there.has(entry.name)).forEach(drop);
      for (const { name, type, size = 0, time } of listing.entries) {
        put({ name, isFolder: type === 'folder', size, time: Date.parse(time) });
      }
      nextPage = listing.next;
      draw();
    } finally {
      refreshing = undefined;
    }
  })();
  return refreshing;
}

let refreshPlan;

/** Refreshes soon; many changes are one refresh. */
function refreshSoon() {
  refreshPlan ??= setTimeout(() => {
    refreshPlan = undefined;
    refresh().catch(failed);
  }, entries.size > 1000 ? 3000 : 400);
}

// Keys in the list.

function focusOn(entry) {
  if (entry) {
    dress(entry);
    entry.row.querySelector('a').focus();
  }
}

function onListKey(event) {
  const entry = event.target.closest('tr')?.entry;
  if (!entry || event.altKey) {
    return;
  }
  const at = shownEntries.indexOf(entry);
  const action = {
    ArrowDown: () => focusOn(shownEntries[at + 1]),
    ArrowUp: () => (at ? focusOn(shownEntries[at - 1]) : $('search').focus()),
    Home: () => focusOn(shownEntries[0]),
    End: () => focusOn(shownEntries.at(-1)),
    ' ': event.target.matches('a') && (() => select(entry, !selected.has(entry), event.shiftKey)),
    p: !entry.isFolder && may('r') && (() => preview(entry)),
    Delete: may('d') && (() => remove(chosen(entry))),
    F2: canMove && (() => rename(entry)),
    a: (event.ctrlKey || event.metaKey) && (() => selectAll(true)),
  }[event.key];
  if (action) {
    event.preventDefault();
    action();
  }
}

/** The selected entries, if this one is among them; else it alone. */
const chosen = entry => (selected.has(entry) ? [...selected] : [entry]);
