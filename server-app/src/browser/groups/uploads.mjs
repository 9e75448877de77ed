// Uploads by the page: chosen, dropped, paused, taken up again, and in conflict.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { megabytes, randomFile } from '../bytes.mjs';
import { Folder } from '../folder.mjs';
import { behindRelay } from '../network.mjs';
import { until, want } from '../report.mjs';
import { Store } from '../store.mjs';

const SIZE = 24_000_000;
const CONFLICT = [/status of 412/];

/** A folder on disk with folders in it, an empty one among them; path to bytes. */
function tree(place, name) {
    const root = join(place.work, name);
    const files = { 'one.txt': 'one', 'deep/er/two \u00fc.bin': Buffer.alloc(70_000, 7),
        'deep/three.txt': 'three', 'deep/empty.txt': '' };
    for (const [path, content] of Object.entries(files)) {
        mkdirSync(join(root, path, '..'), { recursive: true });
        writeFileSync(join(root, path), content);
    }
    mkdirSync(join(root, 'no files'));
    return { root, files: Object.entries(files).map(([p, c]) => [p, Buffer.from(c)]) };
}

const encoded = path => path.split('/').map(encodeURIComponent).join('/');

export default async function uploads({ check, place, browsers }) {
    const store = await Store.start(place, 'uploads');
    const files = [1, 2, 3, 4, 5].map(i => randomFile(place, `file ${i}.bin`, 40_000 * i ** 3));
    const large = randomFile(place, 'large.bin', SIZE);
    let visitor = await browsers.visit({}, CONFLICT);
    let folder = new Folder(visitor);

    const slow = (path, heldAfter) => behindRelay(browsers, store, path, heldAfter);

    await check('one file by the picker', async () => {
        await store.put('/picked/', '');
        await folder.open(store.url('/picked/'));
        await folder.pick(files[0].path);
        await folder.wantListed(files[0].name);
        await store.wantBytes('/picked/file%201.bin', files[0].bytes);
        // What a browser says of its own cache is not for those that read the object.
        const kept = (await fetch(store.url('/picked/file%201.bin'))).headers.get('Cache-Control');
        want(kept === null, `the object has Cache-Control: ${kept}`);
        visitor.wantQuiet();
    });

    await check('several files by the picker', async () => {
        await folder.pick(...files.map(f => f.path).slice(1));
        await folder.wantListed(...files.map(f => f.name));
        await folder.wantNoUpload();
        for (const f of files) await store.wantBytes(`/picked/${encoded(f.name)}`, f.bytes);
        visitor.wantQuiet();
    });

    await check('a browser that keeps nothing for the site: uploads, and the order of the list', async () => {
        await store.put('/unkept/', '');
        const window = await browsers.visit();
        await window.context.addInitScript(() => Object.defineProperty(globalThis, 'localStorage',
            { get() { throw new DOMException('denied', 'SecurityError'); } }));
        const page = await new Folder(window).open(store.url('/unkept/'));
        await page.pick(files[0].path, large.path);
        await page.wantUploaded(store, '/unkept/large.bin', large.bytes);
        const kept = (await fetch(store.url('/unkept/large.bin'), { method: 'HEAD' })).headers;
        want(kept.get('Cache-Control') === null, 'the object has Cache-Control of its upload');
        await page.wantNoUpload();
        await window.page.getByRole('button', { name: 'Size' }).click();
        want((await page.names())[0] === 'large.bin', 'the list has kept its order');
        window.wantQuiet();
        await window.close();
    });

    await check('a store that holds no conditions, as over some buckets: looks, and asks', async () => {
        await store.put('/unheld/', '');
        const window = await browsers.visit({}, [/status of 501/, /status of 404/]);
        await window.page.route('**/*', route => (route.request().headers()['if-none-match'] === '*'
            ? route.fulfill({ status: 501, contentType: 'text/plain', body: 'not held' })
            : route.continue()));
        const page = await new Folder(window).open(store.url('/unheld/'));
        await page.pick(files[1].path, large.path);
        await page.wantUploaded(store, '/unheld/large.bin', large.bytes);
        await page.wantNoUpload();
        await store.wantBytes('/unheld/file%202.bin', files[1].bytes);
        await store.put('/unheld/file%203.bin', 'of another');
        await page.pick(files[2].path);
        await window.page.getByRole('button', { name: 'Replace' }).waitFor();
        await store.wantBytes('/unheld/file%203.bin', Buffer.from('of another'));
        window.wantQuiet();
        await window.close();
    });

    await check('a whole folder by the picker', async () => {
        await store.put('/folders/', '');
        const { root, files: inside } = tree(place, 'chosen');
        await folder.open(store.url('/folders/'));
        await folder.pickFolder(root);
        await folder.wantListed('chosen/');
        await folder.wantNoUpload();
        for (const [path, bytes] of inside) {
            await folder.wantUploaded(store, `/folders/chosen/${encoded(path)}`, bytes);
        }
        visitor.wantQuiet();
    });

    await check('a folder and a file dropped on the page', async () => {
        const { root, files: inside } = tree(place, 'dropped');
        await folder.open(store.url('/folders/'));
        await folder.drop(root, files[1].path);
        await folder.wantListed('dropped/', files[1].name);
        for (const [path, bytes] of inside) {
            await folder.wantUploaded(store, `/folders/dropped/${encoded(path)}`, bytes);
        }
        await folder.wantUploaded(store, `/folders/${encoded(files[1].name)}`, files[1].bytes);
        await until('the empty folder is there',
            async () => await store.get('/folders/dropped/no%20files/') !== null);
        visitor.wantQuiet();
    });

    await check('a folder dropped whose empty folder has the name of a file', async () => {
        const { root, files: inside } = tree(place, 'taken');
        await store.put('/folders/taken/no%20files', 'a file');
        const window = await browsers.visit();
        const page = await new Folder(window).open(store.url('/folders/'));
        await page.drop(root);
        await page.page.getByText('A file has the name').waitFor();
        for (const [path, bytes] of inside) {
            await page.wantUploaded(store, `/folders/taken/${encoded(path)}`, bytes);
        }
        await store.wantBytes('/folders/taken/no%20files', Buffer.from('a file'));
        window.wantQuiet();
        await window.close();
    });

    await check('paused and resumed', async () => {
        const { relay, held, folder: page, close, visitor: window } = await slow('/paused/', 8e6);
        await page.pick(large.path);
        await held;
        await page.upload('large.bin').getByRole('button', { name: /^Pause/ }).click();
        await page.upload('large.bin').getByText('Paused').waitFor();
        await window.picture('upload-paused');
        const checked = await window.wantAccessible();
        relay.release();
        const sent = relay.sent;
        await page.upload('large.bin').getByRole('button', { name: /^Resume/ }).click();
        await page.wantListed('large.bin');
        await page.wantUploaded(store, '/paused/large.bin', large.bytes);
        await page.wantNoUpload();
        window.wantQuiet();
        await close();
        want(relay.sent - sent < SIZE, `${relay.sent - sent} bytes sent after the pause`);
        return `${megabytes(relay.sent)} sent for ${megabytes(SIZE)}; ${checked}`;
    });

    await check('paused, resumed or cancelled while the store is asked how much it has', async () => {
        for (const end of ['Resume', 'Cancel']) {
            const path = `/asked-${end}/`;
            const { relay, held, folder: page, close, visitor: window } = await slow(path, 8e6);
            const line = page.upload('large.bin');
            const press = name => line.getByRole('button', { name }).click();
            const isAsked = count => until('the store is asked',
                () => window.page.evaluate(wanted => globalThis.held.length === wanted, count));
            const release = () => window.page.evaluate(
                () => globalThis.held.splice(0).forEach(go => go()));
            await page.pick(large.path);
            await held;
            await window.page.evaluate(() => { // each HEAD waits until it is released
                const { fetch } = globalThis;
                globalThis.held = [];
                globalThis.fetch = async (url, options) => {
                    if (options.method === 'HEAD') {
                        await new Promise(go => globalThis.held.push(go));
                    }
                    return fetch(url, options);
                };
            });
            await press(/^Pause/);
            await isAsked(1); // for what is shown
            relay.release();
            await release();
            await press(/^Resume/);
            await isAsked(1);
            await press(/^Pause/);
            await isAsked(2);
            const sent = relay.sent;
            await release();
            await window.page.waitForTimeout(500);
            want(relay.sent - sent < SIZE / 4, `${relay.sent - sent} bytes were sent in the pause`);
            await press(/^Resume/);
            await isAsked(1);
            if (end === 'Resume') {
                await press(/^Pause/);
            }
            await press(new RegExp(`^${end}`));
            await until('nothing is asked any more', async () => {
                await release();
                return await page.upload('large.bin').count() === 0;
            }, 40_000);
            await page.wantNoUpload();
            want(await page.dialog.count() === 0, 'the upload is in its own way');
            const stored = await store.get(`${path}large.bin`);
            want(end === 'Resume' ? stored?.equals(large.bytes) : stored === null,
                `${stored?.length} bytes are stored after ${end}`);
            window.wantQuiet();
            await close();
        }
    });

    await check('goes on from the same file after the tab was closed', async () => {
        const { relay, held, folder: page, close, visitor: window } = await slow('/closed/', 12e6);
        await page.pick(large.path);
        await held;
        await window.page.close();
        await store.kill();
        await store.start();
        relay.release();
        const sent = relay.sent;
        await window.newTab();
        await page.open(relay.url('/closed/'));
        await page.upload('large.bin').getByText('choose the file').waitFor();
        await window.picture('upload-interrupted');
        await window.wantAccessible();
        await page.pick(large.path);
        await page.wantUploaded(store, '/closed/large.bin', large.bytes);
        await page.wantListed('large.bin');
        await page.wantNoUpload();
        window.wantQuiet();
        await close();
        want(relay.sent - sent < 0.9 * SIZE, `${relay.sent - sent} bytes sent by the second tab`);
        return `${megabytes(sent)} by the first tab, ${megabytes(relay.sent - sent)} by the second`;
    });

    await check('a file chosen for an interrupted upload, and then for this folder', async () => {
        await store.put('/again/', '');
        const window = await browsers.visit();
        const page = await new Folder(window).open(store.url('/again/'));
        await window.page.evaluate(async () => {
            const { headers } = await fetch('deep/', { method: 'POST', headers: {
                'Tus-Resumable': '1.0.0', 'Upload-Length': '100',
                'Upload-Metadata': `filename ${btoa('file 1.bin')}` } });
            const name = new URL(headers.get('Location'), location).searchParams.get('upload');
            localStorage.setItem('millrace-upload:["/again/","deep/file 1.bin",100,1]',
                JSON.stringify({ name }));
        });
        await page.open(store.url('/again/'));
        const choose = async button => {
            const chooser = window.page.waitForEvent('filechooser');
            await button.click();
            return chooser;
        };
        await choose(page.upload('deep').getByRole('button', { name: /^Choose/ })); // and leave it
        const chooser = await choose(window.page.getByText('Upload', { exact: true }));
        await chooser.setFiles(files[0].path);
        await page.wantUploaded(store, '/again/file%201.bin', files[0].bytes);
        want(await store.get('/again/deep/file%201.bin') === null, 'it is in the other folder');
        window.wantQuiet();
        await window.close();
    });

    await check('cancelled: nothing is stored and nothing left', async () => {
        const { relay, held, folder: page, close, visitor: window } = await slow('/cancelled/', 8e6);
        await page.pick(large.path);
        await held;
        await page.upload('large.bin').getByRole('button', { name: /^Cancel/ }).click();
        relay.release();
        await page.wantNoUpload();
        await page.open(relay.url('/cancelled/'));
        await page.wantNoUpload();
        want(await store.get('/cancelled/large.bin') === null, 'the object is there');
        window.wantQuiet();
        await close();
    });

    for (const [choice, wanted] of [['Skip', 'old'], ['Replace', 'new'], ['Keep both', 'old']]) {
        for (const size of [100, 3_000_000]) {
            await check(`conflict: ${choice}, ${size} bytes`, async () => {
                const path = `/conflict-${choice.replace(' ', '-')}-${size}/`;
                const fresh = randomFile(place, 'taken.bin', size);
                const old = Buffer.from('old');
                await store.put(`${path}taken.bin`, old);
                await folder.open(store.url(path));
                await folder.pick(fresh.path);
                await folder.dialog.waitFor();
                if (choice === 'Skip' && size === 100) {
                    await visitor.picture('conflict');
                    await visitor.wantAccessible();
                }
                await store.wantBytes(`${path}taken.bin`, old);
                await folder.press(choice);
                if (choice === 'Keep both') {
                    await folder.wantListed('taken (2).bin');
                    await folder.wantUploaded(store, `${path}taken%20(2).bin`, fresh.bytes);
                }
                await folder.wantNoUpload();
                const there = wanted === 'new' ? fresh.bytes : old;
                await until(`taken.bin is the ${wanted} one`,
                    async () => (await store.get(`${path}taken.bin`)).equals(there));
                visitor.wantQuiet();
            });
        }
    }

    await check('conflict: a name that another one takes while the page is open', async () => {
        await store.put('/raced/', '');
        await folder.open(store.url('/raced/'));
        for (const size of [100, 3_000_000]) {
            const fresh = randomFile(place, `raced ${size}.bin`, size);
            await store.put(`/raced/${encoded(fresh.name)}`, 'old');
            await folder.pick(fresh.path);
            await folder.press('Skip');
            await folder.wantNoUpload();
            await store.wantBytes(`/raced/${encoded(fresh.name)}`, Buffer.from('old'));
        }
        visitor.wantQuiet();
    });

    await check('conflict: a name that another one takes while the file is sent', async () => {
        const { relay, held, folder: page, close, visitor: window } = await slow('/late/', 12e6);
        await page.pick(large.path);
        await held;
        await store.put('/late/large.bin', 'old');
        relay.release();
        await page.press('Skip');
        await page.wantNoUpload();
        await store.wantBytes('/late/large.bin', Buffer.from('old'));
        window.wantQuiet();
        await close();
    });

    await check('conflict: one answer for all that follow', async () => {
        for (const f of files) await store.put(`/all/${encoded(f.name)}`, 'old');
        await folder.open(store.url('/all/'));
        await folder.pick(...files.map(f => f.path));
        await folder.dialog.waitFor();
        await folder.dialog.getByRole('checkbox').check();
        await folder.press('Replace');
        await folder.wantNoUpload();
        await folder.wantNoDialog();
        for (const f of files) {
            await until(`${f.name} is replaced`,
                async () => (await store.get(`/all/${encoded(f.name)}`)).equals(f.bytes));
        }
        visitor.wantQuiet();
    });

    await check('a quota is said, and nothing is stored', async () => {
        const full = await Store.start(place, 'full', '--quota', '1MiB');
        const window = await browsers.visit({}, [/status of 507/]);
        const page = await new Folder(window).open(full.url('/'));
        await page.pick(large.path);
        await page.upload('large.bin').getByRole('button', { name: /^Retry/ }).waitFor();
        await page.upload('large.bin').getByText('the quota of this store').waitFor();
        await window.picture('upload-failed');
        await window.wantAccessible();
        want(await full.get('/large.bin') === null, 'the object is there');
        window.wantQuiet();
        await window.close();
        await full.stop();
    });
    await store.stop();
}
