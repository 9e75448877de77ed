'use strict';
/* The uploads: which are under way, what is shown of them, and what one can do with them. */

const LANES = 3;
const MOST_LINES = 60;
/** Each has: path, file, url, state, sent, and when that was. States are those of LABELS. */
const uploads = [];
const LABELS = { waiting: 'Waiting', active: 'Starting\u2026', paused: 'Paused',
  asking: 'The name is taken', failed: '', lost: '' };
let forAll = {};
let isAllPaused = false;
let finished = 0;
let timer;

const underWay = () => uploads.filter(upload => upload.state !== 'lost');

/** Adds files, each a [path, File]; a path has the folders below this one. */
function add(files) {
  if (underWay().length === 0) {
    forAll = {};
    finished = 0;
    isAllPaused = false;
  }
  for (const [path, file] of files) {
    const upload = { path, file, url: urlOf(path), state: 'waiting', sent: 0, rate: 0 };
    const old = uploads.findIndex(one => one.path === path && one.state === 'lost');
    if (old >= 0) {
      uploads.splice(old, 1)[0].line?.remove();
    }
    uploads.push(upload);
  }
  $('uploads').hidden = false;
  say(`${plural(files.length, 'upload', 'uploads')} added.`);
  start();
}

function start() {
  const active = uploads.filter(upload => upload.state === 'active').length;
  const next = isAllPaused ? [] : uploads.filter(upload => upload.state === 'waiting');
  next.slice(0, Math.max(0, LANES - active)).forEach(run);
  timer ??= setInterval(tick, 300);
  tick();
}

async function run(upload) {
  upload.state = 'active';
  upload.fault = undefined;
  upload.isReplacing ??= recall(upload).isReplacing;
  try {
    if (entries.has(upload.path) && !upload.isReplacing) {
      throw new Refusal(412); // no need to ask the store
    }
    await transfer(upload);
    done(upload);
  } catch (failure) {
    if (upload.state === 'active') {
      await onFailure(upload, failure);
    }
  }
  start();
}

function done(upload) {
  forget(upload);
  finished++;
  if (upload.path.includes('/')) {
    const [name] = upload.path.split('/');
    entries.has(name) || put({ name, isFolder: true, size: 0, time: Date.now() });
  } else {
    put({ name: upload.path, isFolder: false, size: upload.file.size, time: Date.now() });
  }
  drawSoon();
  if (underWay().length === 0) {
    say(`${plural(finished, 'file is', 'files are')} uploaded.`);
    note(`${plural(finished, 'file', 'files')} uploaded.`);
    refreshSoon();
  }
}

let drawPlan;

function drawSoon() {
  drawPlan ??= setTimeout(() => {
    drawPlan = undefined;
    draw();
  }, 200);
}

async function onFailure(upload, failure) {
  if (failure.status === 412) {
    upload.state = 'asking';
    await settleConflict(upload);
  } else {
    upload.state = 'failed';
    upload.fault = failure.message;
    say(`${shown(upload.path)} failed: ${failure.message}`);
  }
}

async function settleConflict(upload) {
  const parts = upload.path.split('/');
  const name = parts.pop();
  const where = parts.length ? quoted(parts.join('/')) : 'this folder';
  // "Keep both" holds until a name is free: no second question.
  const choice = upload.number ? 'keep' : await askConflict(name, where, forAll);
  await discard(upload).catch(failed); // it has the old conditions
  if (upload.state !== 'asking') {
    return; // cancelled meanwhile
  }
  if (choice === 'skip') {
    forget(upload);
    return;
  }
  upload.state = 'waiting';
  if (choice === 'replace') {
    upload.isReplacing = true;
  } else {
    upload.name ??= name;
    upload.number = (upload.number ?? 1) + 1;
    upload.path = [...parts, numbered(upload.name, upload.number)].join('/');
    upload.url = urlOf(upload.path);
    upload.line?.remove();
    upload.line = undefined; // it has the old name
  }
}

// What one can do.

function pause(upload) {
  upload.state = 'paused';
  upload.xhr?.abort();
  upload.wake?.();
}

function goOn(upload) {
  upload.state = 'waiting';
  start();
}

const cancel = tried(async upload => {
  forget(upload);
  upload.state = 'gone';
  upload.xhr?.abort();
  upload.wake?.();
  start();
  await discard(upload);
});

function forget(upload) {
  const at = uploads.indexOf(upload);
  if (at >= 0) {
    uploads.splice(at, 1);
  }
  upload.line?.remove();
}

function pauseAll() {
  isAllPaused = !isAllPaused;
  for (const upload of uploads) {
    if (isAllPaused && upload.state === 'active') {
      pause(upload);
    } else if (!isAllPaused && upload.state === 'paused') {
      upload.state = 'waiting';
    }
  }
  start();
}

async function cancelAll() {
  const all = underWay();
  if (all.length === 0 || await ask({ title: 'Cancel all uploads?', danger: true, no: 'Go on',
    content: h('p', null, `${plural(all.length, 'file is', 'files are')} not uploaded then.`),
    choices: { 'Cancel them': true } })) {
    underWay().forEach(cancel);
    tick();
  }
}

// What is shown.

