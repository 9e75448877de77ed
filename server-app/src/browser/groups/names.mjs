// Names that mean something to a browser, a terminal or a reader: they are text, and nothing else.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { want } from '../report.mjs';
import { Folder } from '../folder.mjs';
import { Store } from '../store.mjs';

const NAMES = [
    '<img src=x onerror=alert(1)>',
    '"><svg onload=alert(1)>',
    "'-alert(1)-'",
    '<script>alert(1)<',
    'javascript:alert(1)',
    'data:text,html',
    '&lt;b&gt; &amp; &quot;.txt',
    '%3Cb%3E %2e %',
    'a?b#c;d=e&f.txt',
    '{{7*7}} ${7*7} `x`',
    'http:example.org',
    '.hidden',
    '~tilde',
    ' space before and after ',
    'two  spaces.txt',
    'photo_\u202egnp.exe',
    'left\u200eright\u200f\u2067isolated.txt',
    'zero\u200bwidth\ufeff.txt',
    'line\u2028separator.txt',
    '\u05e2\u05d1\u05e8\u05d9\u05ea.txt',
    '\u0639\u0631\u0628\u064a (2).pdf',
    'e\u0301 and \u00e9.txt',
    '\u{1f469}\u200d\u{1f680} \u{1f5d1}.txt',
    '\u4e2d\u6587\u6587\u4ef6.txt',
    `${'long '.repeat(50)}1.txt`.slice(0, 255),
    'w'.repeat(255),
    '\u{1f980}'.repeat(63),
    'constructor',
    '__proto__',
    'index.html',
];

/** The store takes no control characters; other programs may have left files of such names. */
const CONTROLS = ['line\nbreak.txt', 'tab\there, return\rthere.txt',
    'bell\u0007 escape\u001b[31m.txt'];

/** What no name may bring on the page: it turns or hides what stands beside it. */
const UNSEEN = /[\u0000-\u0008\u000a-\u001f\u007f\u202a-\u202e\u2028]/;

export default async function names({ check, place, browsers }) {
    const store = await Store.start(place, 'names');
    for (const name of NAMES) {
        await store.put(`/all/${encodeURIComponent(name)}`, `content of ${name}`);
        await store.put(`/folders/${encodeURIComponent(name)}/`, '');
    }
    for (const name of CONTROLS) {
        await writeFile(join(store.folder, 'all', name), '');
        await mkdir(join(store.folder, 'folders', name));
    }
    const visitor = await browsers.visit({}, [/status of 400/]);
    const folder = new Folder(visitor);

    await check(`${NAMES.length} odd names of objects are text`, async () => {
        await folder.open(store.url('/all/'));
        await folder.wantListed(...NAMES);
        const shown = await folder.names();
        want(shown.length === NAMES.length, `${shown.length} names for ${NAMES.length} objects`);
        for (const text of shown) want(!UNSEEN.test(text), `${JSON.stringify(text)} is shown as it is`);
        for (const name of NAMES.filter(n => /^[!-~]+$/.test(n))) {
            want(shown.includes(name), `${name} is not shown as it is`);
        }
        const strange = await visitor.page.locator('#list img, #list svg, #list script').count();
        want(strange === 0, `${strange} elements came from names`);
        await visitor.picture('names');
        visitor.wantQuiet();
    });

    await check('each link brings the bytes of its object', async () => {
        for (const name of NAMES) {
            const href = await folder.link(name).evaluate(a => a.href);
            const got = await (await fetch(href)).text();
            want(got === `content of ${name}`, `${name}: ${got}`);
        }
    });

    await check(`${NAMES.length} odd names of folders are text, in the breadcrumbs too`, async () => {
        await folder.open(store.url('/folders/'));
        await folder.wantListed(...NAMES.map(n => `${n}/`));
        for (const name of NAMES) {
            await folder.open(store.url(`/folders/${encodeURIComponent(name)}/`));
            const crumbs = await visitor.page.locator('#crumbs').innerText();
            want(!UNSEEN.test(crumbs.replace(/\n/g, '')), `the breadcrumbs have ${JSON.stringify(crumbs)}`);
            await folder.wantNoSideways();
        }
        visitor.wantQuiet();
    });

    await check('dialogs, menus and messages take names as text', async () => {
        await folder.open(store.url('/all/'));
        for (const name of NAMES.slice(0, 4).concat('photo_\u202egnp.exe',
            'w'.repeat(255))) {
            await folder.row(name).getByRole('button', { name: /^Delete/ }).click();
            await folder.dialog.waitFor();
            const text = await folder.dialog.innerText();
            want(!/[\u202a-\u202e\u0007]/.test(text), `the question has ${JSON.stringify(text)}`);
            await folder.wantNoSideways();
            await folder.press('Cancel');
            await folder.choose(name, /Rename/);
            want(await folder.dialog.getByRole('textbox').inputValue() !== '', 'no name to edit');
            await folder.press('Cancel');
        }
        await folder.row(NAMES[0]).getByRole('button', { name: /^Delete/ }).click();
        await visitor.picture('names-delete');
        await folder.press('Delete');
        await folder.wantNotListed(NAMES[0]);
        want(await store.get(`/all/${encodeURIComponent(NAMES[0])}`) === null, 'it is still there');
        visitor.wantQuiet();
    });

    await check('an upload of a file whose name is a script', async () => {
        await store.put('/up/', '');
        await folder.open(store.url('/up/'));
        await folder.page.locator('input[type=file]:not([webkitdirectory])').setInputFiles([
            { name: '<img src=x onerror=alert(2)>.txt', mimeType: 'text/plain', buffer: Buffer.from('x') },
        ]);
        await folder.wantListed('<img src=x onerror=alert(2)>.txt');
        await visitor.wantAccessible();
        visitor.wantQuiet();
    });

    await check('an upload of a file whose name has a line break is refused, in text', async () => {
        for (const name of CONTROLS) {
            await folder.page.locator('input[type=file]:not([webkitdirectory])').setInputFiles([
                { name, mimeType: 'text/plain', buffer: Buffer.from('x') }]);
        }
        const lines = folder.page.locator('#upload-list li');
        await lines.nth(CONTROLS.length - 1).getByText(/control character/).waitFor();
        for (const text of await lines.locator('bdi').allTextContents()) {
            want(!UNSEEN.test(text), `${JSON.stringify(text)} is shown as it is`);
        }
        await visitor.wantAccessible();
        await visitor.picture('names-refused');
        visitor.wantQuiet();
    });

    await check('odd names without a script', async () => {
        const plain = await browsers.visit({ javaScriptEnabled: false });
        await plain.page.goto(store.url('/all/'));
        const links = await plain.page.locator('#list tbody a').count();
        want(links === NAMES.length - 1, `${links} links`);
        want(await plain.page.locator('#list img, #list script').count() === 0, 'a name became markup');
        want(plain.dialogs.length === 0, plain.dialogs.join());
        await plain.close();
    });
    await store.stop();
}
