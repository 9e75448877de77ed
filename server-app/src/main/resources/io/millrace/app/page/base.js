'use strict';
/* Texts, numbers, elements and requests: what all other parts of the script use. */

/** The path of this folder in the store, and the letters of what the token may do. */
const { path: storePath, may: rights } = document.body.dataset;
const here = new URL('./', location.href);
/** What stands before the store's root in addresses, as a proxy may serve it below a path. */
const rootUrl = new URL('../'.repeat(storePath.split('/').length - 2) || './', here);
const may = right => rights.includes(right);
const $ = id => document.getElementById(id);
const wait = ms => new Promise(done => setTimeout(done, ms));

/** An element. Texts become text nodes, so that a name never becomes markup. */
function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (typeof value === 'function') {
      element.addEventListener(name, value);
    } else if (value !== false && value !== undefined) {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  element.append(...children.flat().filter(child => child !== undefined && child !== false));
  return element;
}

function button(label, click, attributes) {
  return h('button', { type: 'button', click, ...attributes }, label);
}

function iconButton(icon, label, click, attributes) {
  return button(h('i', { class: `i ${icon}` }), click,
    { 'aria-label': label, title: label, class: 'icon', ...attributes });
}

// Names. Characters that can't be seen, and those that turn the direction, are shown as what they
// are: "photo_\u202egpj.exe" must not look like a picture.
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

function shown(name) {
  return name.replace(UNSEEN, c => {
    const code = c.charCodeAt(0);
    return code < 32 ? String.fromCharCode(0x2400 + code)
      : `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
  });
}

const bdi = name => h('bdi', null, shown(name));
const quoted = name => `\u201c\u2068${shown(name)}\u2069\u201d`;
const encode = path => path.split('/').map(encodeURIComponent).join('/');
const urlOf = path => new URL(encode(path), here);
const typeOf = name => /\.([a-z0-9]{1,5})$/i.exec(name)?.[1].toLowerCase() ?? '';
const plural = (count, one, many) => `${numbers.format(count)} ${count === 1 ? one : many}`;

// Numbers and dates as the browser's language writes them.
const LANG = navigator.languages;
const numbers = new Intl.NumberFormat(LANG);
const names = new Intl.Collator(LANG, { numeric: true, sensitivity: 'base' });
const dates = new Intl.DateTimeFormat(LANG, { dateStyle: 'medium', timeStyle: 'short' });
const exactDates = new Intl.DateTimeFormat(LANG, { dateStyle: 'full', timeStyle: 'long' });
const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'];

function unit(value, name, digits = 0) {
  return new Intl.NumberFormat(LANG, {
    style: 'unit', unit: name, unitDisplay: name === 'byte' ? 'long' : 'short',
    maximumFractionDigits: digits,
  }).format(value);
}

function bytes(count) {
  let at = 0;
  let value = count;
  while (value >= 999.5 && at < UNITS.length - 1) {
    value /= 1000;
    at++;
  }
  return unit(value, UNITS[at], value < 9.95 && at > 0 ? 1 : 0);
}

function duration(seconds) {
  return seconds < 90 ? unit(Math.max(1, Math.round(seconds)), 'second')
    : seconds < 5400 ? unit(Math.round(seconds / 60), 'minute')
      : unit(seconds / 3600, 'hour', 1);
}

/** A response that says no. Its message is the server's sentence. */
class Refusal extends Error {
  constructor(status, text, headers) {
    super(status === 0 ? 'The server can\u2019t be reached.'
      : status === 401 ? 'Sign in first: reload the page.' : text || `The server answered ${status}.`);
    this.status = status;
    this.retryAfterSeconds = Number(headers?.('Retry-After')) || 0;
    /** Whether the same request may succeed later. */
    this.passes = [0, 408, 423, 425, 429, 460, 500, 502, 503, 504].includes(status);
  }
}

function sentence(text, type) {
  return /^text\/plain/.test(type ?? '') && text.length < 500 ? text.trim() : '';
}

/** A request; throws a Refusal for everything but success. */
async function request(method, url, headers, options) {
  let response;
  try {
    response = await fetch(url, { method, headers, cache: 'no-cache', ...options });
  } catch (failure) {
    if (failure.name === 'AbortError') {
      throw failure;
    }
    throw new Refusal(0);
  }
  if (!response.ok) {
    const text = method === 'HEAD' ? '' : await response.text();
    throw new Refusal(response.status, sentence(text, response.headers.get('Content-Type')),
      name => response.headers.get(name));
  }
  return response;
}

/** All entries of a folder, or of one page of it with a query. */
async function list(url, query) {
  const parameters = new URLSearchParams(query);
  parameters.set('format', 'json');
  return (await request('GET', new URL(`?${parameters}`, url))).json();
}

/** Runs a task for each item, a few at a time; the first failure ends it. */
async function each(items, lanes, task) {
  const left = items[Symbol.iterator]();
  await Promise.all(Array.from({ length: lanes }, async () => {
    for (const item of left) {
      await task(item);
    }
  }));
}

/** Says something for a moment; what went wrong stays until it is closed. */
function note(text, isError) {
  const line = h('p', { class: isError ? 'error' : '' }, text);
  const close = () => line.remove();
  line.append(iconButton('close', 'Close', close));
  $('notes').append(line);
  if (!isError) {
    setTimeout(close, 6000);
  }
}

const failed = failure => note(failure.message, true);

/** A button's action whose failure is said. */
const tried = action => async (...given) => {
  try {
    await action(...given);
  } catch (failure) {
    failed(failure);
  }
};
