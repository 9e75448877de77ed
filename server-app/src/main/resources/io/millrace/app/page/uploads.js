/* The uploads: what is under way, how it is shown, what one can do. */

const LANES = 3;
const MOST_LINES = 60;
/** Each has: path, file, url, sent, rate, and state, a key of STATES. */
const uploads = [];
/** In the order shown: text, and the button's sign, label and action. */
const STATES = {
  asking: ['The name is taken', 'pause', 'Pause'],
  failed: ['', 'again', 'Retry', goOn],
  active: ['', 'pause', 'Pause', pause],
  paused: ['Paused', 'play', 'Resume', goOn],
  lost: ['', 'again', 'Choose the file of', chooseAgain],
  waiting: ['Waiting', 'pause', 'Pause', pause],
};
const RANK = Object.keys(STATES);
const BEGUN = ['asking', 'active', 'paused'];
const TITLE = document.title;
let forAll = {};
let finished = { count: 0, size: 0 };
let timer;

const inState = state => uploads.filter(upload => upload.state === state);
const underWay = () => uploads.filter(upload => upload.state !== 'lost');

/** Adds files, each a [path, File]. */
function add(files) {
  if (!underWay().length) {
    forAll = {};
    finished = { count: 0, size: 0 };
  }
  const paths = new Set(files.map(([path]) => path));
  inState('lost').filter(({ path }) => paths.has(path)).forEach(forget);
  for (const [path, file] of files) {
    uploads.push({ path, file, url: urlOf(path), state: 'waiting', sent: 0, rate: 0 });
  }
  say(`${plural(files.length, 'upload')} added.`);
  start();
}

/** Lets the next ones begin; two of the same name one after the other. */
function start() {
  const begun = underWay().filter(({ state }) => BEGUN.includes(state));
  const taken = new Set(begun.map(({ path }) => path));
  let free = LANES - inState('active').length;
  for (const upload of inState('waiting')) {
    if (free <= 0) {
      break;
    }
    if (!taken.has(upload.path)) {
      taken.add(upload.path);
      free--;
      run(upload);
    }
  }
  timer ??= setInterval(tick, 300);
  tickSoon();
}

async function run(upload) {
  upload.state = 'active';
  upload.stopping = new AbortController();
  upload.fault = undefined;
  upload.isReplacing ??= recall(upload).isReplacing;
  try {
    if (isTaken(upload.path) && !upload.isReplacing && !recall(upload).name) {
      throw new Refusal(412); // no need to ask the store
    }
    await transfer(upload);
    onDone(upload);
  } catch (failure) {
    if (upload.state === 'active' && failure.status === 412) {
      upload.state = 'asking';
      upload.sent = 0;
      await settle(upload);
    } else if (upload.state === 'active') {
      upload.state = 'failed';
      upload.rate = upload.sent = 0; // as far as is known
      upload.fault = failure.message;
      say(`${shown(upload.path)}: ${failure.message}`);
    }
  }
  start();
}

function onDone(upload) {
  const [name, ...below] = upload.path.split('/');
  const { size } = upload.file;
  forget(upload);
  finished.count++;
  finished.size += size;
  put({ name, isFolder: below.length > 0, size: below.length ? 0 : size, time: Date.now() });
  drawSoon();
  if (!underWay().length) {
    note(`Uploaded ${plural(finished.count, 'file')}.`);
    refreshSoon();
  }
}

async function settle(upload) {
  const parts = upload.path.split('/');
  const name = parts.pop();
  // "Keep both" holds until a name is free: no second question.
  const choice = upload.count ? 'keep'
    : await askConflict(name, parts.length ? quoted(parts.join('/')) : 'this folder', forAll);
  await tried(discard)(upload); // it has the old condition
  if (choice === 'skip' || upload.state !== 'asking') {
    forget(upload); // or it was cancelled meanwhile
    return;
  }
  upload.state = 'waiting';
  upload.isReplacing = choice === 'replace';
  if (choice === 'keep') {
    upload.name ??= name;
    upload.count = (upload.count ?? 1) + 1;
    upload.path = [...parts, numbered(upload.name, upload.count)].join('/');
    upload.url = urlOf(upload.path);
    upload.line = undefined; // it has the old name
  }
}

// What one can do.

function stop(upload, state) {
  upload.state = state;
  upload.rate = 0;
  upload.stopping?.abort();
  upload.xhr?.abort();
  upload.wake?.();
  start();
}

async function pause(upload) {
  stop(upload, 'paused');
  try {
    const stored = await offsetOf(upload) ?? 0;
    upload.sent = upload.state === 'paused' ? stored : upload.sent;
    tick();
  } catch {
    // It is asked again before it goes on.
  }
}

function goOn(upload) {
  stop(upload, 'waiting');
}

function forget(upload) {
  if (uploads.includes(upload)) {
    uploads.splice(uploads.indexOf(upload), 1);
  }
}

const cancel = tried(async upload => {
  const end = upload.state === 'lost' ? discardLost : discard;
  forget(upload);
  stop(upload, 'gone');
  await end(upload);
});