function lineOf(upload) {
  const bar = h('progress', { max: upload.file?.size || 1, 'aria-label': shown(upload.path) });
  const text = h('span', { class: 'how' });
  const main = iconButton('pause', '', () => ({ active: pause, waiting: pause, lost: chooseAgain,
  })[upload.state]?.(upload) ?? goOn(upload));
  upload.line = h('li', null, h('span', { class: 'what' }, bdi(upload.path)), main,
    iconButton('close', `Cancel ${shown(upload.path)}`, () => cancel(upload)), bar, text);
  Object.assign(upload.line, { bar, text, main });
  return upload.line;
}

function measure(upload, now) {
  const { mark } = upload;
  const seconds = mark ? (now - mark.time) / 1000 : 0;
  if (seconds >= 1) {
    const rate = Math.max(0, upload.sent - mark.sent) / seconds;
    upload.rate = upload.rate ? upload.rate * 0.7 + rate * 0.3 : rate;
    upload.mark = { time: now, sent: upload.sent };
  }
}

const percent = new Intl.NumberFormat(LANG, { style: 'percent' });

/** How far, how fast, and how long yet. */
function progressText(sent, size, rate) {
  const left = size - sent;
  return [percent.format(size ? Math.floor(sent / size * 100) / 100 : 1),
    rate > 0 && `${bytes(rate)}/s`,
    rate > 0 && left > 0 && `${duration(left / rate)} left`].filter(Boolean).join(' \u00b7 ');
}

function showLine(upload) {
  const { bar, text, main } = upload.line ?? lineOf(upload);
  const { state, sent, file } = upload;
  bar.value = file?.size === 0 ? 1 : sent;
  text.textContent = upload.fault ?? upload.trouble
    ?? (state === 'active' && sent > 0 ? progressText(sent, file.size, upload.rate)
      : state === 'paused' ? `${LABELS.paused} \u00b7 ${progressText(sent, file.size, 0)}`
        : LABELS[state]);
  text.classList.toggle('fault', Boolean(upload.fault ?? upload.trouble));
  const [icon, label] = { active: ['pause', 'Pause'], waiting: ['pause', 'Pause'],
    paused: ['play', 'Resume'], failed: ['again', 'Retry'], lost: ['again', 'Choose the file of'],
    asking: ['pause', 'Pause'] }[state];
  main.firstChild.className = `i ${icon}`;
  main.title = label;
  main.setAttribute('aria-label', `${label} ${shown(upload.path)}`);
  main.disabled = state === 'asking';
}

const RANK = { asking: 0, failed: 1, active: 2, paused: 3, lost: 4, waiting: 5 };

function tick() {
  const now = performance.now();
  const active = uploads.filter(upload => upload.state === 'active');
  active.forEach(upload => measure(upload, now));
  const lines = [...uploads].sort((a, b) => RANK[a.state] - RANK[b.state]).slice(0, MOST_LINES);
  const listed = $('upload-list');
  for (const [at, upload] of lines.entries()) {
    showLine(upload);
    if (listed.children[at] !== upload.line) {
      listed.insertBefore(upload.line, listed.children[at] ?? null);
    }
  }
  while (listed.children.length > lines.length) {
    listed.lastChild.remove();
  }
  tellAll(active);
  if (underWay().length === 0) {
    clearInterval(timer);
    timer = undefined;
    $('uploads').hidden = uploads.length === 0;
  }
}

/** The heading: all uploads in one line. */
function tellAll(active) {
  const all = underWay();
  const sum = of => all.reduce((total, upload) => total + of(upload), 0);
  const size = sum(upload => upload.file.size);
  const sent = sum(upload => upload.sent);
  const rate = active.reduce((total, upload) => total + upload.rate, 0);
  $('upload-title').textContent = all.length === 0 ? 'Interrupted uploads'
    : `${plural(all.length, 'upload', 'uploads')} \u00b7 ${progressText(sent, size, rate)}`;
  document.title = active.length ? `${percent.format(size ? sent / size : 0)} \u00b7 ${TITLE}` : TITLE;
  const [icon, label] = isAllPaused ? ['play', 'Resume all'] : ['pause', 'Pause all'];
  $('pause-all').firstChild.className = `i ${icon}`;
  $('pause-all').title = label;
  $('pause-all').setAttribute('aria-label', label);
}

const TITLE = document.title;

/** Says something to screen readers only. */
function say(text) {
  $('said').textContent = text;
}

// Uploads of an earlier visit. The browser has no file any more: it is chosen again.

function findLost() {
  for (const key of Object.keys(localStorage).filter(name => name.startsWith(STORED))) {
    const [folder, path, size, lastModified] = JSON.parse(key.slice(STORED.length));
    if (folder === storePath) {
      showLost({ path, file: { size, lastModified }, url: urlOf(path), state: 'lost', sent: 0 });
    }
  }
}

const showLost = tried(async upload => {
  const place = placeOf(upload);
  const offset = await offsetOf(place);
  if (offset === undefined) {
    localStorage.removeItem(memoryKey(upload));
    return;
  }
  upload.sent = offset;
  upload.fault = `${bytes(offset)} of ${bytes(upload.file.size)} are there: choose the file again.`;
  uploads.push(upload);
  $('uploads').hidden = false;
  tick();
});

/** The path of the interrupted upload whose file is being chosen. */
let wanted;

function chooseAgain(upload) {
  wanted = upload.path;
  $('file').click();
}
