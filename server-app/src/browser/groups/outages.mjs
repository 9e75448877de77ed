// Uploads by the page while the network or the store fails: cut, killed, away for long.
import { megabytes, randomFile } from '../bytes.mjs';
import { behindRelay } from '../network.mjs';
import { until, want } from '../report.mjs';
import { Store } from '../store.mjs';

const SIZE = 24_000_000;

export default async function outages({ check, place, browsers }) {
    const store = await Store.start(place, 'outages');
    const large = randomFile(place, 'large.bin', SIZE);
    const slow = (path, heldAfter) => behindRelay(browsers, store, path, heldAfter);

    await check('goes on by itself after a cut', async () => {
        const { relay, held, folder: page, close, visitor: window } = await slow('/cut/', 8e6);
        await page.pick(large.path);
        await held;
        await relay.cut();
        await page.upload('large.bin').getByText('reached').waitFor();
        await window.picture('upload-cut');
        relay.release();
        await relay.join();
        await page.wantUploaded(store, '/cut/large.bin', large.bytes);
        await page.wantListed('large.bin');
        window.wantQuiet();
        await close();
        return `${megabytes(relay.sent)} sent for ${megabytes(SIZE)}`;
    });

    await check('goes on by itself after the store was killed', async () => {
        const { relay, held, folder: page, close, visitor: window } = await slow('/killed/', 12e6);
        await page.pick(large.path);
        await held;
        await store.kill();
        relay.release();
        await store.start();
        await page.wantUploaded(store, '/killed/large.bin', large.bytes);
        await page.wantListed('large.bin');
        window.wantQuiet();
        await close();
        want(relay.sent < 1.5 * SIZE, `${relay.sent} bytes sent for ${SIZE}`);
        return `${megabytes(relay.sent)} sent for ${megabytes(SIZE)}`;
    });

    /** Waits for the next try, then lets the time pass to the one after it. */
    async function passTries(window, page, count, isFailing = 'requestfailed') {
        for (let i = 0; i < count; i++) {
            const failed = window.page.waitForEvent(isFailing);
            await window.page.clock.fastForward(31_000);
            await failed;
            await page.upload('large.bin').getByText('Trying again').waitFor();
        }
    }

    await check('goes on by itself after ten minutes without a server', async () => {
        const { relay, held, folder: page, close, visitor: window } = await slow('/away/', 8e6);
        await window.page.clock.install();
        await page.pick(large.path);
        await held;
        await relay.cut();
        await page.upload('large.bin').getByText('Trying again').waitFor();
        await passTries(window, page, 20);
        relay.release();
        await relay.join();
        await window.page.clock.fastForward(31_000);
        await page.wantUploaded(store, '/away/large.bin', large.bytes);
        await page.wantListed('large.bin');
        window.wantQuiet();
        await close();
    });

    await check('is given up after twelve tries that a server refuses', async () => {
        const { folder: page, close, visitor: window } = await slow('/refused/');
        await window.page.clock.install();
        let tries = 0;
        await window.page.route(({ pathname }) => pathname === '/refused/', route => {
            if (route.request().method() !== 'POST') return route.continue();
            tries++;
            return route.fulfill({ status: 500, contentType: 'text/plain', body: 'no luck' });
        });
        await page.pick(large.path);
        await page.upload('large.bin').getByText('no luck Trying again').waitFor();
        await passTries(window, page, 11, 'requestfinished');
        await window.page.clock.fastForward(31_000);
        await page.upload('large.bin').getByRole('button', { name: /^Retry/ }).waitFor();
        want(tries === 13, `${tries} tries`);
        await until('it is said why', () => page.upload('large.bin').getByText('no luck').isVisible());
        window.wantQuiet();
        await close();
    });
    await store.stop();
}
