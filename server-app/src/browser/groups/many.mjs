// Many uploads at once: paused, failed and started again together; names that come twice; drops.
import { randomFile } from '../bytes.mjs';
import { Folder } from '../folder.mjs';
import { behindRelay } from '../network.mjs';
import { until, want } from '../report.mjs';
import { Store } from '../store.mjs';

export default async function many({ check, place, browsers }) {
    const store = await Store.start(place, 'many');
    // More than the buffers of two sockets: what is held there would still come after a Cancel.
    const files = [1, 2, 3, 4, 5, 6].map(i => randomFile(place, `file ${i}.bin`, 16_000_000));

    /** Six uploads, three of which are under way when all are paused. */
    async function paused(path) {
        const { relay, held, folder, visitor, close } = await behindRelay(browsers, store, path, 1e6);
        await folder.pick(...files.map(f => f.path));
        await held;
        await visitor.page.getByRole('button', { name: 'Pause all' }).click();
        relay.release();
        await visitor.page.getByRole('button', { name: 'Resume all' }).waitFor();
        return { folder, visitor, close };
    }

    const stored = (path, file) => store.get(`${path}${encodeURIComponent(file.name)}`);

    await check('all paused: one that is resumed goes on alone', async () => {
        const { folder, visitor, close } = await paused('/one/');
        await folder.upload('file 5.bin').getByRole('button', { name: /^Resume/ }).click();
        await folder.wantUploaded(store, '/one/file%205.bin', files[4].bytes);
        want(await stored('/one/', files[5]) === null, 'another one has gone on, too');
        await visitor.page.getByRole('button', { name: 'Resume all' }).click();
        await folder.wantNoUpload();
        for (const file of files) want((await stored('/one/', file)).equals(file.bytes), file.name);
        visitor.wantQuiet();
        await close();
    });

    await check('all paused, and those cancelled that had begun: the others are resumed', async () => {
        const { folder, visitor, close } = await paused('/begun/');
        for (const { name } of files.slice(0, 3)) {
            await folder.upload(name).getByRole('button', { name: /^Cancel/ }).click();
        }
        await visitor.page.getByRole('button', { name: 'Resume all' }).click();
        await folder.wantNoUpload();
        for (const file of files) {
            const wanted = files.indexOf(file) > 2;
            want((await stored('/begun/', file) !== null) === wanted, `${file.name}: not ${wanted}`);
        }
        visitor.wantQuiet();
        await close();
    });

    await check('a quota in the middle of many: what failed is tried again by one button', async () => {
        const small = Array.from({ length: 12 }, (_, i) => randomFile(place, `small ${i}.bin`, 300_000));
        const full = await Store.start(place, 'quota', '--quota', '1MiB');
        await full.put('/in the way', Buffer.alloc(900_000));
        const visitor = await browsers.visit({}, [/status of 507/]);
        const folder = await new Folder(visitor).open(full.url('/'));
        await folder.pick(...small.map(f => f.path));
        await visitor.page.getByText('12 failed').waitFor();
        await visitor.wantAccessible();
        await visitor.picture('uploads-all-failed');
        await fetch(full.url('/in%20the%20way'), { method: 'DELETE' });
        await visitor.page.getByRole('button', { name: 'Retry all' }).click();
        await visitor.page.getByText('9 failed').waitFor();
        const there = await Promise.all(small.map(f => full.get(`/${encodeURIComponent(f.name)}`)));
        want(there.filter(Boolean).length === 3, 'not three of them fit');
        for (const [i, got] of there.entries()) want(!got || got.equals(small[i].bytes), `${i}`);
        visitor.wantQuiet();
        await visitor.close();
        await full.stop();
    });

    await check('two files of one name, size and time: one after the other, and a question', async () => {
        await store.put('/twice/', '');
        const visitor = await browsers.visit();
        const folder = await new Folder(visitor).open(store.url('/twice/'));
        await visitor.page.evaluate(() => add(['a', 'b'].map(letter => ['same.txt',
            new File([letter.repeat(3_000_000)], 'same.txt', { lastModified: 1 })])));
        await folder.press('Keep both');
        await folder.wantNoUpload();
        await store.wantBytes('/twice/same.txt', Buffer.alloc(3_000_000, 'a'));
        await store.wantBytes('/twice/same%20(2).txt', Buffer.alloc(3_000_000, 'b'));
        visitor.wantQuiet();
        await visitor.close();
    });

    await check('150,000 files are taken', async () => {
        const visitor = await browsers.visit();
        await new Folder(visitor).open(store.url('/'));
        await visitor.page.evaluate(() => {
            const file = new File(['x'], 'x');
            globalThis.run = () => {}; // it is about the list
            add(Array.from({ length: 150_000 }, (_, i) => [`${i}.txt`, file]));
        });
        await visitor.page.getByText('150,000 uploads').first().waitFor();
        visitor.wantQuiet();
        await visitor.close();
    });

    await check('a drop of which some can\u2019t be read or made: the others are uploaded', async () => {
        await store.put('/drop/top/taken', 'a file');
        const visitor = await browsers.visit();
        const folder = await new Folder(visitor).open(store.url('/drop/'));
        await visitor.page.evaluate(() => {
            const folderOf = (name, ...children) => ({ name, isFile: false,
                createReader: () => ({ readEntries: done => done(children.splice(0)) }) });
            const fileOf = name => ({ name, isFile: true, file: done => done(new File(['x'], name)) });
            const bad = { name: 'bad', isFile: false, createReader: () => (
                { readEntries: (done, fail) => fail(new Error('no right to read it')) }) };
            const top = folderOf('top', folderOf('taken'), bad, fileOf('a.txt'), folderOf('empty'));
            return onDrop({ dataTransfer:
                { items: [{ kind: 'file', webkitGetAsEntry: () => top }] } });
        });
        await folder.wantUploaded(store, '/drop/top/a.txt', Buffer.from('x'));
        await until('the empty folder is there',
            async () => await store.get('/drop/top/empty/') !== null);
        await visitor.page.getByText('top/bad\u2069\u201d: no right to read it And 1 more.').waitFor();
        await store.wantBytes('/drop/top/taken', Buffer.from('a file'));
        visitor.wantQuiet();
        await visitor.close();
    });
    await store.stop();
}
