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
  const title = h('h2', { id: 'shown' });
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
    back.disabled = !files[at - 1];
    next.disabled = !files[at + 1];
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
  return textOf(entry, src, /charset="?([^";\s]+)/.exec(parameters)?.[1], signal);
}

/** The text of a file, by ranges; more of it when it is asked for. */
async function textOf({ name, size }, url, charset, signal) {
  const more = button('', tried(() => read()));
  const text = h('pre', { tabindex: '0', role: 'document', 'aria-label': shown(name),
    dir: 'auto' }, more);
  let decoder;
  let position = 0;

  async function read() {
    const end = Math.min(position + TEXT_BYTES, size) - 1;
    const response = await request('GET', url, { Range: `bytes=${position}-${end}` }, signal);
    const piece = new Uint8Array(await response.arrayBuffer());
    decoder ??= decoderOf(piece, charset);
    if (piece.includes(0) && !decoder.encoding.startsWith('utf-16')) {
      throw new Error('There is no preview: it is not text.');
    }
    position += piece.length;
    more.hidden = position >= size;
    more.before(decoder.decode(piece, { stream: !more.hidden }));
    more.textContent = `Show more: ${bytes(position)} of ${bytes(size)}`;
  }

  if (size) {
    await read();
  }
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
