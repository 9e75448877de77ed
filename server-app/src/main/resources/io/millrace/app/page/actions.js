'use strict';
/* What changes the store but uploads: new folder, rename, move, delete. */

/** Moving takes the object away from where it was. */
const canMove = ['r', 'w', 'd'].every(may);
const NO_NAME = /^\.{0,2}$|\//;

function checkName(name) {
  if (NO_NAME.test(name)) {
    throw new Error('A name has at least one letter or digit, and no slash.');
  }
  return name;
}

function newFolder() {
  return askText({ title: 'New folder', label: 'Name', choice: 'Create', check: async text => {
    const name = checkName(text);
    if (entries.has(name)) {
      throw new Error('The name is taken.');
    }
    await request('PUT', urlOf(`${name}/`), { 'If-None-Match': '*' });
    put({ name, isFolder: true, size: 0, time: Date.now() });
    draw();
    focusOn(entries.get(name));
  } });
}

// Rename and move.

/** Moves within the store. Segments are decoded names; the last of a folder is empty. */
async function moveTo(url, segments, isReplacing) {
  await request('MOVE', url, {
    // As the store sees it, which a proxy may show elsewhere.
    Destination: `/${segments.map(encodeURIComponent).join('/')}`,
    Overwrite: isReplacing ? 'T' : 'F',
  });
}

const hereSegments = storePath.split('/').slice(1, -1).map(decodeURIComponent);

function rename(entry) {
  const slash = entry.isFolder ? [''] : [];
  return askText({ title: 'Rename', label: 'New name', value: entry.name, choice: 'Rename',
    check: async text => {
      const name = checkName(text);
      if (name === entry.name) {
        return;
      }
      try {
        await moveTo(urlOf(entry.name + (slash.length ? '/' : '')),
          [...hereSegments, name, ...slash]);
      } catch (failure) {
        throw failure.status === 412 ? new Error('The name is taken.') : failure;
      }
      drop(entry);
      put({ ...entry, name, row: undefined, plain: undefined });
      draw();
      focusOn(entries.get(name));
    } });
}

const urlOfFolder = segments =>
  new URL(segments.map(name => `${encodeURIComponent(name)}/`).join(''), rootUrl);

/** A folder of the store, by a dialog that goes through them; null if there is none. */
function askFolder(title, choice, notInto) {
  let segments = hereSegments;
  const box = h('div', { class: 'folders' });
  const open = async to => {
    segments = to;
    const { entries: all } = await list(urlOfFolder(to));
    const up = to.length > 0 && button('\u2191 Up', () => show(to.slice(0, -1)));
    const folders = all.filter(entry => entry.type === 'folder'
      && !notInto([...to, entry.name].join('/')));
    box.replaceChildren(h('p', { class: 'path' }, bdi(`/${to.join('/')}`)), ...[up].filter(Boolean),
      ...folders.map(({ name }) => button([h('i', { class: 'i d' }), bdi(name)],
        () => show([...to, name]))));
  };
  const show = tried(open);
  show(segments);
  return ask({ title, content: box, choices: { [choice]: true }, check: () => {
    if (segments.join('/') === hereSegments.join('/')) {
      throw new Error('They are in this folder already: choose another one.');
    }
    return segments;
  } });
}

const move = tried(async chosenEntries => {
  const folders = chosenEntries.filter(entry => entry.isFolder)
    .map(entry => [...hereSegments, entry.name].join('/'));
  const title = chosenEntries.length === 1 ? `Move ${quoted(chosenEntries[0].name)} to`
    : `Move ${plural(chosenEntries.length, 'item', 'items')} to`;
  const to = await askFolder(title, 'Move here', path => folders.includes(path));
  if (!to) {
    return;
  }
  const forAll = {};
  let moved = 0;
  try {
    for (const entry of chosenEntries) {
      moved += await moveInto(entry, to, forAll);
    }
  } finally {
    draw();
    refreshSoon();
  }
  note(`Moved ${plural(moved, 'item', 'items')} to ${quoted(to.at(-1) ?? '/')}.`);
});

