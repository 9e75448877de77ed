/* What is in a file: pictures, sound, video, texts, documents. */

const TEXT_BYTES = 256 * 1024;
const TEXT = /^$|^text\/|^application\/octet-stream$|[/+](json|xml|yaml|javascript|sql|toml)$/;
const fault = text => h('p', { class: 'error' }, text);
const canPreview = entry => !entry.isFolder && may('r');

/** Opens the dialog at a file; the others are those of the list, as shown. */
function preview(first) {
  const files = view.filter(canPreview);
  let at = files.indexOf(first);
  let stop = new AbortController();
  const title = h('h2', { id: 'shown', 'aria-live': 'polite' });
  const open = h('a', { target: '_blank', rel: 'noopener', class: 'as-button' }, 'Open');
  const stage = h('div', { class: 'stage' });
  const back = sign('back', 'Previous', () => go(-1));
  const next = sign('next', 'Next', () => go(1));
  const dialog = h('dialog', { class: 'preview', 'aria-labelledby': 'shown', close: () => {
    stop.abort();
    dialog.remove(); // with what plays in it
    focusOn(files[at]);
  }, click: event => event.target === dialog && dialog.close(), keydown: event => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step && !event.target.matches('video, audio')) {
      go(step);
    }
  } }, h('div', { class: 'head' }, title, open, back, next,
    sign('close', 'Close', () => dialog.close(), { autofocus: true })), stage);

  async function go(step) {
    const entry = files[at + step];
    if (!entry) {
      return;
    }
    at += step;
    stop.abort();
    stop = new AbortController();
    const { signal } = stop;
    title.replaceChildren(bdi(entry.name));
    open.href = urlOf(entry.name);
    const focused = document.activeElement;
    back.disabled = !files[at - 1];
    next.disabled = !files[at + 1];
    if (focused.disabled) { // keys would go nowhere
      [back, next].find(one => !one.disabled)?.focus();
    }
    stage.replaceChildren(h('p', { role: 'status' }, 'Loading\u2026'));
    const content = await contentOf(entry, signal).catch(failure => fault(failure.message));
    if (!signal.aborted) {
      stage.replaceChildren(content);
    }
  }

  document.body.append(dialog);
  dialog.showModal();
  go(0);
}

async function contentOf(entry, signal) {
  const src = urlOf(entry.name);
  const title = shown(entry.name);
  const { headers } = await request('HEAD', src, {}, signal);
  const [type, ...parameters] = (headers.get('Content-Type') ?? '').toLowerCase().split(/\s*;/);
  const [kind] = type.split('/');
  const error = ({ target }) =>
    target.replaceWith(fault('The browser can\u2019t show this file: download it.'));
  if (kind === 'image') {
    return h('img', { src, alt: title, error });
  }
  if (kind === 'audio' || kind === 'video') {
    return h(kind, { src, controls: true, preload: 'metadata', 'aria-label': title, error });
  }
  if (type === 'application/pdf') {
    return h('iframe', { src, title }); // the browser's viewer: decision 287
  }
  if (type === 'text/html' || type === 'application/xhtml+xml') {
    return h('iframe', { src, title, sandbox: true, referrerpolicy: 'no-referrer' });
  }
  if (!TEXT.test(type)) {
    throw new Error(`There is no preview of ${type}.`);
  }
  // Ranges of what is encoded can't be decoded: decision 534.
  const size = headers.has('Content-Encoding') ? undefined
    : Number(headers.get('Content-Length') ?? entry.size);
  const read = position => (size === undefined ? readDecoded(src, position, signal)
    : readRange(src, position, size, signal));
  return textOf(title, read, size, /charset="?([^";\s]+)/.exec(parameters)?.[1]);
}

/** A piece of a file, and whether it is the last one. */
async function readRange(url, position, size, signal) {
  if (!size) {
    return [new Uint8Array(), true];
  }
  const end = Math.min(position + TEXT_BYTES, size) - 1;
  const response = await request('GET', url, { Range: `bytes=${position}-${end}` }, signal);
  return [new Uint8Array(await response.arrayBuffer()), end === size - 1];
}

/** Likewise of what the browser decodes, from its beginning to that piece. */
async function readDecoded(url, position, signal) {
  const reader = (await request('GET', url, {}, signal)).body.getReader();
  const read = [];
  for (let at = 0; ;) {
    const { done, value } = await reader.read().catch(() => {
      throw new Error('The browser can\u2019t decode this file: download it.');
    });
    if (done || at > position + TEXT_BYTES) { // so that there is more
      reader.cancel();
      const rest = new Uint8Array(await new Blob(read).arrayBuffer());
      return [rest.subarray(0, TEXT_BYTES), rest.length <= TEXT_BYTES];
    }
    read.push(value.subarray(Math.max(0, position - at)));
    at += value.length;
  }
}

/** A text by its pieces; more of it when it is asked for. */
async function textOf(title, read, size, charset) {
  const more = button('', tried(() => show()));
  const text = h('pre', { tabindex: '0', role: 'document', 'aria-label': title, dir: 'auto' },
    more);
  let decoder;
  let position = 0;
  let reading;

  async function showNext() {
    const [piece, isLast] = await read(position);
    decoder ??= decoderOf(piece, charset);
    if (piece.includes(0) && !decoder.encoding.startsWith('utf-16')) {
      throw new Error('There is no preview: it is not text.');
    }
    position += piece.length;
    if (isLast && more === document.activeElement) {
      text.focus({ preventScroll: true });
    }
    more.hidden = isLast;
    more.before(decoder.decode(piece, { stream: !isLast }));
    more.textContent = `Show more: ${bytes(position)} ${size ? `of ${bytes(size)}` : 'so far'}`;
  }

  // Two clicks bring one piece.
  const show = () => (reading ??= showNext().finally(() => {
    reading = undefined;
  }));
  await show();
  return text;
}

/** By what the server says if that can be, else UTF-8, else what most old files are in. */
function decoderOf(piece, said) {
  const guessed = piece[0] === 0xff ? 'utf-16le' : 'utf-8';
  return new TextDecoder([said, guessed].find(label => {
    try {
      new TextDecoder(label, { fatal: true }).decode(piece, { stream: true }); // its end may be cut
      return label;
    } catch {
      return false; // or no browser knows what is said
    }
  }) ?? 'windows-1252');
}
