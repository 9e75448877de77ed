'use strict';
/* What is in a file, in a dialog: pictures, sound, video, texts, documents. */

const TEXT_BYTES = 256 * 1024;
const TEXT = /^text\/|[/+](json|xml|yaml|javascript|x-sh|sql|toml|x-ndjson)$/;

/** The type that the server says, without its parameters, and the charset. */
function mediaType(response) {
  const field = response.headers.get('Content-Type') ?? '';
  return { type: field.split(';')[0].trim().toLowerCase(),
    charset: /charset="?([^";\s]+)/i.exec(field)?.[1] };
}

/** Opens the dialog at an entry; the others are those of the list, as it is shown. */
function preview(first) {
  const files = shownEntries.filter(entry => !entry.isFolder);
  let at = files.indexOf(first);
  let stop = new AbortController();
  const title = h('h2', { id: 'shown' });
  const open = h('a', { target: '_blank', rel: 'noopener', class: 'as-button' }, 'Open');
  const stage = h('div', { class: 'stage', tabindex: '-1' });
  const go = step => {
    if (files[at + step]) {
      at += step;
      show();
    }
  };
  const back = iconButton('back', 'Previous', () => go(-1));
  const next = iconButton('next', 'Next', () => go(1));
  const dialog = h('dialog', { class: 'preview', 'aria-labelledby': 'shown', close: () => {
    stop.abort();
    dialog.remove(); // with what plays in it
    focusOn(entries.get(files[at].name));
  }, click: event => event.target === dialog && dialog.close(), keydown: event => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step && !event.target.matches('video, audio, pre')) {
      go(step);
    }
  } }, h('header', null, title, open, back, next,
    iconButton('close', 'Close', () => dialog.close(), { autofocus: true })), stage);

  async function show() {
    const entry = files[at];
    stop.abort();
    stop = new AbortController();
    const { signal } = stop;
    title.replaceChildren(bdi(entry.name));
    open.href = urlOf(entry.name).href;
    back.disabled = at === 0;
    next.disabled = at === files.length - 1;
    stage.replaceChildren(h('p', { role: 'status' }, 'Loading\u2026'));
    let content;
    try {
      content = await contentOf(entry, signal);
    } catch (failure) {
      content = h('p', { class: 'error' }, failure.message);
    }
    if (!signal.aborted) {
      stage.replaceChildren(...[content].flat());
    }
  }

  document.body.append(dialog);
  dialog.showModal();
  show();
}

async function contentOf(entry, signal) {
  const url = urlOf(entry.name);
  const { type } = mediaType(await request('HEAD', url, {}, { signal }));
  const name = shown(entry.name);
  const [kind] = type.split('/');
  if (kind === 'image') {
    return h('img', { src: url, alt: name });
  }
  if (kind === 'audio' || kind === 'video') {
    return h(kind, { src: url, controls: true, preload: 'metadata', 'aria-label': name });
  }
  if (type === 'application/pdf') {
    // Browsers have their own viewer, apart from pages, and show none in a sandbox.
    return h('iframe', { src: url, title: name });
  }
  if (type === 'text/html' || type === 'application/xhtml+xml') {
    return h('iframe', { src: url, title: name, sandbox: true, referrerpolicy: 'no-referrer' });
  }
  return TEXT.test(type) || type === 'application/octet-stream' || type === ''
    ? textOf(entry, url, signal) : noPreview(type);
}

function noPreview(type) {
  return h('p', null, `There is no preview of ${type || 'this type'}.`);
}

/** The text of a file, by ranges; more of it when it is asked for. */
async function textOf(entry, url, signal) {
  const text = h('pre', { tabindex: '0', 'aria-label': shown(entry.name), dir: 'auto' });
  const more = button('Show more', tried(() => read()), { class: 'more' });
  let decoder;
  let position = 0;

  async function read() {
    if (entry.size === 0) {
      return;
    }
    const end = Math.min(position + TEXT_BYTES, entry.size) - 1;
    const response = await request('GET', url, { Range: `bytes=${position}-${end}` }, { signal });
    const piece = new Uint8Array(await response.arrayBuffer());
    position += piece.length;
    const isWhole = response.status === 200 || position >= entry.size;
    decoder ??= new TextDecoder(charsetOf(piece, mediaType(response).charset));
    text.append(decoder.decode(piece, { stream: !isWhole }));
    more.hidden = isWhole;
    more.textContent = `Show more (${bytes(position)} of ${bytes(entry.size)})`;
    if (text.firstChild?.data.includes('\0')) {
      throw new Error('There is no preview: this is not a text.');
    }
  }

  more.hidden = true;
  await read();
  return [text, more];
}

/** What the server says, else UTF-8 if it can be, else what most old files are in. */
function charsetOf(piece, said) {
  try {
    return new TextDecoder(said).encoding && said ? said : guess(piece);
  } catch {
    return guess(piece); // no browser knows what is said
  }
}

function guess(piece) {
  if (piece[0] === 0xff && piece[1] === 0xfe) {
    return 'utf-16le';
  }
  if (piece[0] === 0xfe && piece[1] === 0xff) {
    return 'utf-16be';
  }
  try {
    // The last character may be cut.
    new TextDecoder('utf-8', { fatal: true }).decode(piece, { stream: true });
    return 'utf-8';
  } catch {
    return 'windows-1252';
  }
}
