/* What changes the store but uploads: new folder, rename, move, delete; and links. */

const canMove = may('m');
const hereNames = storePath.split('/').slice(1, -1).map(decodeURIComponent);

function checkName(name) {
  if (/^\.{0,2}$|\//.test(name)) {
    throw new Error('Enter a name without a slash, other than . and ..');
  }
  if (isTaken(name)) {
    throw new Error('The name is taken.');
  }
  return name;
}

const newFolder = () => askText('New folder', '', 'Create', async text => {
  const name = checkName(text);
  const make = fields => request('PUT', urlOf(`${name}/`), fields);
  await make({ 'If-None-Match': '*' }).catch(failure => {
    if (failure.status !== 501) { // where no condition is held, two that make it make one
      throw failure;
    }
    return make();
  });
  show({ name, isFolder: true, size: 0, time: Date.now() });
});

function show(entry) {
  put(entry);
  draw();
  setTimeout(() => focusOn(entry)); // when the dialog is closed
}

// Rename and move.

/** A folder is an array of names. */
async function moveTo(entry, folder, name, isReplacing) {
  await request('MOVE', urlOf(pathOf(entry)), {
    // As the store has it, whatever a proxy shows.
    Destination: `/${encoded([...folder, ...pathOf({ ...entry, name }).split('/')])}`,
    Overwrite: isReplacing ? 'T' : 'F',
  });
  drop(entry);
}

const rename = entry => askText('Rename', entry.name, 'Rename', async text => {
  if (text !== entry.name) {
    const name = checkName(text);
    await moveTo(entry, hereNames, name).catch(failure => {
      throw failure.status === 412 ? new Error('The name is taken.') : failure;
    });
    show({ ...entry, name, row: undefined, plain: undefined });
  }
});

/** A folder of the store, by a dialog; null for none. */
function askFolder(title) {
  let folder;
  const way = h('p', { role: 'status' });
  const box = h('div', { class: 'folders' });
  const open = tried(async to => {
    const listing = await list(urlOf([...to, ''].join('/'), root));
    folder = to;
    const isFocused = box.contains(document.activeElement);
    way.replaceChildren(bdi(`/${to.join('/')}`));
    box.replaceChildren(to.length ? button('\u2191 Up', () => open(to.slice(0, -1))) : '',
      ...listing.entries.filter(({ type }) => type === 'folder').map(({ name }) =>
        button([h('i', { class: 'i d' }), bdi(name)], () => open([...to, name]))));
    if (isFocused) {
      box.querySelector('button')?.focus();
    }
  });
  open(hereNames);
  return ask({ title, content: [way, box], choices: { 'Move here': 1 }, check: () => {
    if (!folder || folder.join('/') === hereNames.join('/')) {
      throw new Error('Choose another folder: this is the one they are in.');
    }
    return folder;
  } });
}

const titleOf = some => (some.length === 1 ? quoted(some[0].name) : plural(some.length, 'item'));

const move = tried(async some => {
  const to = await askFolder(`Move ${titleOf(some)} to`);
  if (to) {
    const forAll = {};
    let moved = 0;
    try {
      for (const entry of some) {
        moved += await moveInto(entry, to, forAll);
      }
      note(`Moved ${plural(moved, 'item')} to ${quoted(`/${to.join('/')}`)}.`);
    } finally {
      draw();
      refreshSoon();
    }
  }
});

/** Moves an entry, asking where its name is taken; how many were moved. */
async function moveInto(entry, to, forAll) {
  let { name } = entry;
  for (let count = 2, choice; choice !== 'skip';) {
    try {
      await moveTo(entry, to, name, choice === 'replace');
      return 1;
    } catch (failure) {
      if (failure.status !== 412) {
        throw failure;
      }
    }
    choice = await askConflict(name, quoted(`/${to.join('/')}`), forAll);
    name = choice === 'keep' ? numbered(entry.name, count++) : name;
  }
  return 0;
}

// Delete.

async function remove(some) {
  const isYes = await ask({
    title: `Delete ${titleOf(some)}?`, choices: { Delete: 1 }, danger: true,
    content: [
      some.length > 1 && h('ul', null,
        some.slice(0, 6).map(entry => h('li', null, bdi(pathOf(entry)))),
        some.length > 6 && h('li', null, `and ${number(some.length - 6)} more`)),
      h('p', null, some.some(entry => entry.isFolder) && 'Folders are deleted with everything in them. ',
        'This can\u2019t be undone.'),
    ],
  });
  if (isYes) {
    await removeAll(some);
  }
}

/** Another one was quicker, or a bucket's folder has ended with its last object. */
function unlessGone(failure) {
  if (failure.status !== 404) {
    throw failure;
  }
}

/** Deletes, with a way to stop. */
async function removeAll(some) {
  const stop = new AbortController();
  const count = h('span');
  const line = h('p', null, count, button('Stop', () => stop.abort()));
  const later = setTimeout(() => $('notes').append(line), 500);
  let gone = 0;
  const oneOfFew = gate(6); // in folders of folders: a browser gives up with a thousand
  const remove = async url => {
    for (let query = url.href.endsWith('/') && '?limit=1000'; query;) {
      const listing = await oneOfFew(() => list(url, query)).catch(unlessGone);
      if (!listing) {
        break;
      }
      await each(listing.entries, ({ name, type }) =>
        remove(urlOf(pathOf({ name, isFolder: type === 'folder' }), url)));
      query = listing.next;
    }
    await oneOfFew(() => request('DELETE', url, {}, stop.signal)).catch(unlessGone);
    count.textContent = `Deleted ${plural(++gone, 'item')}\u2026`;
  };
  try {
    await each(some, async entry => {
      await remove(urlOf(pathOf(entry)));
      drop(entry);
    });
    note(`Deleted ${plural(gone, 'item')}.`);
  } catch (failure) {
    note(stop.signal.aborted ? `Stopped after ${plural(gone, 'item')}.` : failure.message, true);
    stop.abort();
  }
  clearTimeout(later);
  leave(line);
  draw();
  refreshSoon();
}

// Links.

const download = url => h('a', { href: url, download: '' }).click();

const archivesOf = url => (may('a') ? ['ZIP', 'tar'].map(type =>
  [`Download as ${type}`, () => download(new URL(`?archive=${type.toLowerCase()}`, url))]) : []);

async function copyLink({ href }) {
  try {
    await navigator.clipboard.writeText(href);
    note('Link copied.');
  } catch {
    // Browsers give no clipboard to pages without HTTPS.
    ask({ title: 'Link', choices: { OK: 1 }, no: '', content: h('label', null, 'Copy this link',
      h('input', { value: href, readonly: true, autofocus: true,
        focus: event => event.target.select() })) });
  }
}
