// tus-js-client and Uppy, in Node and in Chromium, through cuts and kills of the store.
import { readdir } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { megabytes, randomFile } from '../bytes.mjs';
import { esbuild, modules, tus, tusPath } from '../packages.mjs';
import { Relay } from '../relay.mjs';
import { want } from '../report.mjs';
import { Store } from '../store.mjs';

const CUT_AFTER = 2_000_000;
const SIZE = 24_000_000;
const KILLS = 5;
// A store needs a second or two to be back; the count begins anew with each byte of progress.
const PATIENT = Array(150).fill(100);

/** Uploads by tus-js-client in this process. Counts the requests by method. */
function uploadInNode(endpoint, source, options = {}) {
    const requests = {};
    return new Promise((done, fail) => {
        const upload = new tus.Upload(source, {
            endpoint,
            retryDelays: PATIENT,
            onBeforeRequest: request => {
                const method = request.getMethod();
                requests[method] = (requests[method] ?? 0) + 1;
            },
            onError: fail,
            onSuccess: () => done({ url: upload.url, requests }),
            ...options,
        });
        upload.start();
    });
}

/** Kills the store, and starts it again, each time another part of the upload has been sent. */
function killWhileSending(relay, store, size) {
    let last = Promise.resolve();
    for (let i = 1; i <= KILLS; i++) {
        relay.at(size * i / (KILLS + 1) + 300_000, () => {
            last = last.then(() => store.kill()).then(() => store.start());
        });
    }
    return () => last;
}

function figures(relay, store, size, resumes) {
    return `${megabytes(relay.sent)} sent for ${megabytes(size)}, ${relay.cuts} cuts, `
        + `${store.kills} kills, ${resumes} resumes`;
}

/** No byte of an upload may stay beside the objects; that one has ended is remembered for a day. */
async function wantNoRest(store) {
    const left = await readdir(join(store.folder, '.millrace.uploads')).catch(e => {
        if (e.code === 'ENOENT') return [];
        throw e;
    });
    const rest = left.filter(name => !name.endsWith('.record'));
    want(rest.length === 0, `uploads were left behind: ${rest.join(', ')}`);
}

/** A page that uploads the file of its <input>; it is stored as an object, as any page may be. */
const PAGE = `<!DOCTYPE html><meta charset="utf-8"><title>tus</title>
<input type="file" aria-label="file"><script src="TUS"></script><script>
window.go = options => new Promise((done, fail) => {
  let heads = 0;
  const file = document.querySelector('input').files[0];
  const upload = new tus.Upload(file, { retryDelays: Array(150).fill(100), ...options,
    metadata: { filename: file.name, filetype: file.type },
    onBeforeRequest: r => { heads += r.getMethod() === 'HEAD'; },
    onError: e => fail(e), onSuccess: () => done({ url: upload.url, heads }) });
  upload.findPreviousUploads().then(before => {
    if (before.length > 0) upload.resumeFromPreviousUpload(before[0]);
    upload.start();
  });
});
</script>`;

const UPPY = `import Uppy from '@uppy/core'; import Tus from '@uppy/tus';
window.go = endpoint => new Promise((done, fail) => {
  const uppy = new Uppy().use(Tus, { endpoint, retryDelays: Array(150).fill(100), limit: 3 });
  for (const file of document.querySelector('input').files) {
    uppy.addFile({ name: file.name, type: file.type, data: file });
  }
  uppy.upload().then(r => done({ good: r.successful.map(f => f.name),
    bad: r.failed.map(f => f.name + ': ' + f.error) }), fail);
});`;

async function uppyPage() {
    const built = await esbuild.build({ stdin: { contents: UPPY, resolveDir: modules },
        bundle: true, write: false, format: 'iife', logLevel: 'error' });
    return '<!DOCTYPE html><meta charset="utf-8"><title>Uppy</title>'
        + '<input type="file" multiple aria-label="files">'
        + `<script>${built.outputFiles[0].text.replaceAll('</script', '<\\/script')}</script>`;
}

/** Serves a page and its script, under an origin that is not the store's. */
async function otherOrigin(html, library) {
    const server = createServer((request, response) => {
        const isScript = request.url === '/tus.js';
        response.writeHead(200, { 'Content-Type': isScript ? 'text/javascript' : 'text/html' });
        response.end(isScript ? library : html);
    });
    await new Promise(done => server.listen(0, '127.0.0.1', done));
    return { origin: `http://127.0.0.1:${server.address().port}`,
        stop: () => { server.closeAllConnections(); server.close(); } };
}

