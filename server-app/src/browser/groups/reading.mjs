// What only reads: archives of folders, previews, links, sorting, search.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { join } from 'node:path';
import { randomFile } from '../bytes.mjs';
import { Folder } from '../folder.mjs';
import { pdf, png, wav, webm } from '../samples.mjs';
import { until, want } from '../report.mjs';
import { Store } from '../store.mjs';

const TREE = { 'a.txt': 'A', 'deep/b \u00fc.txt': 'B', 'deep/er/\u4e2d\u6587.txt': 'C',
    'deep/er/<b>.txt': 'D', 'empty.txt': '' };

const lines = count => Array.from({ length: count }, (_, i) => `line ${i}\n`).join('');
const QUIETLY = { stdio: 'pipe', timeout: 20_000 };
const jarTool = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'jar') : 'jar';

export default async function reading({ check, place, browsers }) {
    const store = await Store.start(place, 'reading');
    const big = randomFile(place, 'big.bin', 5_000_000);
    const tree = Object.entries(TREE).map(([p, c]) => [p, Buffer.from(c)]).concat([['big.bin', big.bytes]]);
    for (const [path, bytes] of tree) {
        await store.put(`/tree/inner/${path.split('/').map(encodeURIComponent).join('/')}`, bytes);
    }
    // The preview of a page that has a script: that it doesn't run is what is wanted.
    const visitor = await browsers.visit({}, [/Blocked script execution in '[^']*page\.html'/,
        /ERR_CONTENT_DECODING_FAILED/]);
    const folder = new Folder(visitor);

    const unpack = {
        ZIP: (file, to) => execFileSync(jarTool, ['xf', file], { cwd: to, ...QUIETLY }),
        tar: (file, to) => execFileSync('tar', ['xf', file], { cwd: to, ...QUIETLY }),
    };
    for (const kind of ['ZIP', 'tar']) {
        await check(`a folder as ${kind}`, async () => {
            await folder.open(store.url('/tree/'));
            const coming = folder.page.waitForEvent('download');
            await folder.choose('inner/', `Download as ${kind}`);
            const download = await coming;
            const file = await download.path();
            const to = join(place.work, `from-${kind}`);
            mkdirSync(to);
            unpack[kind](file, to);
            for (const [path, bytes] of tree) {
                const got = readFileSync(join(to, 'inner', path));
                want(got.equals(bytes), `${path} has other bytes in the ${kind}`);
            }
            want(download.suggestedFilename() === `inner.${kind.toLowerCase()}`,
                `it is called ${download.suggestedFilename()}`);
            visitor.wantQuiet();
            return `${readFileSync(file).length} bytes for ${tree.reduce((n, [, b]) => n + b.length, 0)}`;
        });
    }

    await check('the folder that is open as ZIP', async () => {
        await folder.open(store.url('/tree/inner/'));
        const coming = folder.page.waitForEvent('download');
        await folder.chooseForFolder('Download as ZIP');
        want((await coming).suggestedFilename() === 'inner.zip', 'it has another name');
        visitor.wantQuiet();
    });

    await check('a click on a file brings its bytes', async () => {
        const coming = folder.page.waitForEvent('download');
        await folder.link('big.bin').click();
        want(readFileSync(await (await coming).path()).equals(big.bytes), 'it has other bytes');
        visitor.wantQuiet();
    });

    const german = 'Gr\u00fc\u00dfe aus K\u00f6ln';
    const previewed = '/preview/';
    const blank = await browsers.visit();
    const video = await webm(blank.page);
    await blank.close();
    await store.put(`${previewed}picture.png`, png(640, 400), { 'Content-Type': 'image/png' });
    await store.put(`${previewed}latin1.txt`, Buffer.from(german, 'latin1'),
        { 'Content-Type': 'text/plain; charset=iso-8859-1' });
    await store.put(`${previewed}latin1-unsaid.txt`, Buffer.from(german, 'latin1'));
    await store.put(`${previewed}utf8.txt`, german);
    await store.put(`${previewed}long.txt`, lines(60_000));
    const coded = { 'Content-Type': 'text/plain', 'Content-Encoding': 'gzip' };
    await store.put(`${previewed}coded.txt`, gzipSync('all of it'), coded);
    await store.put(`${previewed}coded-long.txt`, gzipSync(lines(70_000)), coded);
    await store.put(`${previewed}coded-wrong.txt`, 'no gzip', coded);
    await store.put(`${previewed}page.html`, `<p>hello</p><script>top.alert(3); alert(4)</script>`,
        { 'Content-Type': 'text/html' });
    await store.put(`${previewed}picture.svg`,
        '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="80">'
        + '<script>alert(5)</script><circle cx="40" cy="40" r="30" fill="teal"/></svg>',
    { 'Content-Type': 'image/svg+xml' });
    await store.put(`${previewed}sound.wav`, wav(2), { 'Content-Type': 'audio/wav' });
    await store.put(`${previewed}video.webm`, video, { 'Content-Type': 'video/webm' });
    await store.put(`${previewed}document.pdf`, pdf('Hello from a PDF'),
        { 'Content-Type': 'application/pdf' });
    await store.put(`${previewed}broken.jpg`, 'no picture', { 'Content-Type': 'image/jpeg' });
    await store.put(`${previewed}broken.mp4`, 'no film', { 'Content-Type': 'video/mp4' });
    await store.put(`${previewed}data.zip`, Buffer.from('PK\u0003\u0004'),
        { 'Content-Type': 'application/zip' });

    /** Opens a preview, looks at it, and closes it by Escape. */
    async function preview(name, look) {
        await folder.open(store.url(previewed));
        await folder.row(name).getByRole('button', { name: /^Preview/ }).click();
        await folder.dialog.waitFor();
        await look(folder.dialog);
        const rules = await visitor.wantAccessible();
        await visitor.picture(`preview-${name.replace('.', '-')}`);
        await folder.page.keyboard.press('Escape');
        await folder.wantNoDialog();
        visitor.wantQuiet();
        return rules;
    }

    const looks = {
        'picture.png': async dialog => until('the picture is there', () => dialog.locator('img')
            .evaluate(i => i.naturalWidth === 640 && i.naturalHeight === 400)),
        'picture.svg': async dialog => until('the drawing is there',
            () => dialog.locator('img').evaluate(i => i.naturalWidth === 80)),
        'latin1.txt': async dialog => dialog.getByText(german).waitFor(),
        'latin1-unsaid.txt': async dialog => dialog.getByText(german).waitFor(),
        'utf8.txt': async dialog => dialog.getByText(german).waitFor(),
        'long.txt': async dialog => {
            await dialog.getByText('line 100').first().waitFor();
            want(!(await dialog.locator('pre').textContent()).includes('line 59999'), 'all of it was read');
            await dialog.getByRole('button', { name: /more/i }).dblclick();
            const shown = () => dialog.locator('pre').textContent();
            await until('the end is there', async () => (await shown()).includes('line 30000\n'));
            await folder.page.waitForLoadState('networkidle');
            want((await shown()).split('line 30000\n').length === 2, 'it is there twice');
        },
        'coded.txt': async dialog => dialog.getByText('all of it').waitFor(),
        'coded-long.txt': async dialog => {
            const more = dialog.getByRole('button', { name: /Show more/ });
            await more.waitFor();
            const shown = async () => (await dialog.locator('pre').textContent()).split('Show')[0];
            want((await shown()).length === 256 * 1024, 'it is another piece');
            while (await more.isVisible()) {
                const before = await shown();
                await more.click();
                await until('there is more', async () => await shown() !== before);
            }
            want(await shown() === lines(70_000), 'it is another text');
        },
        'coded-wrong.txt': async dialog => dialog.getByText(/can\u2019t decode/).waitFor(),
        'page.html': async dialog => {
            await dialog.locator('iframe').waitFor();
            const sandbox = await dialog.locator('iframe').getAttribute('sandbox');
            want(sandbox !== null && !/allow-(scripts|same-origin)/.test(sandbox), `sandbox is ${sandbox}`);
            await dialog.frameLocator('iframe').getByText('hello').waitFor();
        },
        'sound.wav': async dialog => until('the sound can be played', () => dialog.locator('audio')
            .evaluate(a => a.readyState >= 1 && Math.abs(a.duration - 2) < 0.1)),
        'video.webm': async dialog => until('the video can be played', () => dialog.locator('video')
            .evaluate(v => v.readyState >= 1 && v.videoWidth === 160)),
        'document.pdf': async dialog => {
            await dialog.locator('iframe, embed, object').waitFor();
            await until('the viewer is there', () => folder.page.frames().some(
                f => f.url().startsWith('chrome-extension:') || f.url().endsWith('.pdf')));
            await folder.page.waitForLoadState('networkidle');
        },
        'data.zip': async dialog => dialog.getByText(/no preview/i).waitFor(),
        'broken.jpg': async dialog => dialog.getByText(/can’t show this file/).waitFor(),
        'broken.mp4': async dialog => dialog.getByText(/can’t show this file/).waitFor(),
    };
    for (const [name, look] of Object.entries(looks)) {
        await check(`preview of ${name}`, () => preview(name, look));
    }

    await check('previews go on to the next file and back', async () => {
        await folder.open(store.url(previewed));
        await folder.row('latin1.txt').getByRole('button', { name: /^Preview/ }).click();
        await folder.dialog.getByText(german).waitFor();
        await folder.page.keyboard.press('ArrowRight');
        await folder.dialog.getByRole('heading', { name: 'long.txt' }).waitFor();
        await folder.page.keyboard.press('ArrowLeft');
        await folder.dialog.getByRole('heading', { name: 'latin1.txt' }).waitFor();
        await folder.page.keyboard.press('Escape');
        visitor.wantQuiet();
    });

    await check('sorted by each column, both ways', async () => {
        await store.put('/sort/', '');
        for (const [name, size] of [['b 10.txt', 5], ['b 9.txt', 900], ['a.txt', 40]]) {
            await store.put(`/sort/${encodeURIComponent(name)}`, 'x'.repeat(size));
        }
        await store.put('/sort/z/', '');
        await folder.open(store.url('/sort/'));
        const order = async () => (await folder.names()).map(n => n.replace(/\/$/, '')).join(' ');
        want(await order() === 'z a.txt b 9.txt b 10.txt', `by name: ${await order()}`);
        const head = label => folder.page.locator('#list thead').getByRole('button', { name: label });
        await head('Name').click();
        want(await order() === 'z b 10.txt b 9.txt a.txt', `by name, down: ${await order()}`);
        await head('Size').click();
        const down = await order();
        await head('Size').click();
        const up = await order();
        want([down, up].sort().join() === 'z b 10.txt a.txt b 9.txt,z b 9.txt a.txt b 10.txt',
            `by size: ${down}; ${up}`);
        const sorted = await folder.page.locator('th[aria-sort$=ending]').count();
        want(sorted === 1, `${sorted} columns say that they are sorted by`);
        visitor.wantQuiet();
    });

    await check('search in the folder', async () => {
        await folder.page.getByRole('searchbox').fill('B 1');
        await until('one is left', async () => (await folder.names()).length === 1);
        await folder.page.getByRole('searchbox').fill('nothing such');
        await folder.page.locator('#empty').waitFor();
        want(await folder.page.getByRole('status').first().innerText() !== '', 'no count is said');
        await visitor.wantAccessible();
        await visitor.picture('search-nothing');
        visitor.wantQuiet();
    });

    await check('the link is copied', async () => {
        const able = await browsers.visit({ permissions: ['clipboard-read', 'clipboard-write'] });
        const page = await new Folder(able).open(store.url('/tree/inner/deep/'));
        await page.choose('b \u00fc.txt', 'Copy link');
        const text = await until('the link is in the clipboard',
            () => page.page.evaluate(() => navigator.clipboard.readText()));
        want(await (await fetch(text)).text() === 'B', `the clipboard has ${text}`);
        able.wantQuiet();
        await able.close();
    });
    await store.stop();
}
