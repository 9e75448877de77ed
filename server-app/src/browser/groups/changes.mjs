// What changes the store but uploads: folders, renaming, moving, deleting; by mouse and keyboard.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { until, want } from '../report.mjs';
import { Folder } from '../folder.mjs';
import { Store } from '../store.mjs';

export default async function changes({ check, place, browsers }) {
    const store = await Store.start(place, 'changes');
    const visitor = await browsers.visit({}, [/status of 412/]);
    const folder = new Folder(visitor);
    const there = async path => await store.get(path) !== null;

    /** A folder of its own with some objects, opened. */
    async function opened(path, ...names) {
        await store.put(path, '');
        for (const name of names) {
            await store.put(path + name.split('/').map(encodeURIComponent).join('/'), `content of ${name}`);
        }
        return folder.open(store.url(path));
    }

    await check('new folder', async () => {
        await opened('/new/', 'a.txt');
        await folder.page.getByRole('button', { name: 'New folder' }).click();
        await folder.dialog.waitFor();
        await visitor.wantAccessible();
        await visitor.picture('new-folder');
        await folder.dialog.getByRole('textbox').fill('Bilder \u00fc 2026');
        await folder.press('Create');
        await folder.wantListed('Bilder \u00fc 2026/');
        want(await there('/new/Bilder%20%C3%BC%202026/'), 'it is not there');
        visitor.wantQuiet();
    });

    await check('a new folder stays listed when an older listing arrives', async () => {
        await opened('/late/', 'a.txt');
        const { page } = folder;
        let goOn;
        const made = new Promise(done => { goOn = done; });
        const read = new Promise(done => {
            page.route(/format=json/, async route => {
                const response = await route.fetch();
                done();
                await made;
                await route.fulfill({ response });
            }, { times: 1 });
        });
        await page.getByRole('button', { name: 'Refresh' }).click();
        await read;
        await folder.newFolder('made');
        await folder.wantListed('made/');
        const late = page.waitForResponse(/format=json/);
        goOn();
        await (await late).finished();
        await page.evaluate(() => new Promise(done => setTimeout(done, 100)));
        want(await folder.link('made/').count() === 1, 'it is not listed any more');
        visitor.wantQuiet();
    });

    await check('new folder whose name is taken is refused in the dialog', async () => {
        await folder.newFolder('a.txt');
        await folder.dialog.getByRole('alert').getByText(/taken/).waitFor();
        await folder.press('Cancel');
        await folder.wantNoDialog();
        visitor.wantQuiet();
    });

    await check('rename a file', async () => {
        await opened('/rename/', 'old name.txt', 'other.txt');
        await folder.choose('old name.txt', /Rename/);
        await visitor.picture('rename');
        await visitor.wantAccessible();
        await folder.dialog.getByRole('textbox').fill('new & name.txt');
        await folder.press('Rename');
        await folder.wantListed('new & name.txt');
        await folder.wantNotListed('old name.txt');
        await store.wantBytes('/rename/new%20%26%20name.txt', Buffer.from('content of old name.txt'));
        want(!await there('/rename/old%20name.txt'), 'the old one is still there');
        visitor.wantQuiet();
    });

    await check('rename to a name that is taken changes nothing', async () => {
        await folder.choose('other.txt', /Rename/);
        await folder.dialog.getByRole('textbox').fill('new & name.txt');
        await folder.press('Rename');
        await folder.dialog.getByText(/taken/).waitFor();
        await folder.press('Cancel');
        await store.wantBytes('/rename/other.txt', Buffer.from('content of other.txt'));
        await store.wantBytes('/rename/new%20%26%20name.txt', Buffer.from('content of old name.txt'));
        visitor.wantQuiet();
    });

    await check('rename a folder with all that is in it', async () => {
        await opened('/rename-folder/', 'before/in/a.txt', 'before/b.txt');
        await folder.choose('before/', /Rename/);
        await folder.dialog.getByRole('textbox').fill('after');
        await folder.press('Rename');
        await folder.wantListed('after/');
        await folder.wantNotListed('before/');
        await store.wantBytes('/rename-folder/after/in/a.txt', Buffer.from('content of before/in/a.txt'));
        want(!await there('/rename-folder/before/b.txt'), 'the old one is still there');
        visitor.wantQuiet();
    });

    await check('move several into another folder, one of them over a name that is taken', async () => {
        await opened('/move/', 'a.txt', 'b.txt', 'c.txt', 'into/b.txt');
        for (const name of ['a.txt', 'b.txt']) await folder.row(name).getByRole('checkbox').check();
        await visitor.picture('selected');
        await visitor.wantAccessible();
        await folder.page.locator('#selection').getByRole('button', { name: /^Move/ }).click();
        await folder.dialog.getByRole('button', { name: 'into' }).click();
        await folder.dialog.getByText('/move/into').waitFor();
        await visitor.picture('move');
        await visitor.wantAccessible();
        await folder.press('Move here');
        await folder.press('Keep both');
        await folder.wantNotListed('a.txt', 'b.txt');
        await folder.wantListed('c.txt', 'into/');
        await store.wantBytes('/move/into/a.txt', Buffer.from('content of a.txt'));
        await store.wantBytes('/move/into/b.txt', Buffer.from('content of into/b.txt'));
        await store.wantBytes('/move/into/b%20(2).txt', Buffer.from('content of b.txt'));
        visitor.wantQuiet();
    });

    await check('delete: Cancel and Escape change nothing, Delete does', async () => {
        await opened('/delete/', 'a.txt', 'b.txt');
        for (const no of [() => folder.press('Cancel'), () => folder.page.keyboard.press('Escape')]) {
            await folder.row('a.txt').getByRole('button', { name: /^Delete/ }).click();
            await folder.dialog.waitFor();
            await no();
            await folder.wantNoDialog();
        }
        await store.wantBytes('/delete/a.txt', Buffer.from('content of a.txt'));
        await folder.row('a.txt').getByRole('button', { name: /^Delete/ }).click();
        await visitor.picture('delete');
        await visitor.wantAccessible();
        await folder.press('Delete');
        await folder.wantNotListed('a.txt');
        want(!await there('/delete/a.txt'), 'it is still there');
        await store.wantBytes('/delete/b.txt', Buffer.from('content of b.txt'));
        visitor.wantQuiet();
    });

    await check('delete several, folders with all that is in them', async () => {
        const inside = Array.from({ length: 30 }, (_, i) => `full/${i % 3}/${i}.txt`);
        await opened('/delete-all/', 'keep.txt', 'a.txt', ...inside);
        for (const name of ['a.txt', 'full/']) await folder.row(name).getByRole('checkbox').check();
        await folder.page.locator('#selection').getByRole('button', { name: /^Delete/ }).click();
        await folder.press('Delete');
        await folder.wantNotListed('a.txt', 'full/');
        await folder.wantListed('keep.txt');
        want(!await there('/delete-all/full/'), 'the folder is still there');
        visitor.wantQuiet();
    });

    await check('delete a tree of 364 folders, with few requests at a time', async () => {
        const make = (at, depth) => {
            mkdirSync(at, { recursive: true });
            for (const name of depth ? ['a', 'b', 'c'] : []) make(join(at, name), depth - 1);
        };
        make(join(store.folder, 'tree', 'top'), 5);
        await folder.open(store.url('/tree/'));
        await folder.page.evaluate(() => {
            const { fetch } = globalThis;
            globalThis.most = 0;
            let now = 0;
            globalThis.fetch = (...given) => {
                globalThis.most = Math.max(globalThis.most, ++now);
                return fetch(...given).finally(() => { now--; });
            };
        });
        await folder.row('top/').getByRole('button', { name: /^Delete/ }).click();
        await folder.press('Delete');
        await until('it is gone', async () => await folder.link('top/').count() === 0, 80_000);
        want(!await there('/tree/top/'), 'the folder is still there');
        const most = await folder.page.evaluate(() => globalThis.most);
        want(most < 10, `${most} requests at a time`);
        visitor.wantQuiet();
    });

    await check('all of it by the keyboard', async () => {
        await opened('/keys/', 'a.txt', 'b.txt', 'c.txt', 'dir/x.txt');
        const keys = folder.page.keyboard;
        const focused = () => folder.page.evaluate(
            () => document.activeElement.closest('tr')?.innerText ?? '');
        // From the address bar to the list by Tab alone.
        for (let i = 0; !(await focused()).includes('dir'); i++) {
            want(i < 30, 'Tab does not come to the list');
            await keys.press('Tab');
        }
        await keys.press('/');
        await keys.type('b.t');
        await until('the search leaves one', async () => (await folder.names()).length === 1);
        await keys.press('Escape');
        await until('all are back', async () => (await folder.names()).length === 4);
        await folder.page.getByRole('searchbox').focus();
        await keys.press('ArrowDown');
        await keys.press('ArrowDown');
        await until('the focus is on the first file', async () => (await focused()).includes('a.txt'));
        await keys.press('Control+p'); // the browser's: it prints
        want(await folder.dialog.count() === 0, 'Ctrl+P is taken for P');
        await keys.press('F2');
        await folder.dialog.waitFor();
        await keys.press('Control+A');
        await keys.type('z.txt');
        await keys.press('Enter');
        await folder.wantListed('z.txt');
        await folder.wantNoDialog();
        await until('the focus is on the new name', async () => (await focused()).includes('z.txt'));
        await keys.press('Delete');
        await folder.dialog.waitFor();
        await keys.press('Escape');
        await folder.wantNoDialog();
        await store.wantBytes('/keys/z.txt', Buffer.from('content of a.txt'));
        await until('the focus is back in the list', async () => (await focused()).includes('z.txt'));
        await keys.press('Delete');
        await folder.dialog.waitFor();
        await keys.press('Tab');
        await keys.press('Enter');
        await folder.wantNotListed('z.txt');
        await keys.press('?');
        await folder.dialog.waitFor();
        await visitor.wantAccessible();
        await visitor.picture('keys');
        await keys.press('Escape');
        await folder.wantNoDialog();
        await folder.link('dir/').focus();
        await keys.press('Enter');
        await folder.wantListed('x.txt');
        visitor.wantQuiet();
    });

    await check('a menu by the keyboard', async () => {
        await opened('/menu/', 'a.txt');
        const keys = folder.page.keyboard;
        await folder.row('a.txt').getByRole('button', { name: /^More/ }).focus();
        await keys.press('Enter');
        await folder.page.getByRole('menu').waitFor();
        await visitor.wantAccessible();
        await visitor.picture('menu');
        await keys.press('ArrowDown');
        await keys.press('ArrowUp');
        await keys.press('Escape');
        await until('the menu is closed', async () => await folder.page.getByRole('menu').count() === 0);
        const at = await folder.page.evaluate(() => document.activeElement.getAttribute('aria-label'));
        want(/^More/.test(at), `after the menu the focus is on ${at}`);
        visitor.wantQuiet();
    });
    await store.stop();
}
