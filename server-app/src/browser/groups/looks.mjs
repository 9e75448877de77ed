// How the page looks and reads: dark and light, a phone, another language, without a script.
import { readFileSync } from 'node:fs';
import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { randomFile } from '../bytes.mjs';
import { Folder } from '../folder.mjs';
import { until, want } from '../report.mjs';
import { Store } from '../store.mjs';

const SIZES = { 'holiday in the mountains.mp4': 24_600_000, 'report 2026.pdf': 1_250_000,
    'notes.md': 1_234, 'library-1.4.2.jar': 734_003, 'photo 0042.jpg': 3_400_000, 'empty.txt': 0 };

export default async function looks({ check, place, browsers }) {
    const store = await Store.start(place, 'looks');
    for (const [name, size] of Object.entries(SIZES)) {
        await store.put(`/shared/${encodeURIComponent(name)}`, Buffer.alloc(size));
    }
    for (const name of ['Archive', 'Bilder', 'a folder with a long name that has to be broken somewhere']) {
        await store.put(`/shared/${encodeURIComponent(name)}/`, '');
    }
    await store.put('/empty/', '');
    const when = new Date('2026-03-09T14:05:00Z');
    await utimes(join(store.folder, 'shared', 'notes.md'), when, when);

    const windows = {
        light: {},
        dark: { colorScheme: 'dark' },
        'phone, light': { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true,
            deviceScaleFactor: 2 },
        'phone, dark': { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true,
            deviceScaleFactor: 2, colorScheme: 'dark' },
    };
    for (const [name, options] of Object.entries(windows)) {
        await check(`${name}: a folder, an empty one, a question`, async () => {
            const visitor = await browsers.visit(options);
            const file = `look-${name.replace(/\W+/g, '-')}`;
            const folder = await new Folder(visitor).open(store.url('/shared/'));
            await folder.wantListed(...Object.keys(SIZES));
            await visitor.wantAccessible();
            await folder.wantNoSideways();
            await visitor.picture(file);
            const [r, g, b] = await visitor.page.evaluate(() => getComputedStyle(document.documentElement)
                .backgroundColor.match(/[\d.]+/g).map(Number));
            want(options.colorScheme === 'dark' ? r + g + b < 200 : r + g + b > 600,
                `the background is ${r}, ${g}, ${b}`);
            await folder.open(store.url('/empty/'));
            await visitor.wantAccessible();
            await folder.wantNoSideways();
            await visitor.picture(`${file}-empty`);
            await folder.open(store.url('/shared/'));
            await folder.row('notes.md').getByRole('button', { name: /^(Delete|More)/ }).last().click();
            await visitor.wantAccessible();
            await visitor.picture(`${file}-menu`);
            await folder.page.getByRole('menuitem', { name: /Delete/ }).click();
            await visitor.wantAccessible();
            await folder.wantNoSideways();
            await visitor.picture(`${file}-question`);
            await folder.press('Cancel');
            visitor.wantQuiet();
            await visitor.close();
        });
    }

    await check('a window of 320 px, and text of twice the size', async () => {
        const visitor = await browsers.visit({ viewport: { width: 320, height: 640 } });
        const folder = await new Folder(visitor).open(store.url('/shared/'));
        await folder.wantNoSideways();
        await visitor.picture('look-320');
        await visitor.page.setViewportSize({ width: 640, height: 800 });
        await visitor.page.evaluate(() => { document.documentElement.style.fontSize = '200%'; });
        await folder.wantNoSideways();
        await visitor.picture('look-large-text');
        visitor.wantQuiet();
        await visitor.close();
    });

    await check('dates and sizes as the language writes them', async () => {
        const seen = {};
        for (const locale of ['de-DE', 'en-US', 'ar-EG']) {
            const visitor = await browsers.visit({ locale });
            const folder = await new Folder(visitor).open(store.url('/shared/'));
            seen[locale] = await folder.row('notes.md').innerText();
            await visitor.picture(`look-${locale}`);
            await visitor.wantAccessible();
            visitor.wantQuiet();
            await visitor.close();
        }
        const { 'de-DE': german, 'en-US': american } = seen;
        want(/09\.03\.2026/.test(german), `de-DE: ${german}`);
        want(/15:05/.test(german), `de-DE, Berlin: ${german}`);
        want(/1,2/.test(german), `de-DE: ${german}`);
        want(/Mar 9, 2026/.test(american), `en-US: ${american}`);
        want(/1\.2/.test(american), `en-US: ${american}`);
        return german.replace(/\s+/g, ' ').trim();
    });

    const file = randomFile(place, 'by form.bin', 300_000);
    await check('without a script: listing, download, upload of a file', async () => {
        const visitor = await browsers.visit({ javaScriptEnabled: false },
            [/status of 4\d\d/]);
        const { page } = visitor;
        const folder = new Folder(visitor);
        await page.goto(store.url('/shared/'));
        await visitor.picture('plain');
        await page.setViewportSize({ width: 320, height: 640 });
        await folder.wantNoSideways();
        await visitor.picture('plain-320');
        want(await page.locator('#list tbody a').count() === 9, 'not all entries are listed');
        const coming = page.waitForEvent('download');
        await page.getByRole('link', { name: 'library-1.4.2.jar' }).click();
        want(readFileSync(await (await coming).path()).length === SIZES['library-1.4.2.jar'],
            'it has another size');
        const input = page.locator('input[type=file]');
        const send = page.locator('form:has(input[type=file]) [type=submit], form:has(input[type=file]) '
            + 'button:not([type=button])').first();
        await input.setInputFiles(file.path);
        await send.click();
        await page.waitForURL(store.url('/shared/'));
        await page.getByRole('link', { name: file.name }).waitFor();
        await store.wantBytes(`/shared/${encodeURIComponent(file.name)}`, file.bytes);
        // The same name once more is refused, and what was there stays.
        await input.setInputFiles({ name: file.name, mimeType: 'text/plain', buffer: Buffer.from('other') });
        await send.click();
        await until('the page says no', async () => !(await page.locator('#list').count()));
        await visitor.picture('plain-refused');
        await store.wantBytes(`/shared/${encodeURIComponent(file.name)}`, file.bytes);
        await folder.wantNoSideways();
        want(visitor.dialogs.length === 0, visitor.dialogs.join());
        await visitor.close();
    });

    await check('another site can\u2019t post a form', async () => {
        const visitor = await browsers.visit({}, [/status of 403/]);
        await visitor.context.route('http://localhost:1/', route => route.fulfill({
            contentType: 'text/html', body: `<form method="post" enctype="multipart/form-data"
                action="${store.url('/shared/')}"><input name="file" type="file">
                <button>go</button></form>` }));
        await visitor.page.goto('http://localhost:1/');
        await visitor.page.setInputFiles('input', { name: 'evil.txt', mimeType: 'text/plain',
            buffer: Buffer.from('x') });
        const [response] = await Promise.all([
            visitor.page.waitForResponse(r => r.request().method() === 'POST'),
            visitor.page.locator('button').click()]);
        want(response.status() === 403, `the form got ${response.status()}`);
        want(await store.get('/shared/evil.txt') === null, 'it was stored');
        await visitor.close();
    });
    await store.stop();
}
