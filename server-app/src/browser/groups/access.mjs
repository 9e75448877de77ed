// Who may do what: read-only stores, tokens with few rights, the browser's own sign-in.
import { writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Folder } from '../folder.mjs';
import { until, want } from '../report.mjs';
import { Store } from '../store.mjs';

const TOKENS = { all: 'rwdl', reads: 'rl', adds: 'rwl', lists: 'l' };

export default async function access({ check, place, browsers }) {
    const shows = (folder, label) => folder.page.getByRole('button', { name: label }).count();

    /** What a window offers: the labels of all that changes something. */
    async function offered(folder) {
        const found = [];
        for (const label of [/^New folder/, /^Upload/, /^Delete/, /^Preview/]) {
            if (await shows(folder, label) > 0) found.push(label.source.slice(1));
        }
        if (await folder.page.locator('input[type=file]').count() > 0) found.push('file');
        if (await shows(folder, /^More for/) > 0) {
            await folder.row('a.txt').getByRole('button', { name: /^More/ }).click();
            for (const label of await folder.page.getByRole('menuitem').allInnerTexts()) {
                if (/Rename|Move|Delete|Download/.test(label)) found.push(label.replace('\u2026', ''));
            }
            await folder.page.keyboard.press('Escape');
        }
        return found;
    }

    await check('a read-only store offers no change', async () => {
        const path = join(place.work, 'read-only');
        await mkdir(path, { recursive: true });
        await writeFile(join(path, 'a.txt'), 'A');
        const store = await Store.start(place, 'read-only', '--read-only');
        const visitor = await browsers.visit();
        const folder = await new Folder(visitor).open(store.url('/'));
        await folder.wantListed('a.txt');
        const found = await offered(folder);
        want(!found.some(f => /New|Upload|file|Delete|Rename|Move/.test(f)), `offered: ${found}`);
        await visitor.wantAccessible();
        await visitor.picture('read-only');
        await folder.drop(join(path, 'a.txt'));
        visitor.wantQuiet();
        await visitor.close();
        await store.stop();
        return `offered: ${found}`;
    });

    const file = join(place.work, 'tokens');
    writeFileSync(file, Object.entries(TOKENS).map(([n, r]) => `${n} secret-of-${n} ${r}\n`).join(''),
        { mode: 0o600 });
    const store = await Store.start(place, 'access', '--token-file', file);
    const headers = { Authorization: 'Bearer secret-of-all' };
    await store.put('/a.txt', 'A', headers);
    await store.put('/dir/', '', headers);

    const signedIn = (name, expected) => browsers.visit(
        { httpCredentials: { username: name, password: `secret-of-${name}` } }, expected);

    await check('Basic sign-in by the browser; everything is offered to who may all', async () => {
        // A browser without credentials asks for them; here there is no one to give them.
        const stranger = await browsers.visit();
        const outcome = await stranger.page.goto(store.url('/')).then(r => r.status(), e => e.message);
        want(/ERR_INVALID_AUTH_CREDENTIALS/.test(outcome), `no sign-in is asked for: ${outcome}`);
        await stranger.close();
        const visitor = await signedIn('all', [/status of 401/]);
        const folder = await new Folder(visitor).open(store.url('/'));
        const found = await offered(folder);
        for (const what of ['New folder', 'file', 'Delete', 'Rename', 'Move to', 'Download']) {
            want(found.includes(what), `${what} is not offered: ${found}`);
        }
        await folder.page.locator('input[type=file]:not([webkitdirectory])').setInputFiles(
            { name: 'up.txt', mimeType: 'text/plain', buffer: Buffer.alloc(2_000_000, 'u') });
        await folder.wantListed('up.txt');
        await folder.newFolder('made');
        await folder.wantListed('made/');
        await folder.choose('up.txt', /Rename/);
        await folder.dialog.getByRole('textbox').fill('moved.txt');
        await folder.press('Rename');
        await folder.wantListed('moved.txt');
        await folder.row('moved.txt').getByRole('button', { name: /^Delete/ }).click();
        await folder.press('Delete');
        await folder.wantNotListed('moved.txt');
        visitor.wantQuiet();
        await visitor.close();
    });

    const refused = { reads: ['New folder', 'Upload', 'file', 'Delete', 'Rename', 'Move to'],
        adds: ['Delete', 'Rename', 'Move to'] };
    for (const [name, never] of Object.entries(refused)) {
        await check(`a token of ${TOKENS[name]} is not offered what it may not`, async () => {
            const visitor = await signedIn(name, [/status of 401/]);
            const folder = await new Folder(visitor).open(store.url('/'));
            await folder.wantListed('a.txt', 'dir/');
            const found = await offered(folder);
            for (const what of never) want(!found.includes(what), `${what} is offered`);
            await visitor.wantAccessible();
            await visitor.picture(`token-${name}`);
            visitor.wantQuiet();
            await visitor.close();
            return `offered: ${found}`;
        });
    }

    await check('a token of l sees the names and is offered no file', async () => {
        const visitor = await signedIn('lists', [/status of 40[13]/]);
        const folder = await new Folder(visitor).open(store.url('/'));
        await folder.wantListed('a.txt');
        const found = await offered(folder);
        want(!found.some(f => /Preview|Download|Delete|file/.test(f)), `offered: ${found}`);
        visitor.wantQuiet();
        await visitor.close();
    });

    await check('an upload of a token that was taken away says so', async () => {
        const visitor = await signedIn('adds', [/status of 40[13]/]);
        const folder = await new Folder(visitor).open(store.url('/'));
        writeFileSync(file, 'all secret-of-all rwdl\n', { mode: 0o600 });
        await until('the token is gone', async () => (await fetch(store.url('/'), { headers: {
            Authorization: 'Bearer secret-of-adds' } })).status === 401, 30_000);
        await folder.page.locator('input[type=file]:not([webkitdirectory])').setInputFiles(
            { name: 'late.txt', mimeType: 'text/plain', buffer: Buffer.from('late') });
        await folder.upload('late.txt').getByText(/token/).waitFor();
        want(await store.get('/late.txt', headers) === null, 'it was stored');
        want(visitor.dialogs.length === 0, visitor.dialogs.join());
        await visitor.close();
    });
    await store.stop();
}
