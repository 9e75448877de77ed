// A TCP relay before a store that cuts connections, as a bad network does.
import { createServer, connect } from 'node:net';

export class Relay {
    /** Bytes that clients have sent, those that a cut has lost included. */
    sent = 0;
    cuts = 0;
    connections = new Set();
    thresholds = [];
    held = false;

    /** cutAfter: bytes of a client after which its connection is reset; none: 0. */
    constructor(port, cutAfter) {
        this.target = port;
        this.cutAfter = cutAfter;
    }

    static async start(port, cutAfter = 0) {
        const relay = new Relay(port, cutAfter);
        relay.server = createServer(client => relay.accept(client));
        await new Promise(done => relay.server.listen(0, '127.0.0.1', done));
        relay.port = relay.server.address().port;
        return relay;
    }

    get origin() {
        return `http://127.0.0.1:${this.port}`;
    }

    url(path) {
        return this.origin + path;
    }

    /** Calls this, with the connection, once so many bytes in all have been sent. */
    at(bytes, action) {
        this.thresholds.push({ bytes, action });
        this.thresholds.sort((a, b) => a.bytes - b.bytes);
    }

    accept(client) {
        const store = connect(this.target, '127.0.0.1');
        const pair = { client, store, held: this.held };
        this.connections.add(pair);
        let bytes = 0;
        const end = () => {
            this.connections.delete(pair);
            client.destroy();
            store.destroy();
        };
        for (const socket of [client, store]) {
            socket.setNoDelay(true);
            socket.on('error', end);
        }
        // What the store hasn't got yet is still flushed to it when the client has gone.
        client.on('close', () => store.end(end));
        store.on('close', end);
        client.on('data', piece => {
            bytes += piece.length;
            this.sent += piece.length;
            if (this.cutAfter > 0 && bytes > this.cutAfter) {
                this.cuts++;
                // In turns the store still gets what was sent before, or loses what it hasn't read.
                if (this.cuts % 2 === 0) {
                    this.reset(pair);
                } else {
                    client.resetAndDestroy();
                }
                return;
            }
            if (!store.write(piece)) {
                client.pause();
                store.once('drain', () => pair.held || client.resume());
            }
            while (this.thresholds.length > 0 && this.sent >= this.thresholds[0].bytes) {
                this.thresholds.shift().action(pair);
            }
        });
        client.on('end', () => store.end());
        store.pipe(client);
        if (this.held) client.pause();
    }

    reset(pair) {
        this.connections.delete(pair);
        pair.client.resetAndDestroy();
        pair.store.resetAndDestroy();
    }

    /** Resets all connections of now, and refuses new ones until `join`. */
    async cut() {
        this.cuts++;
        await new Promise(done => {
            this.server.close(done);
            for (const pair of this.connections) this.reset(pair);
        });
    }

    async join() {
        await new Promise(done => this.server.listen(this.port, '127.0.0.1', done));
    }

    /** Takes nothing more from clients, but keeps their connections, until `release`. */
    hold() {
        this.held = true;
        for (const pair of this.connections) this.holdOne(pair);
    }

    /** Likewise of one connection. */
    holdOne(pair) {
        pair.held = true;
        pair.client.pause();
    }

    release() {
        this.held = false;
        for (const pair of this.connections) {
            pair.held = false;
            pair.client.resume();
        }
    }

    async stop() {
        for (const pair of this.connections) this.reset(pair);
        await new Promise(done => this.server.close(done));
    }
}
