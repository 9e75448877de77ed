// The files that the checks upload.
import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const sha256 = bytes => createHash('sha256').update(bytes).digest('hex');

export const megabytes = bytes => `${(bytes / 1e6).toFixed(1)} MB`;

/** A file of random bytes: nothing that gets lost or mixed stays unseen. */
export function randomFile(place, name, size) {
    const bytes = randomBytes(size);
    const path = join(place.work, name);
    writeFileSync(path, bytes);
    return { name, path, bytes };
}
