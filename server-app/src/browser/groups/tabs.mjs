// What the browser remembers of uploads: shared by tabs, written by other programs, or full.
import { randomFile } from '../bytes.mjs';
import { Folder } from '../folder.mjs';
import { behindRelay } from '../network.mjs';
import { until, want } from '../report.mjs';
import { Store } from '../store.mjs';

const SIZE = 24_000_000;
const STRANGE = ['not json', 'null', '[]', '["/strange/"]', '["/strange/","\\ud800",9,9]',
    '{"a":1}', '["/strange/","a.bin",9,9,9]'];

/** The tab holds one connection of its upload, so that another tab can be opened. */
const holdOne = (relay, pair) => relay.holdOne(pair);

export default async function tabs({ check, place, browsers }) {
    const store = await Store.start(place, 'tabs');
    const large = randomFile(place, 'large.bin', SIZE);

    await check('an upload of another tab is not interrupted, and not listed as if it were', async () => {
        const { relay, held, folder, close, visitor } = await behindRelay(browsers, store,
            '/other/', 8e6, holdOne);
        await folder.pick(large.path);
        await held;
        const first = visitor.page;
        await visitor.newTab();
        await folder.open(relay.url('/other/'));
        await visitor.page.waitForTimeout(1500); // longer than it asks the others
        want(await visitor.page.locator('#upload-list li').count() === 0, 'it is listed');
        relay.release();
        await folder.wantUploaded(store, '/other/large.bin', large.bytes);
        await until('the first tab is done',
            async () => await first.locator('#upload-list li').count() === 0);
        visitor.wantQuiet();
        await close();
        want(relay.sent < 1.2 * SIZE, `${relay.sent} bytes sent for ${SIZE}`);
    });

    await check('an interrupted upload with which another tab goes on is not cancelled', async () => {
        const { relay, held, folder, close, visitor } = await behindRelay(browsers, store,
            '/taken/', 2e6, holdOne);
        await folder.pick(large.path);
        await held;
        await visitor.page.close();
        relay.release();
        await visitor.newTab();
        await folder.open(relay.url('/taken/'));
        await folder.upload('large.bin').getByText('choose the file').waitFor();
        const other = visitor.page;
        await visitor.newTab();
        await folder.open(relay.url('/taken/'));
        const again = new Promise(done => {
            relay.at(relay.sent + 1e6, pair => { relay.holdOne(pair); done(); });
        });
        await folder.pick(large.path);
        await again;
        await other.getByRole('button', { name: 'Cancel large.bin' }).click();
        await other.getByText(/in another tab/).waitFor();
        relay.release();
        await folder.wantUploaded(store, '/taken/large.bin', large.bytes);
        visitor.wantQuiet();
        await close();
        want(relay.sent < 1.5 * SIZE, `${relay.sent} bytes sent for ${SIZE}`);
    });

    await check('entries that other programs keep for the site hide no interrupted upload', async () => {
        await store.put('/strange/', '');
        const visitor = await browsers.visit();
        const folder = await new Folder(visitor).open(store.url('/strange/'));
        await visitor.page.evaluate(async strange => {
            for (const key of strange) {
                localStorage.setItem(`millrace-upload:${key}`, '{"name":"x"}');
            }
            const { headers } = await fetch('./', { method: 'POST', headers: {
                'Tus-Resumable': '1.0.0', 'Upload-Length': '100',
                'Upload-Metadata': `filename ${btoa('mine.bin')}` } });
            const name = new URL(headers.get('Location'), location).searchParams.get('upload');
            localStorage.setItem('millrace-upload:["/strange/","mine.bin",100,1]',
                JSON.stringify({ name }));
        }, STRANGE);
        await folder.open(store.url('/strange/'));
        await folder.upload('mine.bin').getByText('choose the file').waitFor();
        want(await folder.page.locator('#upload-list li').count() === 1, 'there are more');
        const left = await visitor.page.evaluate(() => localStorage.length);
        want(left === STRANGE.length + 1, `${left} entries are left`);
        want(await folder.page.locator('#notes p').count() === 0, 'it is complained of');
        visitor.wantQuiet();
        await visitor.close();
    });

    await check('what the browser keeps for the site is full: uploads, and the order of the list', async () => {
        await store.put('/full/', '');
        const visitor = await browsers.visit();
        const folder = await new Folder(visitor).open(store.url('/full/'));
        await visitor.page.evaluate(() => {
            for (let text = 'x'.repeat(1 << 22), i = 0; text; i++) {
                try {
                    localStorage.setItem(i, text);
                } catch {
                    text = text.slice(text.length / 2 + 1);
                }
            }
        });
        await folder.pick(large.path);
        await folder.wantUploaded(store, '/full/large.bin', large.bytes);
        await folder.wantNoUpload();
        await visitor.page.getByRole('button', { name: 'Size' }).click();
        await visitor.page.locator('th[aria-sort=descending]', { hasText: 'Size' }).waitFor();
        visitor.wantQuiet();
        await visitor.close();
    });
    await store.stop();
}
