'use strict';
/* How one file gets to the store: small ones by PUT, large ones by tus, so that they go on. */

/** So much is sent again rather than asked for. */
const SMALL = 1 << 20;
const TRIES = 12;
const STALL_MS = 60_000;
const TUS = { 'Tus-Resumable': '1.0.0' };
const STORED = 'millrace-upload:';

/** The file can't be read, or changed while it was sent. */
class Unreadable extends Error {
  constructor() {
    super('The file can\u2019t be read any more: choose it again.');
  }
}

const base64 = text => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

/** Where the upload of a file is remembered, for when the page or the server is gone. */
function memoryKey(upload) {
  const { file } = upload;
  return STORED + JSON.stringify([storePath, upload.path, file.size, file.lastModified]);
}

/** What is remembered of an upload: its name in the store, and whether it may replace. */
function recall(upload) {
  try {
    return JSON.parse(localStorage.getItem(memoryKey(upload))) ?? {};
  } catch {
    return {}; // other pages of this origin may write there, too
  }
}

/** Sends a request of an upload; the fields of the response, or a Refusal. */
function send(upload, method, url, headers, body) {
  return new Promise((arrived, fail) => {
    const xhr = new XMLHttpRequest();
    const base = upload.sent;
    let stall;
    upload.mark = { time: performance.now(), sent: base }; // the rate counts from here
    const watch = () => {
      clearTimeout(stall);
      stall = setTimeout(() => xhr.abort(), STALL_MS);
    };
    xhr.open(method, url);
    for (const [name, value] of Object.entries(headers)) {
      xhr.setRequestHeader(name, value);
    }
    if (body) {
      watch();
      xhr.upload.onprogress = event => {
        watch();
        upload.sent = base + event.loaded;
      };
      // From here on the store works on it, and may take its time.
      xhr.upload.onload = () => clearTimeout(stall);
    }
    xhr.onloadend = () => {
      clearTimeout(stall);
      upload.xhr = undefined;
      const field = name => xhr.getResponseHeader(name);
      if (xhr.status >= 200 && xhr.status < 300) {
        arrived(field);
      } else {
        fail(new Refusal(xhr.status, sentence(xhr.responseText, field('Content-Type')), field));
      }
    };
    upload.xhr = xhr;
    xhr.send(body);
  });
}

/** Sends the file, and again while there is hope. Throws a Refusal, or what ended it. */
async function transfer(upload) {
  for (let tries = 0; ;) {
    const before = upload.sent;
    try {
      await (upload.file.size <= SMALL ? sendWhole(upload, tries > 0) : sendOn(upload));
      localStorage.removeItem(memoryKey(upload));
      return;
    } catch (failure) {
      if (upload.state !== 'active' || !failure.passes) {
        throw failure;
      }
      await checkReadable(upload.file);
      tries = upload.sent > before ? 1 : tries + 1;
      if (tries > TRIES) {
        throw failure;
      }
      await pauseBefore(upload, tries, failure);
    }
  }
}

async function checkReadable(file) {
  try {
    await file.slice(0, 1).arrayBuffer();
  } catch {
    throw new Unreadable();
  }
}

/** Waits longer each time, but not when the network is back or somebody presses Retry. */
async function pauseBefore(upload, tries, failure) {
  const seconds = Math.min(30, Math.max(failure.retryAfterSeconds, 2 ** (tries - 1) / 2));
  upload.trouble = failure.message;
  await new Promise(done => {
    upload.wake = done;
    addEventListener('online', done, { once: true });
    setTimeout(done, seconds * 1000);
  });
  upload.trouble = upload.wake = undefined;
  if (upload.state !== 'active') {
    throw failure;
  }
}

const conditions = upload => (upload.isReplacing ? {} : { 'If-None-Match': '*' });

async function sendWhole(upload, isAgain) {
  const { file, url } = upload;
  upload.sent = 0;
  try {
    await send(upload, 'PUT', url, { ...conditions(upload),
      'Content-Type': file.type || 'application/octet-stream' }, file);
  } catch (failure) {
    // The response to the try before may be what was lost.
    if (!(isAgain && failure.status === 412 && await isThere(upload))) {
      throw failure;
    }
  }
  upload.sent = file.size;
}

async function isThere({ file, url }) {
  const response = await request('GET', url);
  const [there, ours] = await Promise.all([response.arrayBuffer(), file.arrayBuffer()]);
  const bytesOfOurs = new Uint8Array(ours);
  return there.byteLength === ours.byteLength
    && new Uint8Array(there).every((byte, at) => byte === bytesOfOurs[at]);
}

/** Sends what the store has not. */
async function sendOn(upload) {
  const { file } = upload;
  let place = placeOf(upload);
  let offset = place && await offsetOf(place);
  if (offset === undefined) {
    place = await create(upload);
    offset = 0;
  }
  upload.sent = offset;
  while (upload.sent < file.size) {
    upload.sent = await sendFrom(upload, place);
  }
}

/** Sends the rest in one body; how much the store has then. */
async function sendFrom(upload, place) {
  try {
    const field = await send(upload, 'PATCH', place, { ...TUS, 'Upload-Offset': upload.sent,
      'Content-Type': 'application/offset+octet-stream' }, upload.file.slice(upload.sent));
    return Number(field('Upload-Offset'));
  } catch (failure) {
    // The store has another offset, or has forgotten it: the next try asks.
    failure.passes ||= [404, 409, 410].includes(failure.status);
    throw failure;
  }
}

/** The address of the upload. It is made anew, as a proxy may serve the store below a path. */
function placeOf(upload) {
  const { name } = recall(upload);
  if (typeof name !== 'string') {
    return undefined;
  }
  const place = new URL(upload.url);
  place.search = new URLSearchParams({ upload: name });
  return place;
}

/** How much of it the store has; undefined if it has forgotten it. */
async function offsetOf(place) {
  try {
    const response = await request('HEAD', place, TUS);
    return Number(response.headers.get('Upload-Offset') ?? NaN);
  } catch (failure) {
    if ([400, 404, 410].includes(failure.status)) {
      return undefined;
    }
    throw failure;
  }
}

async function create(upload) {
  const { file, path, url } = upload;
  const field = await send(upload, 'POST', new URL('./', url), {
    ...TUS, ...conditions(upload), 'Upload-Length': file.size,
    'Upload-Metadata': `filename ${base64(path.split('/').at(-1))}`
      + (file.type ? `,filetype ${base64(file.type)}` : ''),
  });
  const name = new URL(field('Location'), url).searchParams.get('upload');
  localStorage.setItem(memoryKey(upload), JSON.stringify({ name, isReplacing: upload.isReplacing }));
  return placeOf(upload);
}

/** Has the store forget what it has of the file. */
async function discard(upload) {
  const place = placeOf(upload);
  localStorage.removeItem(memoryKey(upload));
  if (place) {
    await request('DELETE', place, TUS).catch(failure => {
      if (![404, 410].includes(failure.status)) {
        throw failure;
      }
    });
  }
}
