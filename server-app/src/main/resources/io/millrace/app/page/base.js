'use strict';
/* Texts, numbers, elements and requests: what all other parts use. */

/** This folder's path in the store, and the letters of what the token may do there. */
const { path: storePath, may: rights } = document.body.dataset;
const may = right => rights.includes(right);
const here = new URL('./', location.href);
/** The store's root, which a proxy may serve below a path. */
const root = new URL('../'.repeat(storePath.split('/').length - 2) || './', here);
const $ = id => document.getElementById(id);

/** What the browser keeps for this origin, if it may; else what this page remembers. */
const kept = (() => {
  const own = new Map();
  let stored;
  try {
    stored = localStorage;
  } catch {
    // It may not.
  }
  return {
    names: () => Object.keys(stored ?? {}),
    get: name => own.get(name) ?? stored?.getItem(name),
    set(name, value) {
      own.set(name, value);
      try {
        stored.setItem(name, value);
        own.delete(name);
      } catch {
        // Nor if it is full.
      }
    },
    remove(name) {
      own.delete(name);
      stored?.removeItem(name);
    },
  };
})();

/** An element. Texts become text nodes: a name is never markup. */
function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (typeof value === 'function') {
      element.addEventListener(name, value);
    } else if (value !== false && value !== undefined) {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  element.append(...children.flat().filter(child => child || child === ''));
  return element;
}

const button = (label, click, more) => h('button', { type: 'button', click, ...more }, label);
const sign = (icon, label, click, more) => button(h('i', { class: `i ${icon}` }), click,
  { 'aria-label': label, title: label, class: 'icon', ...more });

// What can't be seen, or turns the direction, is shown as what it is (as in Markup.java).
const UNSEEN =
  /[\0-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
const shown = name => name.replace(UNSEEN, c => (c < ' '
  ? String.fromCharCode(0x2400 + c.charCodeAt(0))
  : `[U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`));
const bdi = name => h('bdi', null, shown(name));
const quoted = name => `\u201c\u2068${shown(name)}\u2069\u201d`;

const encoded = names => names.map(encodeURIComponent).join('/');
const urlOf = (path, base = here) => new URL(`./${encoded(path.split('/'))}`, base);
const pathOf = ({ name, isFolder }) => (isFolder ? `${name}/` : name);

// Numbers and dates as the browser's language writes them.
const LANG = navigator.languages;
const { format: number } = new Intl.NumberFormat(LANG);
const { format: percent } = new Intl.NumberFormat(LANG, { style: 'percent' });
const { format: date } = new Intl.DateTimeFormat(LANG, { dateStyle: 'medium', timeStyle: 'short' });
const { compare: compareNames } = new Intl.Collator(LANG, { numeric: true });
const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'];
const plural = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;

const unit = (value, name, digits = 0) => new Intl.NumberFormat(LANG, { style: 'unit', unit: name,
  unitDisplay: name === 'byte' ? 'long' : 'short', maximumFractionDigits: digits }).format(value);

function bytes(count) {
  let at = 0;
  for (; count >= 999.5 && at < 5; at++) {
    count /= 1000;
  }
  return unit(count, UNITS[at], count < 9.95 && at ? 1 : 0);
}

const duration = seconds => (seconds < 90 ? unit(Math.ceil(seconds), 'second')
  : seconds < 5400 ? unit(Math.round(seconds / 60), 'minute') : unit(seconds / 3600, 'hour', 1));

/** A response that says no, in the server's words. */
class Refusal extends Error {
  constructor(status, text, type, retryAfter) {
    super(!status ? 'The server can\u2019t be reached.'
      : /^text\/plain/.test(type) && text.length < 500 && text
        || `The server responded with status ${status}.`);
    this.status = status;
    this.retryAfterSeconds = Number(retryAfter) || 0;
    /** Whether the same request may succeed later. */
    this.passes = [0, 408, 423, 429, 460, 500, 502, 503, 504].includes(status)
      || status === 507 && this.retryAfterSeconds > 0; // the least used objects are leaving it
  }
}

/** The response of success; else throws a Refusal. */
async function request(method, url, headers, signal) {
  const reads = method === 'GET' || method === 'HEAD';
  // A change's Cache-Control would become the object's, and a change that is sent on from a
  // folder's path would be one of the file that has taken its name.
  const response = await fetch(url, { method, headers, signal,
    cache: reads ? 'no-cache' : 'default', redirect: reads ? 'follow' : 'manual' })
    .catch(failure => {
      throw signal?.aborted ? failure : new Refusal(0);
    });
  if (response.type === 'opaqueredirect') {
    throw new Refusal(409, 'A file has the name of the folder.', 'text/plain');
  }
  if (!response.ok) {
    throw new Refusal(response.status, await response.text(),
      response.headers.get('Content-Type'), response.headers.get('Retry-After'));
  }
  return response;
}

/** A folder's entries; with a query those of one page. */
async function list(url, query) {
  const parameters = new URLSearchParams(query);
  parameters.set('format', 'json');
  return (await request('GET', new URL(`?${parameters}`, url))).json();
}

/** Does a task for each item, three at a time, until one fails. */
async function each(items, task) {
  const left = items.values();
  await Promise.all([1, 2, 3].map(async () => {
    for (const item of left) {
      await task(item);
    }
  }));
}

/** Lets so many tasks run at a time; of those that wait, the last one is the next. */
function gate(most) {
  const waiting = [];
  let free = most;
  return async task => {
    await (free ? free-- : new Promise(go => waiting.push(go)));
    try {
      return await task();
    } finally {
      (waiting.pop() ?? (() => free++))();
    }
  };
}

/** Takes an element away, but not the place of those who go by the keyboard. */
function leave(element) {
  const isFocused = element.contains(document.activeElement);
  element.remove();
  if (isFocused) {
    $('main').focus({ preventScroll: true });
  }
}

/** Says something for a moment; an error stays until it is closed, and is there once. */
function note(text, isError) {
  const line = h('p', { class: isError && 'error' }, h('span', null, text),
    sign('close', 'Close', () => leave(line)));
  [...$('notes').children].filter(({ textContent }) => textContent === text).forEach(leave);
  $('notes').append(line);
  if (!isError) {
    setTimeout(() => leave(line), 5000);
  }
}

/** An action whose failure is said. */
const tried = action => (...given) =>
  action(...given).catch(failure => note(failure.message, true));

/** An action soon; many calls are one. */
function soon(action, ms) {
  let plan;
  return () => {
    plan ??= setTimeout(() => {
      plan = undefined;
      action();
    }, ms);
  };
}
