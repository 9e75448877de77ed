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

    /** Lets the page's time pass, half a minute at a time, until something is true. */
    const passTime = (window, what, condition) => until(what, async () => {
        await window.page.clock.fastForward(31_000);
        return condition();
    }, 60_000);

    await check('goes on by itself after a long time without a server', async () => {
        const { relay, held, folder: page, close, visitor: window } = await slow('/away/', 8e6);
        await window.page.clock.install();
        let failed = 0;
        window.page.on('requestfailed', () => failed++);
        await page.pick(large.path);
        await held;
        // Half of the looks for the server have no end, as on a network that loses all.
        let isBack = false;
        let looks = 0;
        await window.page.route(({ pathname, search }) => pathname === '/away/' && !search,
            route => (isBack ? route.fallback() : looks++ % 2 ? route.abort() : undefined));
        await relay.cut();
        await passTime(window, 'it has been tried for long', () => failed > 40 && looks > 14);
        isBack = true;
        // The server is back, and has something against the first request.
        let asked = 0;
        await window.page.route(({ search }) => search.startsWith('?upload='), route => (
            asked++ > 0 ? route.fallback()
                : route.fulfill({ status: 503, contentType: 'text/plain', body: 'busy' })));
        relay.release();
        await relay.join();
        await passTime(window, 'it goes on behind the refusal', () => asked > 1);
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
            if (route.request().method() !== 'POST') return route.fallback();
            tries++;
            return route.fulfill({ status: 500, contentType: 'text/plain', body: 'no luck' });
        });
        await page.pick(large.path);
        await page.upload('large.bin').getByText('no luck Trying again').waitFor();
        const retry = page.upload('large.bin').getByRole('button', { name: /^Retry/ });
        await passTime(window, 'it is given up', () => retry.isVisible());
        want(tries === 13, `${tries} tries`);
        await page.upload('large.bin').getByText('no luck').waitFor();
        window.wantQuiet();
        await close();
    });
    await store.stop();
}
