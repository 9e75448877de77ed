// A store: the jar in a process of its own, on loopback, with a folder of its own.
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until, want } from './report.mjs';

const running = new Set();

/** Kills what still runs, when the run ends in whatever way. */
export function killStores() {
    for (const process of running) process.kill('SIGKILL');
}

export class Store {
    process = null;
    port = 0;
    kills = 0;

    constructor(place, name, flags) {
        this.folder = join(place.work, name);
        this.logFile = join(place.work, `${name}.log`);
        this.jar = place.jar;
        this.flags = flags;
    }

    /** Starts a store that serves the folder NAME of the run's work folder. */
    static async start(place, name, ...flags) {
        const store = new Store(place, name, flags);
        await mkdir(store.folder, { recursive: true });
        await store.start();
        return store;
    }

    get origin() {
        return `http://127.0.0.1:${this.port}`;
    }

    url(path) {
        return this.origin + path;
    }

    /** Starts the process: on any free port the first time, on the same one from then on. */
    async start() {
        const java = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java';
        const log = createWriteStream(this.logFile, { flags: 'a' });
        const child = spawn(java, ['-jar', this.jar, '--port', String(this.port),
            '--dir', this.folder, ...this.flags], { stdio: ['ignore', 'pipe', 'pipe'] });
        running.add(child);
        this.process = child;
        let out = '';
        let ended = null;
        child.stdout.on('data', text => { out += text; });
        child.stdout.pipe(log, { end: false });
        child.stderr.pipe(log, { end: false });
        child.on('error', e => { ended = e.message; });
        child.on('exit', (code, signal) => {
            running.delete(child);
            ended = `exit ${code ?? signal}`;
        });
        const listening = await until('the store listens', async () => {
            if (ended !== null) {
                throw new Error(`the store did not start: ${ended}\n${await this.log()}`);
            }
            return /^listening on http:\/\/127\.0\.0\.1:(\d+)/m.exec(out);
        }, 30_000);
        this.port = Number(listening[1]);
    }

    async end(signal) {
        const child = this.process;
        if (child === null) return;
        this.process = null;
        const gone = new Promise(done => child.once('exit', done));
        if (child.exitCode === null && child.signalCode === null) {
            child.kill(signal);
            await gone;
        }
    }

    /** As the system's last resort would end it, or a power cut. */
    async kill() {
        this.kills++;
        await this.end('SIGKILL');
    }

    async stop() {
        await this.end('SIGTERM');
    }

    async log() {
        return readFile(this.logFile, 'utf8');
    }

    // --- requests of the checks themselves, past the browser

    async put(path, body, headers = {}) {
        const response = await fetch(this.url(path), { method: 'PUT', body, headers });
        want(response.ok, `PUT ${path}: ${response.status} ${await response.text()}`);
    }

    /** The bytes of an object; null if there is none. */
    async get(path, headers = {}) {
        const response = await fetch(this.url(path), { headers });
        if (response.status === 404) return null;
        want(response.ok, `GET ${path}: ${response.status}`);
        return Buffer.from(await response.arrayBuffer());
    }

    async wantBytes(path, bytes, headers = {}) {
        const got = await this.get(path, headers);
        want(got !== null, `there is no ${path}`);
        want(got.length === bytes.length, `${path} has ${got.length} bytes instead of ${bytes.length}`);
        want(got.equals(bytes), `${path} has other bytes`);
    }
}
