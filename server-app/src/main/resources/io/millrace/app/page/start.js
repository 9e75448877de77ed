/* Puts the page together: tools, drops, and the keys of the whole page. */

function onChosen({ target: input }) {
  const files = [...input.files].map(file => [file.webkitRelativePath || file.name, file]);
  if (files.length === 1 && wanted?.split('/').at(-1) === files[0][0]) {
    files[0][0] = wanted;
  }
  wanted = undefined;
  input.value = ''; // the same file may be chosen again
  add(files);
}

/** Finds all files below what was dropped, the paths of empty folders, and what can't be read. */
const walk = (entry, path, found) => walkOn(entry, path, found).catch(({ message }) =>
  found.faults.push(`${quoted(path)}: ${message}`));

async function walkOn(entry, path, found) {
  if (entry.isFile) {
    found.files.push([path, await new Promise((done, fail) => entry.file(done, fail))]);
    return;
  }
  const reader = entry.createReader();
  for (let isEmpty = true; ; isEmpty = false) {
    const some = await new Promise((done, fail) => reader.readEntries(done, fail));
    if (!some.length) {
      if (isEmpty) {
        found.empty.push(path);
      }
      return;
    }
    for (const child of some) {
      await walk(child, `${path}/${child.name}`, found);
    }
  }
}

async function onDrop({ dataTransfer }) {
  // All at once: the list is gone after the first await.
  const dropped = [...dataTransfer.items].filter(item => item.kind === 'file')
    .map(item => item.webkitGetAsEntry() ?? item.getAsFile());
  const found = { files: [], empty: [], faults: [] };
  for (const entry of dropped) {
    await (entry instanceof File ? found.files.push([entry.name, entry])
      : walk(entry, entry.name, found));
  }
  const { files, empty, faults } = found;
  add(files); // whatever becomes of the others
  for (const path of empty) {
    await request('PUT', urlOf(`${path}/`))
      .then(refreshSoon, ({ message }) => faults.push(`${quoted(path)}: ${message}`));
  }
  const [first, ...more] = faults;
  if (first) {
    note(first + (more.length ? ` And ${number(more.length)} more.` : ''), true);
  }
}

function takeDrops() {
  let depth = 0; // the pointer enters a child before it leaves the parent
  const on = (type, change, action) => addEventListener(type, event => {
    if (event.dataTransfer?.types.includes('Files')) {
      event.preventDefault();
      depth = Math.max(0, depth + change);
      document.body.classList.toggle('dropping', depth > 0);
      action?.(event);
    }
  });
  on('dragenter', 1);
  on('dragover', 0);
  on('dragleave', -1);
  on('drop', -Infinity, onDrop);
}

const folderTools = may('w')
  ? [['Upload folder', () => $('folder').click()], ['New folder', newFolder]] : [];

/** The form, whose files are now uploaded when they are chosen. */
function uploadTools() {
  const file = $('file');
  file.multiple = true;
  file.ariaLabel = null; // it has a label now
  const folder = h('input', { type: 'file', id: 'folder', webkitdirectory: true, class: 'hidden',
    tabindex: '-1', 'aria-label': 'Folder to upload' });
  [file, folder].forEach(input => input.addEventListener('change', onChosen));
  file.addEventListener('click', () => {
    wanted = undefined; // of a choice before, which was left without one
  });
  $('upload').replaceChildren(
    h('label', { class: 'as-button main' }, h('i', { class: 'i up' }), 'Upload', file), folder);
  return $('upload');
}

function buildTools() {
  const label = 'Search this folder';
  const sought = h('input', { type: 'search', id: 'search', placeholder: label,
    'aria-label': label, autocomplete: 'off', input: () => {
      search = plain(sought.value);
      scrollTo(0, 0);
      draw();
    }, keydown: event => {
      if (event.key === 'ArrowDown') {
        event.preventDefault();
        focusOn(view[0]);
      }
    } });
  const some = (label, action, more) => button(label, () => action([...selected]), more);
  $('tools').append(may('w') ? uploadTools() : '',
    ...folderTools.map(([label, action]) => button(label, action, { class: 'wide' })), sought,
    sign('again', 'Refresh', tried(refresh)),
    sign('more', 'More', event => openMenu(event, [...folderTools, ...archivesOf(here),
      ['Copy link', () => copyLink(here)], ['Shortcuts', showKeys]]), { 'aria-haspopup': 'menu' }));
  $('selection').append(canMove ? some('Move to\u2026', move) : '',
    may('d') ? some('Delete\u2026', remove, { class: 'danger' }) : '',
    button('Clear', () => selectAll(false)));
}

function buildHead() {
  const [row] = table.tHead.rows;
  for (const head of row.cells) {
    head.replaceChildren(button(head.textContent, () => sortBy(head.dataset.by)));
  }
  row.prepend(h('td', { class: 'c', role: 'cell' }, h('input', { type: 'checkbox', id: 'all',
    'aria-label': 'Select all', change: event => selectAll(event.target.checked) })));
  row.append(h('td', { class: 'a', role: 'cell' }));
  try {
    const wished = JSON.parse(kept.get('millrace-order'));
    order = COMPARE[wished?.by] ? wished : order;
  } catch {
    // Other pages may write there.
  }
  showOrder();
}

function onKey(event) {
  const { key, target } = event;
  if (target.id === 'search' && key === 'Escape') {
    target.value = search = '';
    draw();
  }
  const action = {
    '/': () => $('search').focus(),
    '?': showKeys,
    Escape: () => selectAll(false),
    Backspace: () => document.querySelector('#crumbs li:nth-last-child(2) a')?.click(),
  }[key];
  if (action && !target.matches('input:not([type=checkbox])') && !event.ctrlKey && !event.metaKey
      && !event.altKey && !document.querySelector('dialog[open], :popover-open')) {
    event.preventDefault();
    action();
  }
}

function listen() {
  table.addEventListener('keydown', onListKey);
  table.addEventListener('click', ({ target, shiftKey }) => {
    if (target.matches('tbody input')) {
      select(target.closest('tr').entry, target.checked, shiftKey);
    }
  });
  addEventListener('keydown', onKey);
  addEventListener('beforeunload', event => underWay().length && event.preventDefault());
  document.addEventListener('visibilitychange', () => document.hidden || refreshSoon());
  // The head of the list stays below that of the page, however many lines that has.
  new ResizeObserver(([{ target }]) => document.documentElement.style
    .setProperty('--head', `${target.offsetHeight}px`)).observe(document.querySelector('header'));
}

document.documentElement.classList.add('js');
buildTools();
buildHead();
readRows();
listen();
draw();
if (may('w')) {
  takeDrops();
  $('pause-all').addEventListener('click', pauseAll);
  $('cancel-all').addEventListener('click', cancelAll);
  findLost();
}