export default async function tusGroup({ check, place, browsers }) {
    const html = { 'Content-Type': 'text/html' };
    const script = { 'Content-Type': 'text/javascript' };
    const library = readFileSync(tusPath);
    const small = randomFile(place, 'small.bin', 3_000_000);
    const large = randomFile(place, 'large.bin', SIZE);
    const metadata = name => ({ filename: name, filetype: 'application/octet-stream' });
    const store = await Store.start(place, 'tus');
    await store.put('/web/tus.js', library, script);
    await store.put('/web/page.html', PAGE.replace('TUS', 'tus.js'), html);

    await check('Node: whole, and in pieces of 1 MB', async () => {
        await uploadInNode(store.url('/node/'), small.bytes, { metadata: metadata('whole.bin') });
        await store.wantBytes('/node/whole.bin', small.bytes);
        const { requests } = await uploadInNode(store.url('/node/'), small.bytes,
            { metadata: metadata('pieces ü.bin'), chunkSize: 1_000_000 });
        await store.wantBytes('/node/pieces%20%C3%BC.bin', small.bytes);
        want(requests.PATCH === 3, `${requests.PATCH} PATCHes for 3 pieces`);
        await wantNoRest(store);
    });

    await check('Node: an empty file', async () => {
        await uploadInNode(store.url('/node/'), Buffer.alloc(0), { metadata: metadata('empty') });
        await store.wantBytes('/node/empty', Buffer.alloc(0));
    });

    await check('Node: length told at the end', async () => {
        await uploadInNode(store.url('/node/'), Readable.from(small.bytes, { objectMode: false }),
            { metadata: metadata('deferred.bin'), uploadLengthDeferred: true, chunkSize: 700_000 });
        await store.wantBytes('/node/deferred.bin', small.bytes);
    });

    await check('Node: data in the POST', async () => {
        const { requests } = await uploadInNode(store.url('/node/'), small.bytes,
            { metadata: metadata('with-creation.bin'), uploadDataDuringCreation: true });
        await store.wantBytes('/node/with-creation.bin', small.bytes);
        want(!requests.PATCH, `${requests.PATCH} PATCHes after a POST with everything`);
    });

    await check('Node: four parts at once, joined', async () => {
        await uploadInNode(store.url('/node/'), small.bytes,
            { metadata: metadata('joined.bin'), parallelUploads: 4 });
        await store.wantBytes('/node/joined.bin', small.bytes);
        await wantNoRest(store);
    });

    await check('Node: the IETF draft, interop versions 3 and 5', async () => {
        for (const protocol of ['ietf-draft-03', 'ietf-draft-05']) {
            await uploadInNode(store.url(`/node/${protocol}.bin`), small.bytes,
                { protocol, chunkSize: 1_000_000 });
            await store.wantBytes(`/node/${protocol}.bin`, small.bytes);
        }
    });

    await check('Node: a cancelled upload leaves nothing', async () => {
        const relay = await Relay.start(store.port);
        const upload = new tus.Upload(large.bytes, { endpoint: relay.url('/node/'),
            metadata: metadata('cancelled.bin'), chunkSize: 1_000_000 });
        const stopped = new Promise((done, fail) => {
            upload.options.onError = fail;
            relay.at(3_000_000, () => upload.abort(true).then(done, fail));
        });
        upload.start();
        await stopped;
        await relay.stop();
        want(await store.get('/node/cancelled.bin') === null, 'the object is there');
        await wantNoRest(store);
    });

    await check(`Node: cut every 2 MB, killed ${KILLS} times`, async () => {
        const relay = await Relay.start(store.port, CUT_AFTER);
        const restarted = killWhileSending(relay, store, SIZE);
        const before = store.kills;
        const { requests } = await uploadInNode(relay.url('/node/'), large.bytes,
            { metadata: metadata('large.bin') });
        await restarted();
        await store.wantBytes('/node/large.bin', large.bytes);
        await wantNoRest(store);
        await relay.stop();
        want(store.kills - before === KILLS, `${store.kills - before} kills`);
        want(relay.cuts >= SIZE / CUT_AFTER - KILLS - 1, `only ${relay.cuts} cuts`);
        want(relay.sent < 3 * SIZE, `${relay.sent} bytes sent for ${SIZE}`);
        return figures(relay, store, SIZE, requests.HEAD);
    });

    await check(`Chromium: cut every 2 MB, killed ${KILLS} times`, async () => {
        store.kills = 0;
        const relay = await Relay.start(store.port, CUT_AFTER);
        const visitor = await browsers.visit({}, [/net::ERR_|Failed to load resource/]);
        await visitor.page.goto(relay.url('/web/page.html'));
        await visitor.page.setInputFiles('input', large.path);
        const restarted = killWhileSending(relay, store, SIZE);
        const { heads } = await visitor.page.evaluate(e => window.go({ endpoint: e }), relay.url('/web/'));
        await restarted();
        await store.wantBytes('/web/large.bin', large.bytes);
        await wantNoRest(store);
        visitor.wantQuiet();
        await visitor.close();
        await relay.stop();
        want(store.kills === KILLS, `${store.kills} kills`);
        want(relay.sent < 3 * SIZE, `${relay.sent} bytes sent for ${SIZE}`);
        return figures(relay, store, SIZE, heads);
    });

    await check('Chromium: goes on after the tab was closed and the store killed', async () => {
        store.kills = 0;
        const relay = await Relay.start(store.port);
        const visitor = await browsers.visit({}, [/net::ERR_|Failed to load resource/]);
        await visitor.page.goto(relay.url('/web/page.html'));
        await visitor.page.setInputFiles('input', large.path);
        // Closed while half of the file has been sent: the promise of the page ends with it.
        const half = new Promise(done => relay.at(SIZE / 2, () => { relay.hold(); done(); }));
        visitor.page.evaluate(e => window.go({ endpoint: e }), relay.url('/tab/')).catch(() => {});
        await half;
        await visitor.page.close();
        await store.kill();
        await store.start();
        relay.release();
        const sent = relay.sent;
        const page = await visitor.newTab();
        await page.goto(relay.url('/web/page.html'));
        await page.setInputFiles('input', large.path);
        await page.evaluate(e => window.go({ endpoint: e }), relay.url('/tab/'));
        await store.wantBytes('/tab/large.bin', large.bytes);
        await visitor.close();
        await relay.stop();
        const again = relay.sent - sent;
        want(again < SIZE * 0.9, `${again} bytes sent by the second tab`);
        return `${megabytes(sent)} by the first tab, ${megabytes(again)} by the second`;
    });

    await check('Uppy in Chromium: three files through cuts', async () => {
        await store.put('/web/uppy.html', await uppyPage(), html);
        const relay = await Relay.start(store.port, CUT_AFTER);
        const visitor = await browsers.visit({}, [/net::ERR_|Failed to load resource/]);
        await visitor.page.goto(relay.url('/web/uppy.html'));
        const files = [1, 2, 3].map(i => randomFile(place, `uppy ${i} ü.bin`, 3_000_000 + i));
        await visitor.page.setInputFiles('input', files.map(f => f.path));
        const { good, bad } = await visitor.page.evaluate(e => window.go(e), relay.url('/uppy/'));
        want(bad.length === 0, bad.join('; '));
        want(good.length === 3, `${good.length} of 3 succeeded`);
        for (const f of files) await store.wantBytes(`/uppy/${encodeURIComponent(f.name)}`, f.bytes);
        visitor.wantQuiet();
        await visitor.close();
        await relay.stop();
        return `${relay.cuts} cuts`;
    });

    await check('Chromium: a page of another origin, refused without --cors', async () => {
        const other = await otherOrigin(PAGE.replace('TUS', '/tus.js'), library);
        const visitor = await browsers.visit({}, [/CORS policy|net::ERR_FAILED/]);
        await visitor.page.goto(other.origin);
        await visitor.page.setInputFiles('input', small.path);
        const refused = await visitor.page.evaluate(
            e => window.go({ endpoint: e, retryDelays: null }).then(() => null, x => String(x)),
            store.url('/other/'));
        want(/tus: failed to create upload/.test(refused), `the page was not refused: ${refused}`);
        want(await store.get('/other/small.bin') === null, 'the object is there');
        await visitor.close();
        other.stop();
    });
    await store.stop();

    await check('Chromium: a page of another origin, allowed by --cors, through cuts', async () => {
        const other = await otherOrigin(PAGE.replace('TUS', '/tus.js'), library);
        const open = await Store.start(place, 'tus-cors', '--cors', other.origin);
        const relay = await Relay.start(open.port, CUT_AFTER);
        const visitor = await browsers.visit({}, [/net::ERR_|Failed to load resource/]);
        await visitor.page.goto(other.origin);
        await visitor.page.setInputFiles('input', large.path);
        const { url, heads } = await visitor.page.evaluate(e => window.go({ endpoint: e }),
            relay.url('/other/'));
        want(url.startsWith(relay.origin), `the upload's URL is ${url}`);
        await open.wantBytes('/other/large.bin', large.bytes);
        await visitor.close();
        await relay.stop();
        other.stop();
        await open.stop();
        return figures(relay, open, SIZE, heads);
    });
}
