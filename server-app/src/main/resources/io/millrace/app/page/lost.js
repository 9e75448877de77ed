/* Uploads of an earlier visit, whose files are to be chosen again; and those of other tabs. */

const ANSWERS_MS = 1000;
/** Here tabs ask which uploads are under way, and those that have some say their keys. */
const tabs = new BroadcastChannel('millrace-uploads');
/** The path of the interrupted upload whose file is being chosen. */
let wanted;

tabs.addEventListener('message', ({ data }) => data === 'which'
  && tabs.postMessage(underWay().filter(({ file }) => file.size > SMALL).map(memoryKey)));

/** The keys of what other tabs upload. */
function keysElsewhere() {
  const keys = new Set();
  const hear = ({ data }) => Array.isArray(data) && data.forEach(key => keys.add(key));
  tabs.addEventListener('message', hear);
  tabs.postMessage('which');
  return new Promise(done => setTimeout(() => {
    tabs.removeEventListener('message', hear);
    done(keys);
  }, ANSWERS_MS));
}

/** The upload to this folder that a key is of; false if there is none. */
function lostOf(key) {
  try {
    const [folder, path, size, lastModified] = JSON.parse(key.slice(STORED.length));
    const upload = { path, file: { size, lastModified }, url: urlOf(path), state: 'lost' };
    return folder === storePath && memoryKey(upload) === key && upload;
  } catch {
    return false; // other pages may write there
  }
}

async function findLost() {
  const left = kept.names().filter(name => name.startsWith(STORED)).map(lostOf).filter(Boolean);
  const others = left.length && await keysElsewhere();
  for (const upload of left.filter(one => !others.has(memoryKey(one)))) {
    await tried(showLost)(upload);
  }
}

async function showLost(upload) {
  const { path, file: { size } } = upload;
  upload.sent = await offsetOf(upload);
  if (uploads.some(other => other.path === path)) {
    return; // its file was chosen meanwhile
  }
  if (!(upload.sent < size)) { // forgotten, or whole
    kept.remove(memoryKey(upload));
    return;
  }
  upload.fault = `${bytes(upload.sent)} of ${bytes(size)} uploaded: choose the file again to go on.`;
  uploads.push(upload);
  tick();
}

function chooseAgain(upload) {
  $('file').click();
  wanted = upload.path;
}

/** Not if another tab goes on with it. */
async function discardLost(upload) {
  if ((await keysElsewhere()).has(memoryKey(upload))) {
    throw new Error(`${shown(upload.path)} is being uploaded in another tab: cancel it there.`);
  }
  await discard(upload);
}