/** What the button for all does now: a state of STATES, whose sign it has. */
const forAllNow = () => (['asking', 'active', 'waiting'].some(state => inState(state).length)
  ? 'active' : inState('paused').length ? 'paused' : 'failed');

/** Pauses all; or if that is done, lets all go on; or if all have failed, tries all again. */
function pauseAll() {
  const from = forAllNow();
  if (from === 'active') {
    inState('waiting').forEach(upload => { upload.state = 'paused' }); // first: one would begin
    inState('active').forEach(pause);
  } else {
    inState(from).forEach(upload => { upload.state = 'waiting' });
  }
  start();
}

async function cancelAll() {
  const count = underWay().length;
  if (!count || await ask({ title: 'Cancel all uploads?', danger: true, no: 'Keep uploading',
    content: h('p', null, `${plural(count, 'file')} will not be uploaded.`),
    choices: { 'Cancel uploads': 1 } })) {
    [...uploads].forEach(cancel);
  }
}

// What is shown.

function lineOf(upload) {
  const name = shown(upload.path);
  const bar = h('progress', { 'aria-label': name });
  const text = h('span', { class: 'how' });
  const main = sign('', '', () => STATES[upload.state][3]?.(upload));
  return Object.assign(h('li', null, h('span', { class: 'what' }, bdi(upload.path)), main,
    sign('close', `Cancel ${name}`, () => cancel(upload)), bar, text), { bar, text, main });
}

function measure(upload) {
  const { time, sent } = upload.mark ?? {};
  const now = performance.now();
  if (now - time >= 1000) {
    const rate = Math.max(0, upload.sent - sent) / (now - time) * 1000;
    upload.rate = upload.rate ? upload.rate * 0.7 + rate * 0.3 : rate;
    upload.mark = { time: now, sent: upload.sent };
  }
}

const progress = (sent, size, rate) => [percent(size ? Math.floor(sent / size * 100) / 100 : 0),
  ...(rate > 0 ? [`${bytes(rate)}/s`, `${duration((size - sent) / rate)} left`] : [])]
  .join(' \u00b7 ');

function setSign(target, icon, label, name) {
  target.firstChild.className = `i ${icon}`;
  target.title = label;
  target.ariaLabel = `${label} ${name}`;
}

function showLine(upload) {
  const { bar, text, main } = upload.line ??= lineOf(upload);
  const { sent, file, state, rate } = upload;
  const fault = upload.fault ?? upload.trouble;
  const [label, icon, action] = STATES[state];
  bar.max = file.size || 1;
  bar.value = sent;
  text.textContent = fault
    ?? [label, sent && progress(sent, file.size, rate)].filter(Boolean).join(' \u00b7 ');
  text.classList.toggle('fault', state !== 'lost' && Boolean(fault));
  setSign(main, icon, action, shown(upload.path));
}

function tick() {
  inState('active').forEach(measure);
  const lines = [...uploads].sort((a, b) => RANK.indexOf(a.state) - RANK.indexOf(b.state))
    .slice(0, MOST_LINES);
  lines.forEach(showLine);
  showAll(lines.map(({ line }) => line));
  if (!uploads.length && $('uploads').contains(document.activeElement)) {
    $('main').focus({ preventScroll: true });
  }
  $('uploads').hidden = !uploads.length;
  tellAll(underWay());
}

const tickSoon = soon(tick, 20);

/** The lines in their order; the focus stays, or goes to the same button of the next line. */
function showAll(lines) {
  const list = $('upload-list');
  const before = [...list.children];
  if (before.length === lines.length && before.every((line, at) => line === lines[at])) {
    return;
  }
  const focused = document.activeElement;
  const at = before.findIndex(line => line.contains(focused));
  const button = at >= 0 && [...before[at].querySelectorAll('button')].indexOf(focused);
  list.replaceChildren(...lines);
  if (at >= 0) {
    const next = lines[Math.min(at, lines.length - 1)] ?? $('uploads');
    (list.contains(focused) ? focused : next.querySelectorAll('button')[button])
      ?.focus({ preventScroll: true });
  }
}

/** The heading: all uploads in one line. */
function tellAll(all) {
  const sum = of => all.reduce((total, upload) => total + of(upload), 0);
  const failed = inState('failed').length;
  const text = failed === all.length ? `${number(failed)} failed`
    : progress(finished.size + sum(({ sent }) => sent),
      finished.size + sum(({ file }) => file.size), sum(({ rate }) => rate));
  $('upload-title').textContent = all.length
    ? `${plural(finished.count + all.length, 'upload')} \u00b7 ${text}` : 'Interrupted uploads';
  document.title = all.length ? `${text} \u00b7 ${TITLE}` : TITLE;
  const [, icon, action] = STATES[forAllNow()];
  setSign($('pause-all'), icon, action, 'all');
  $('pause-all').hidden = !all.length;
  if (!all.length) {
    clearInterval(timer);
    timer = undefined;
  }
}

function say(text) {
  $('said').textContent = text;
}
