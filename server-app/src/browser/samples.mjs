// Small files of the kinds that a browser shows.
import { crc32, deflateSync } from 'node:zlib';

function chunk(type, data) {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(crc32(body), body.length + 4);
    return out;
}

/** A picture: a sky that gets brighter to the horizon, above a sea. */
export function png(width, height) {
    const rows = Buffer.alloc((width * 3 + 1) * height);
    for (let y = 0; y < height; y++) {
        const far = y / height;
        const row = y * (width * 3 + 1);
        for (let x = 0; x < width; x++) {
            const wave = far > 0.6 ? 14 * Math.sin(x / 17 + far * 160) : 0;
            const color = far > 0.6 ? [26 + wave, 84 + wave, 122 + wave]
                : [96 + far * 220, 150 + far * 120, 214 + far * 20];
            color.forEach((c, i) => { rows[row + 1 + x * 3 + i] = Math.max(0, Math.min(255, c)); });
        }
    }
    const head = Buffer.alloc(13);
    head.writeUInt32BE(width, 0);
    head.writeUInt32BE(height, 4);
    head.set([8, 2, 0, 0, 0], 8);
    return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', head),
        chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

/** A tone of so many seconds. */
export function wav(seconds) {
    const rate = 8000;
    const samples = Buffer.alloc(rate * seconds);
    for (let i = 0; i < samples.length; i++) {
        samples[i] = 128 + 40 * Math.sin(2 * Math.PI * 440 * i / rate);
    }
    const head = Buffer.alloc(44);
    head.write('RIFF', 0);
    head.writeUInt32LE(36 + samples.length, 4);
    head.write('WAVEfmt ', 8);
    head.writeUInt32LE(16, 16);
    head.writeUInt16LE(1, 20);
    head.writeUInt16LE(1, 22);
    head.writeUInt32LE(rate, 24);
    head.writeUInt32LE(rate, 28);
    head.writeUInt16LE(1, 32);
    head.writeUInt16LE(8, 34);
    head.write('data', 36);
    head.writeUInt32LE(samples.length, 40);
    return Buffer.concat([head, samples]);
}

/** A document of one page. */
export function pdf(text) {
    const content = `BT /F1 28 Tf 60 700 Td (${text}) Tj ET`;
    const objects = ['<</Type/Catalog/Pages 2 0 R>>', '<</Type/Pages/Kids[3 0 R]/Count 1>>',
        '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R'
            + '/Resources<</Font<</F1 5 0 R>>>>>>',
        `<</Length ${content.length}>>stream\n${content}\nendstream`,
        '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>'];
    let out = '%PDF-1.4\n';
    const places = objects.map((object, i) => {
        const place = out.length;
        out += `${i + 1} 0 obj${object}endobj\n`;
        return place;
    });
    const table = out.length;
    out += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`
        + places.map(p => `${String(p).padStart(10, '0')} 00000 n \n`).join('')
        + `trailer<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${table}\n%%EOF\n`;
    return Buffer.from(out, 'latin1');
}

/** A video of a moving square; the browser that will play it records it. */
export async function webm(page) {
    const base64 = await page.evaluate(() => new Promise(done => {
        const canvas = Object.assign(document.createElement('canvas'), { width: 160, height: 120 });
        const ink = canvas.getContext('2d');
        const pieces = [];
        const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: 'video/webm' });
        recorder.ondataavailable = e => pieces.push(e.data);
        recorder.onstop = () => {
            const reader = new FileReader();
            reader.onload = () => done(reader.result.split(',')[1]);
            reader.readAsDataURL(new Blob(pieces));
        };
        recorder.start();
        let frame = 0;
        const timer = setInterval(() => {
            ink.fillStyle = '#245';
            ink.fillRect(0, 0, 160, 120);
            ink.fillStyle = '#fc3';
            ink.fillRect(frame * 5, 50, 24, 24);
            if (++frame === 24) {
                clearInterval(timer);
                recorder.stop();
            }
        }, 40);
    }));
    return Buffer.from(base64, 'base64');
}
