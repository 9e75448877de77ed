// The entry of the browser run; `run` installs what it needs and starts it.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Browsers } from './visitor.mjs';
import { Report } from './report.mjs';
import { killStores } from './store.mjs';

const DEADLINE_MS = 900_000;
const here = dirname(fileURLToPath(import.meta.url));
const all = readdirSync(join(here, 'groups')).filter(f => f.endsWith('.mjs'))
    .map(f => f.slice(0, -4)).sort();

const { values: flags, positionals: wanted } = parseArgs({
    allowPositionals: true,
    options: {
        jar: { type: 'string', default: join(here, '../../target/millrace.jar') },
        out: { type: 'string', default: join(here, '../../target/browser') },
        keep: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
    },
});

function fail(text) {
    console.error(text);
    process.exit(2);
}

if (flags.list) {
    console.log(all.join('\n'));
    process.exit(0);
}
const unknown = wanted.find(name => !all.includes(name));
if (unknown) fail(`there is no group ${unknown}: ${all.join(', ')}`);

const place = { jar: resolve(flags.jar), out: resolve(flags.out) };
await access(place.jar).catch(() => fail(`there is no ${place.jar}: `
    + 'mvn -q -B -ntp -pl server-app -am package -DskipTests'));
await mkdir(place.out, { recursive: true });
place.work = mkdtempSync(join(tmpdir(), 'millrace-browser-'));

process.on('exit', () => {
    killStores();
    if (flags.keep) {
        console.log(`kept: ${place.work}`);
    } else {
        rmSync(place.work, { recursive: true, force: true });
    }
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => process.exit(130));
}
setTimeout(() => {
    console.error(`the run has no end after ${DEADLINE_MS / 1000} s`);
    process.exit(1);
}, DEADLINE_MS).unref();

const began = Date.now();
const report = new Report();
const browsers = new Browsers(place);
report.onFailure = name => browsers.pictureAll(`failed-${report.group}-${name.replace(/\W+/g, '-')}`);
try {
    for (const name of wanted.length > 0 ? wanted : all) {
        report.group = name;
        const { default: group } = await import(`./groups/${name}.mjs`);
        // A group whose store doesn't start has failed as a whole; the next ones still run.
        try {
            await group({ report, place, browsers, check: report.check.bind(report) });
        } catch (e) {
            await report.check('runs to its end', () => { throw e; });
        } finally {
            await browsers.closeVisitors();
            killStores();
        }
    }
} finally {
    await browsers.close();
}
console.log(`== browser run on Chromium ${browsers.version}: ${((Date.now() - began) / 1000).toFixed(0)} s, `
    + `screenshots in ${place.out}`);
console.log(`${report.passed} passed, ${report.failed} failed`);
process.exit(report.failed === 0 && report.passed > 0 ? 0 : 1);
