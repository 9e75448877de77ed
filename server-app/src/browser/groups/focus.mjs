// Where those are who go by the keyboard when what they were at has gone.
import { randomFile } from '../bytes.mjs';
import { Folder } from '../folder.mjs';
import { behindRelay } from '../network.mjs';
import { until, want } from '../report.mjs';
import { Store } from '../store.mjs';

export default async function focus({ check, place, browsers }) {
    const store = await Store.start(place, 'focus');
    for (const name of ['a.txt', 'b.txt', 'c.txt', 'd.txt', 'e.txt', 'f.txt', 'dir/x.txt']) {
        await store.put(`/list/${name}`, name);
    }
    const visitor = await browsers.visit({}, [/status of 412/]);
    const folder = await new Folder(visitor).open(store.url('/list/'));
    const keys = () => folder.page.keyboard;

    /** What has the focus must be called so. */
    const wantAt = (name, { page } = folder) => until(`the focus is on ${name}`, () =>
        page.evaluate(wanted => {
            const { activeElement: at } = document;
            return (at.ariaLabel ?? at.textContent).trim() === wanted;
        }, name), 3000).catch(async failure => {
        const at = await page.evaluate(() => document.activeElement.outerHTML.slice(0, 80));
        throw new Error(`${failure.message}: it is on ${at}`);
    });

    async function confirm() {
        await folder.dialog.waitFor();
        await keys().press('Tab');
        await keys().press('Enter');
        await folder.wantNoDialog();
    }

    await check('after a deletion: the next row', async () => {
        await folder.link('b.txt').focus();
        await keys().press('Delete');
        await confirm();
        await folder.wantNotListed('b.txt');
        await wantAt('c.txt');
        await folder.row('f.txt').getByRole('button', { name: /^Delete/ }).focus();
        await keys().press('Enter');
        await confirm();
        await folder.wantNotListed('f.txt');
        await wantAt('e.txt'); // it was the last one
        visitor.wantQuiet();
    });

    await check('after a move, and within its dialog', async () => {
        await folder.row('c.txt').getByRole('button', { name: /^More/ }).focus();
        await keys().press('Enter');
        await folder.page.getByRole('menuitem', { name: /^Move/ }).focus();
        await keys().press('Enter');
        await folder.dialog.getByRole('button', { name: 'dir' }).focus();
        await keys().press('Enter');
        await folder.dialog.getByRole('status').getByText('/list/dir').waitFor();
        await wantAt('\u2191 Up');
        await visitor.wantAccessible();
        await folder.dialog.getByRole('button', { name: 'Move here' }).focus();
        await keys().press('Enter');
        await folder.wantNotListed('c.txt');
        await wantAt('d.txt');
        visitor.wantQuiet();
    });

    await check('after a selection is cleared, and its files are deleted', async () => {
        const press = async name => {
            await folder.row('d.txt').getByRole('checkbox').check();
            await folder.page.locator('#selection').getByRole('button', { name }).focus();
            await keys().press('Enter');
        };
        await press('Clear');
        await wantAt('Select all');
        await press(/^Delete/);
        await confirm();
        await folder.wantNotListed('d.txt');
        await wantAt('Select all');
        visitor.wantQuiet();
    });

    await check('after a message is closed', async () => {
        await folder.page.evaluate(() => note('said', true));
        await folder.page.evaluate(() => note('said', true));
        const close = folder.page.locator('#notes .error').getByRole('button');
        want(await close.count() === 1, 'it is there twice');
        await close.focus();
        await keys().press('Enter');
        want(await folder.page.evaluate(() => document.activeElement.id) === 'main', 'it is lost');
        visitor.wantQuiet();
    });

    await check('at the last preview: the arrow back still works', async () => {
        await folder.row('a.txt').getByRole('button', { name: /^Preview/ }).click();
        await folder.dialog.getByRole('button', { name: 'Next' }).click();
        await folder.dialog.getByRole('heading', { name: 'e.txt' }).waitFor();
        await wantAt('Previous');
        await keys().press('ArrowLeft');
        await folder.dialog.getByRole('heading', { name: 'a.txt' }).waitFor();
        await wantAt('Next');
        await keys().press('Escape');
        visitor.wantQuiet();
    });

    await check('in the list of uploads, whose lines come and go', async () => {
        const files = [1, 2, 3, 4, 5].map(i => randomFile(place, `up ${i}.bin`, 3_000_000));
        const { relay, held, folder: page, close, visitor: window } = await behindRelay(browsers,
            store, '/up/', 1e6);
        await page.pick(...files.map(f => f.path));
        await held;
        const cancel = n => page.upload(`up ${n}.bin`).getByRole('button', { name: /^Cancel/ });
        await cancel(5).focus();
        await page.upload('up 1.bin').getByRole('button', { name: /^Pause/ }).evaluate(b => b.click());
        await page.upload('up 1.bin').getByText('Paused').waitFor();
        await wantAt('Cancel up 5.bin', page);
        await cancel(4).focus();
        await window.page.keyboard.press('Enter');
        await wantAt('Cancel up 5.bin', page);
        for (const left of [1, 2, 3, 5]) {
            await cancel(left).focus();
            await window.page.keyboard.press('Enter');
        }
        await until('the panel is gone',
            () => window.page.evaluate(() => document.activeElement.id === 'main'));
        relay.release();
        window.wantQuiet();
        await close();
    });

    await check('a question about a name waits until a dialog is closed', async () => {
        const late = randomFile(place, 'late.bin', 1000);
        await store.put('/list/late.bin', 'of another');
        await folder.page.getByRole('button', { name: 'New folder' }).click();
        await folder.dialog.getByRole('textbox').fill('half a na');
        await folder.pick(late.path);
        await folder.upload('late.bin').getByText('The name is taken').waitFor();
        await keys().type('me');
        want(await folder.dialog.count() === 1, 'there are two dialogs');
        await folder.press('Create');
        await folder.page.getByRole('heading', { name: 'The name is taken' }).waitFor();
        await folder.press('Skip');
        await folder.wantListed('half a name/');
        await store.wantBytes('/list/late.bin', Buffer.from('of another'));
        await folder.wantNoUpload();
        visitor.wantQuiet();
    });
    await store.stop();
}
