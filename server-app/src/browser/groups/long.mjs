// Long lists: ten thousand entries scroll smoothly, and beyond a page there are more pages.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Folder } from '../folder.mjs';
import { until, want } from '../report.mjs';
import { Store } from '../store.mjs';

const MANY = 10_000;

async function fill(folder, count) {
    await mkdir(folder, { recursive: true });
    for (let i = 0; i < count; i += 100) {
        await Promise.all(Array.from({ length: Math.min(100, count - i) }, (_, j) =>
            writeFile(join(folder, `file ${String(i + j).padStart(5, '0')}.txt`), '')));
    }
}

/** Scrolls down for two seconds, faster than anybody reads; how long the frames took. */
const scroll = page => page.evaluate(pixelsPerSecond => new Promise(done => {
    const frames = [];
    const began = performance.now();
    let last = began;
    const step = now => {
        frames.push(now - last);
        last = now;
        scrollTo(0, (now - began) / 1000 * pixelsPerSecond);
        if (now - began < 2000) {
            requestAnimationFrame(step);
        } else {
            frames.sort((a, b) => a - b);
            done({ count: frames.length, median: frames[frames.length >> 1],
                late: frames[Math.floor(frames.length * 0.95)], worst: frames.at(-1) });
        }
    };
    requestAnimationFrame(step);
}), 8000);

export default async function long({ check, place, browsers }) {
    await fill(join(place.work, 'long', 'many'), MANY);
    await fill(join(place.work, 'long', 'more'), MANY + 250);
    const store = await Store.start(place, 'long');
    const visitor = await browsers.visit();
    const folder = new Folder(visitor);

    await check(`${MANY} entries: shown, scrolled, searched, sorted, selected`, async () => {
        const began = Date.now();
        await folder.open(store.url('/many/'));
        const opened = Date.now() - began;
        await folder.wantListed('file 00000.txt', `file 0${MANY - 1}.txt`);
        const { count, median, late, worst } = await scroll(folder.page);
        await folder.page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
        await until('the last row is in sight and dressed', () => folder.row(`file 0${MANY - 1}.txt`)
            .getByRole('button', { name: /^Delete/ }).isVisible());
        await visitor.picture('long-end');
        const timed = async action => {
            const start = Date.now();
            await action();
            return Date.now() - start;
        };
        const searched = await timed(async () => {
            await folder.page.getByRole('searchbox').fill('4242');
            await until('one is left', async () => (await folder.names()).length === 1);
        });
        await folder.page.getByRole('searchbox').fill('');
        const sorted = await timed(async () => {
            await folder.page.locator('#list thead').getByRole('button', { name: 'Name' }).click();
            await until('the last one is first', async () =>
                (await folder.page.locator('#list tbody .n a').first().innerText()).includes('09999'));
        });
        const selected = await timed(() => folder.page.locator('#all').check());
        await folder.page.getByText(/10,000 selected/).waitFor();
        visitor.wantQuiet();
        const figures = `opened in ${opened} ms; ${count} frames, median ${median.toFixed(0)} ms, `
            + `95 % ${late.toFixed(0)} ms, worst ${worst.toFixed(0)} ms; search ${searched} ms, `
            + `sort ${sorted} ms, select all ${selected} ms`;
        // Loose bounds: the machine that runs this may be busy. The figures say the rest.
        want(median < 50 && late < 250 && opened < 15_000, figures);
        return figures;
    });

    await check('a page that is refreshed has no entries of the next one', async () => {
        await folder.open(store.url('/more/'));
        await folder.page.getByRole('button', { name: 'Refresh' }).click();
        await writeFile(join(store.folder, 'more', 'file 00000.new'), '');
        await until('what is new is there', async () => {
            await folder.page.getByRole('button', { name: 'Refresh' }).click();
            return await folder.link('file 00000.new').count() > 0;
        });
        const shown = await folder.page.locator('#list tbody a').count();
        want(shown === MANY, `${shown} entries on the first page`);
        await folder.page.getByText(/on this page/).waitFor();
        visitor.wantQuiet();
        await rm(join(store.folder, 'more', 'file 00000.new'));
    });

    await check('beyond a page there are more, with and without a script', async () => {
        for (const javaScriptEnabled of [true, false]) {
            const other = await browsers.visit({ javaScriptEnabled });
            const { page } = other;
            await page.goto(store.url('/more/'));
            const first = await page.locator('#list tbody a').count();
            want(first < MANY + 250, `${first} entries on the first page`);
            let all = first;
            for (let pages = 1; await page.locator('[rel=next]').count() > 0; pages++) {
                want(pages < 20, 'the pages have no end');
                await page.locator('[rel=next]').first().click();
                await page.waitForLoadState();
                all += await page.locator('#list tbody a').count();
            }
            want(all === MANY + 250, `${all} entries on all pages`);
            other.wantQuiet();
            await other.close();
        }
    });
    await store.stop();
}
