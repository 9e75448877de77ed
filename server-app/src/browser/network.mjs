// A window on a folder behind a relay, as behind a network that stops, is cut and is slow.
import { Folder } from './folder.mjs';
import { Relay } from './relay.mjs';

// Connections that are lost are what is wanted here.
const LOST_NETWORK = [/net::ERR_|Failed to load resource/];

/**
 * Makes a folder and opens it. After so many bytes (0: never) all connections are held, or what
 * `hold` says.
 */
export async function behindRelay(browsers, store, path, heldAfter = 0,
    hold = relay => relay.hold()) {
    const relay = await Relay.start(store.port);
    const held = new Promise(done => {
        if (heldAfter > 0) {
            relay.at(heldAfter, pair => { hold(relay, pair); done(); });
        }
    });
    await store.put(path, '');
    const visitor = await browsers.visit({}, LOST_NETWORK);
    const folder = await new Folder(visitor).open(relay.url(path));
    return { relay, held, visitor, folder,
        close: async () => { await visitor.close(); await relay.stop(); } };
}
