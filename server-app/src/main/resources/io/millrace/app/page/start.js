'use strict';
/* Puts the page together: the tools, what is dropped, and the keys of the whole page. */

// Files and folders to upload.

function onChosen(event) {
  const input = event.target;
  const files = [...input.files].map(file => [file.webkitRelativePath || file.name, file]);
  if (files.length === 1 && wanted?.split('/').at(-1) === files[0][0]) {
    files[0][0] = wanted;
  }
  wanted = undefined;
  if (files.length) {
    add(files);
  }
  input.value = ''; // the same file may be chosen again
}

/** All files below what was dropped; empty folders are made at once. */
async function walk(entry, path, files) {
  if (entry.isFile) {
    files.push([path, await new Promise((found, fail) => entry.file(found, fail))]);
    return;
  }
  const reader = entry.createReader();
  let isEmpty = true;
  for (;;) {
    const some = await new Promise((found, fail) => reader.readEntries(found, fail));
    if (some.length === 0) {
      break;
    }
    isEmpty = false;
    for (const child of some) {
      await walk(child, `${path}/${child.name}`, files);
    }
  }
  if (isEmpty) {
    await request('PUT', urlOf(`${path}/`));
    refreshSoon();
  }
}

const onDrop = tried(async event => {
  // The list is gone after the first await.
  const dropped = [...event.dataTransfer.items].filter(item => item.kind === 'file')
    .map(item => item.webkitGetAsEntry?.() ?? item.getAsFile());
  const files = [];
  for (const entry of dropped.filter(Boolean)) {
    if (entry instanceof File) {
      files.push([entry.name, entry]);
    } else {
      await walk(entry, entry.name, files);
    }
  }
  if (files.length) {
    add(files);
  }
});

function takeDrops() {
  let depth = 0; // entering a child comes before leaving its parent
  const isFiles = event => event.dataTransfer?.types.includes('Files');
  const show = change => {
    depth = Math.max(0, depth + change);
    document.body.classList.toggle('dropping', depth > 0);
  };
  addEventListener('dragenter', event => isFiles(event) && show(1));
  addEventListener('dragleave', event => isFiles(event) && show(-1));
  addEventListener('dragover', event => {
    if (isFiles(event)) {
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
    }
  });
  addEventListener('drop', event => {
    if (isFiles(event)) {
      event.preventDefault();
      show(-depth);
      onDrop(event);
    }
  });
}

// The tools.

function uploadTools() {
  const form = $('upload');
  const file = $('file');
  file.multiple = true;
  file.required = false;
  const folder = h('input', { type: 'file', id: 'folder', webkitdirectory: true, multiple: true,
    class: 'hidden', tabindex: '-1', 'aria-label': 'Upload a folder' });
  for (const input of [file, folder]) {
    input.addEventListener('change', onChosen);
  }
  form.replaceChildren(
    h('label', { class: 'as-button main' }, h('i', { class: 'i up' }), 'Upload', file),
    folder);
  return [form, button('Upload folder', () => folder.click(), { class: 'wide' }),
    button('New folder', newFolder, { class: 'wide' })];
}

function toolMenu(event) {
  openMenu(event.currentTarget, [
    may('w') && ['Upload folder', () => $('folder').click()],
    may('w') && ['New folder', newFolder],
    ...archivesOf(here),
    ['Select all', () => selectAll(true)],
    ['Refresh', tried(refresh)],
    ['Keys', showKeys],
  ]);
}

function buildTools() {
  const search_ = h('input', { type: 'search', id: 'search', placeholder: 'Search this folder',
    'aria-label': 'Search this folder', autocomplete: 'off', input: event => {
      search = plain(event.target.value);
      draw();
    }, keydown: event => {
      if (event.key === 'ArrowDown') {
        event.preventDefault();
        focusOn(shownEntries[0]);
      }
    } });
  $('tools').append(...(may('w') ? uploadTools() : []), search_,
    iconButton('again', 'Refresh', tried(refresh)),
    iconButton('more', 'More', toolMenu, { 'aria-haspopup': 'menu' }));
}

function buildHead() {
  const row = table.tHead.rows[0];
  const all = h('input', { type: 'checkbox', id: 'all', 'aria-label': 'Select all',
    change: event => selectAll(event.target.checked) });
  for (const head of row.cells) {
    const by = head.dataset.by;
    head.replaceChildren(button(head.textContent, () => sortBy(by)));
  }
  row.prepend(h('td', { class: 'c', role: 'cell' }, all));
  row.append(h('td', { class: 'a', role: 'cell' }));
  try {
    const kept = JSON.parse(localStorage.getItem('millrace-order'));
    order = kept && COMPARE[kept.by] ? kept : order;
  } catch {
    // Other pages of this origin may write there, too.
  }
  showOrder();
}

function buildSelection() {
  $('selection').append(
    canMove && button('Move to\u2026', () => move([...selected])),
    may('d') && button('Delete\u2026', () => remove([...selected]), { class: 'danger' }),
    button('Clear', () => selectAll(false)));
}

function listen() {
  table.addEventListener('click', event => {
    const box = event.target.closest('.c input');
    const entry = box?.closest('tr').entry;
    if (entry) {
      select(entry, box.checked, event.shiftKey);
    }
  });
  table.addEventListener('keydown', onListKey);
  addEventListener('keydown', event => {
    if (event.target.matches('input, select, textarea') || document.querySelector('dialog[open], :popover-open')) {
      if (event.key === 'Escape' && event.target.id === 'search') {
        event.target.value = search = '';
        draw();
      }
      return;
    }
    const action = event.ctrlKey || event.metaKey || event.altKey ? undefined : {
      '/': () => $('search').focus(),
      '?': showKeys,
      Escape: () => selectAll(false),
      Backspace: () => document.querySelector('#crumbs li:nth-last-child(2) a')?.click(),
    }[event.key];
    if (action) {
      event.preventDefault();
      action();
    }
  });
  addEventListener('beforeunload', event => {
    if (underWay().length) {
      event.preventDefault();
    }
  });
  let hiddenAt = Infinity;
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) {
      hiddenAt = performance.now();
    } else if (performance.now() - hiddenAt > 30_000) {
      refreshSoon();
    }
  });
}

document.documentElement.classList.add('js');
buildTools();
buildHead();
buildSelection();
readRows();
listen();
draw();
if (may('w')) {
  takeDrops();
  $('pause-all').addEventListener('click', pauseAll);
  $('cancel-all').addEventListener('click', cancelAll);
  findLost();
}