/** Moves an entry, asking where its name is taken; the number of those that were moved. */
async function moveInto(entry, to, forAll) {
  const slash = entry.isFolder ? '/' : '';
  let { name } = entry;
  for (let number = 2, isReplacing = false; ;) {
    try {
      await moveTo(urlOf(entry.name + slash), [...to, name, ...(slash && [''])], isReplacing);
      drop(entry);
      return 1;
    } catch (failure) {
      if (failure.status !== 412) {
        throw failure;
      }
    }
    const choice = await askConflict(name, quoted(to.at(-1) ?? '/'), forAll);
    if (choice === 'skip') {
      return 0;
    }
    isReplacing = choice === 'replace';
    name = isReplacing ? name : numbered(entry.name, number++);
  }
}

// Delete.

async function remove(chosenEntries) {
  const some = chosenEntries.slice(0, 6);
  const left = chosenEntries.length - some.length;
  const isYes = await ask({
    title: chosenEntries.length === 1 ? `Delete ${quoted(some[0].name)}?`
      : `Delete ${plural(chosenEntries.length, 'item', 'items')}?`,
    content: [
      chosenEntries.length > 1 && h('ul', null, some.map(entry => h('li', null, bdi(entry.name),
        entry.isFolder && '/'))),
      left > 0 && h('p', null, `and ${numbers.format(left)} more`),
      h('p', null, chosenEntries.some(entry => entry.isFolder)
        ? 'Folders go with all that is in them. ' : '', 'Nothing brings it back.'),
    ],
    choices: { Delete: true }, danger: true,
  });
  if (isYes) {
    await removeAll(chosenEntries);
  }
}

/** Deletes, and shows how far it is; what is gone before it is stopped stays gone. */
async function removeAll(chosenEntries) {
  const count = h('span', { role: 'status' });
  const stop = new AbortController();
  const line = h('p', { class: 'work' }, count, button('Stop', () => stop.abort()));
  const later = setTimeout(() => $('notes').append(line), 500);
  let gone = 0;
  const step = () => {
    count.textContent = `Deleted ${plural(++gone, 'item', 'items')}\u2026`;
  };
  try {
    await each(chosenEntries, 3, async entry => {
      await (entry.isFolder ? removeFolder(urlOf(`${entry.name}/`), step, stop.signal)
        : removeOne(urlOf(entry.name), step, stop.signal));
      drop(entry);
    });
    note(`Deleted ${plural(gone, 'item', 'items')}.`);
  } catch (failure) {
    stop.abort();
    if (failure.name !== 'AbortError') {
      failed(failure);
    }
  }
  clearTimeout(later);
  line.remove();
  draw();
  refreshSoon();
}

async function removeOne(url, step, signal) {
  try {
    await request('DELETE', url, {}, { signal });
  } catch (failure) {
    if (failure.status !== 404) { // else another one was quicker
      throw failure;
    }
  }
  step();
}

async function removeFolder(url, step, signal) {
  for (let query = '?limit=1000'; query;) {
    signal.throwIfAborted();
    const listing = await list(url, query);
    await each(listing.entries, 3, ({ name, type }) => (type === 'folder'
      ? removeFolder(new URL(`${encodeURIComponent(name)}/`, url), step, signal)
      : removeOne(new URL(encodeURIComponent(name), url), step, signal)));
    query = listing.next;
  }
  await removeOne(url, step, signal);
}

// Links.

const archivesOf = url => (may('r') && may('l') ? [
  ['Download as ZIP', () => download(new URL('?archive=zip', url))],
  ['Download as tar', () => download(new URL('?archive=tar', url))],
] : []);

function download(url, name) {
  h('a', { href: url.href, download: name ?? '' }).click();
}

const copyLink = tried(async entry => {
  const link = urlOf(entry.name + (entry.isFolder ? '/' : '')).href;
  try {
    await navigator.clipboard.writeText(link);
    note('The link is in the clipboard.');
  } catch {
    // Browsers give no clipboard to pages without HTTPS.
    const input = h('input', { value: link, readonly: true, autofocus: true, focus: event =>
      event.target.select() });
    await ask({ title: 'Link', content: h('label', null, 'Copy this', input),
      choices: { OK: true }, no: false });
  }
});
