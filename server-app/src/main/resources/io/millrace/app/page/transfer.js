/* Files to the store: small ones by PUT, large ones by tus, so that they go on. */

/** So much is sent again rather than asked for. */
const SMALL = 1 << 20;
const TRIES = 12;
const STALL_MS = 60_000;
const TUS = { 'Tus-Resumable': '1.0.0' };
const STORED = 'millrace-upload:';
let resumes = true; // not every store can
let holds = true; // nor hold a condition, over some buckets: then a look has to do

const base64 = text => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
const conditions = ({ isReplacing }) => (isReplacing || !holds ? {} : { 'If-None-Match': '*' });

/** Where an upload is remembered, for when the page is gone. */
const memoryKey = ({ path, file }) =>
  STORED + JSON.stringify([storePath, path, file.size, file.lastModified]);

/** Its name in the store, and whether it may replace. */
function recall(upload) {
  try {
    return JSON.parse(kept.get(memoryKey(upload))) ?? {};
  } catch {
    return {}; // other pages may write there
  }
}

/** The fields of the response; else a Refusal. */
function send(upload, method, url, headers, body) {
  return new Promise((arrived, fail) => {
    const xhr = upload.xhr = new XMLHttpRequest();
    const { sent } = upload;
    let stall;
    const watch = () => {
      clearTimeout(stall);
      stall = setTimeout(() => xhr.abort(), STALL_MS);
    };
    upload.mark = { time: performance.now(), sent }; // the rate counts from here
    xhr.open(method, url);
    Object.entries(headers).forEach(([name, value]) => xhr.setRequestHeader(name, value));
    if (body) {
      watch();
      xhr.upload.onprogress = event => {
        watch();
        upload.sent = sent + event.loaded;
      };
      xhr.upload.onload = () => clearTimeout(stall); // now the store may take its time
    }
    xhr.onloadend = () => {
      clearTimeout(stall);
      const field = name => xhr.getResponseHeader(name);
      if (xhr.status >= 200 && xhr.status < 300) {
        arrived(field);
      } else {
        fail(new Refusal(xhr.status, xhr.responseText, field('Content-Type'),
          field('Retry-After')));
      }
    };
    xhr.send(body);
  });
}

/** Sends the file, and again while there is hope. */
async function transfer(upload) {
  const { file } = upload;
  for (let tries = 0, refusals = 0; ;) {
    const before = upload.sent;
    const [resumed, held] = [resumes, holds]; // another upload may learn better meanwhile
    try {
      await (file.size <= SMALL || !resumes ? sendWhole(upload, tries > 0) : sendOn(upload));
      kept.remove(memoryKey(upload));
      return;
    } catch (failure) {
      if (resumed && [405, 501].includes(failure.status)) {
        resumes = false;
        continue;
      }
      if (held && failure.status === 501 && !upload.isReplacing) {
        holds = false;
        continue;
      }
      if (upload.state !== 'active' || !failure.passes) {
        throw failure;
      }
      upload.trouble = `${failure.message} Trying again\u2026`;
      [tries, refusals] = upload.sent > before ? [1, 0] : [tries + 1, refusals];
      if (!isAway(failure) || await isReached(upload)) {
        refusals++; // how long the server is away doesn't count
      }
      if (upload.state !== 'active' || refusals > TRIES) {
        upload.trouble = undefined;
        throw failure;
      }
      await file.slice(0, 1).arrayBuffer().catch(() => {
        throw new Error('The file can no longer be read: choose it again.');
      });
      await new Promise(done => { // longer each time, but not when the network is back
        upload.wake = done;
        addEventListener('online', done, { once: true });
        setTimeout(done, 1000 * Math.min(30, Math.max(failure.retryAfterSeconds, 2 ** tries / 4)));
      });
      upload.trouble = undefined;
      if (upload.state !== 'active') {
        throw failure;
      }
    }
  }
}

const isAway = ({ status }) => [0, 502, 503, 504].includes(status);

/** Whether a server responds at all, and soon: then it is this upload that fails. */
const isReached = ({ stopping: { signal } }) => Promise.race([
  request('HEAD', here, {}, signal).then(() => true, failure => !isAway(failure)),
  new Promise(late => setTimeout(late, 10_000, false)),
]);

async function sendWhole(upload, isAgain) {
  const { file, url } = upload;
  upload.sent = 0;
  try {
    if (!holds && !upload.isReplacing && await isTakenNow(upload)) {
      throw new Refusal(412);
    }
    await send(upload, 'PUT', url, { ...conditions(upload),
      'Content-Type': file.type || 'application/octet-stream' }, file);
  } catch (failure) {
    // The response to the try before may be what was lost.
    if (!isAgain || failure.status !== 412 || file.size > SMALL || !await isThere(upload)) {
      throw failure;
    }
  }
}

const isTakenNow = ({ url, stopping: { signal } }) =>
  request('HEAD', url, {}, signal).then(() => true, failure => {
    if (failure.status !== 404) {
      throw failure;
    }
    return false;
  });

async function isThere({ file, url, stopping: { signal } }) {
  const both = [await request('GET', url, {}, signal), file].map(from => from.arrayBuffer());
  const [there, ours] = (await Promise.all(both)).map(buffer => String(new Uint8Array(buffer)));
  return there === ours;
}

/** Sends what the store has not, in one body. */
async function sendOn(upload) {
  const { file } = upload;
  upload.sent = await offsetOf(upload, upload.stopping.signal) ?? await create(upload);
  while (upload.sent < file.size) {
    try {
      const field = await send(upload, 'PATCH', placeOf(upload), { ...TUS,
        'Upload-Offset': upload.sent, 'Content-Type': 'application/offset+octet-stream',
      }, file.slice(upload.sent));
      upload.sent = Number(field('Upload-Offset'));
    } catch (failure) {
      // The store has another offset, or has forgotten it: the next try asks.
      failure.passes ||= [404, 409, 410].includes(failure.status);
      throw failure;
    }
  }
}

/** Its address, made anew: a proxy may serve the store below a path. */
function placeOf(upload) {
  const { name } = recall(upload);
  return name && new URL(`?${new URLSearchParams({ upload: name })}`, upload.url);
}

/** Undefined if the store knows nothing of it. */
async function ofUpload(method, upload, signal) {
  const place = placeOf(upload);
  return place && request(method, place, TUS, signal).catch(failure => {
    if (![400, 404, 410].includes(failure.status)) {
      throw failure;
    }
  });
}

/** How much of it the store has. */
async function offsetOf(upload, signal) {
  const response = await ofUpload('HEAD', upload, signal);
  return response && Number(response.headers.get('Upload-Offset'));
}

async function create(upload) {
  const { file, path, url, isReplacing } = upload;
  const type = file.type && `,filetype ${base64(file.type)}`;
  const field = await send(upload, 'POST', new URL('./', url), { ...TUS, ...conditions(upload),
    'Upload-Length': file.size,
    'Upload-Metadata': `filename ${base64(path.split('/').at(-1))}${type}` });
  const name = new URL(field('Location'), url).searchParams.get('upload');
  kept.set(memoryKey(upload), JSON.stringify({ name, isReplacing }));
  return 0;
}

/** Has the store forget what it has of the file. */
async function discard(upload) {
  await ofUpload('DELETE', upload);
  kept.remove(memoryKey(upload));
}
