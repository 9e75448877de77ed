// The picture for the README: docs/page.png is a copy of page.png in the folder of the screenshots.
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { randomFile } from '../bytes.mjs';
import { Folder } from '../folder.mjs';
import { until, want } from '../report.mjs';
import { Store } from '../store.mjs';

const MAX_BYTES = 200_000;
const UPLOAD_BYTES_PER_SECOND = 6_000_000;

/** Name to size and time; a folder's name ends with a slash. */
const CONTENT = {
    'Field recordings/': [0, '2026-10-02T16:20:00Z'],
    'Photos from the coast/': [0, '2026-11-21T09:12:00Z'],
    'Site plans/': [0, '2026-08-14T11:45:00Z'],
    'budget-2027.xlsx': [84_120, '2026-11-27T15:02:00Z'],
    'drone-survey-final.mp4': [48_350_000, '2026-11-19T18:37:00Z'],
    'interview-part-2.flac': [21_480_000, '2026-11-25T08:05:00Z'],
    'north-shore-panorama.jpg': [6_240_000, '2026-11-21T09:10:00Z'],
    'readme.txt': [1_312, '2026-06-30T07:30:00Z'],
    'survey-data.tar.zst': [33_900_000, '2026-11-28T13:41:00Z'],
    'tide-tables.pdf': [912_400, '2026-09-01T10:00:00Z'],
};

export default async function readme({ check, place, browsers }) {
    const folder = join(place.work, 'readme', 'Harbour project');
    await mkdir(folder, { recursive: true });
    for (const [name, [size, time]] of Object.entries(CONTENT)) {
        const path = join(folder, name);
        await (name.endsWith('/') ? mkdir(path) : writeFile(path, Buffer.alloc(size)));
        await utimes(path, new Date(time), new Date(time));
    }
    const store = await Store.start(place, 'readme');
    const files = ['coast-timelapse.mp4', 'harbour-model.step'].map(
        (name, i) => randomFile(place, name, 60_000_000 >> i));

    await check('the picture for the README', async () => {
        const visitor = await browsers.visit({ viewport: { width: 1000, height: 640 },
            deviceScaleFactor: 1.5 });
        const page = await new Folder(visitor).open(store.url('/Harbour%20project/'));
        const session = await visitor.context.newCDPSession(page.page);
        await session.send('Network.enable');
        await session.send('Network.emulateNetworkConditions', { offline: false, latency: 10,
            downloadThroughput: -1, uploadThroughput: UPLOAD_BYTES_PER_SECOND });
        await page.pick(...files.map(f => f.path));
        for (const { name } of files) {
            await until(`${name} is well under way`, () => page.upload(name).locator('progress')
                .evaluate(bar => bar.value > bar.max * 0.4), 60_000);
        }
        await page.upload(files[0].name).getByText('left').waitFor();
        await visitor.picture('page');
        const { size } = statSync(join(place.out, 'page.png'));
        want(size <= MAX_BYTES, `page.png has ${size} bytes`);
        visitor.wantQuiet();
        await visitor.close();
        return `${size} bytes`;
    });
    await store.stop();
}
