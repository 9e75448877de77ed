// Runs checks one after another and prints a line for each.

const PATIENCE_MS = 90_000;

/** Says what is wrong if a condition doesn't hold. */
export function want(condition, whatIsWrong) {
    if (!condition) throw new Error(whatIsWrong);
}

/** Waits until something is true, and returns it. What is awaited is named if it takes too long. */
export async function until(what, condition, patienceMs = 15_000) {
    const end = Date.now() + patienceMs;
    for (;;) {
        const value = await condition();
        if (value) return value;
        if (Date.now() > end) throw new Error(`waited ${patienceMs / 1000} s in vain until ${what}`);
        await new Promise(wake => setTimeout(wake, 25));
    }
}

export class Report {
    passed = 0;
    failed = 0;
    group = '';
    /** Called with the name of a check that has failed, before the next one begins. */
    onFailure = async () => {};

    /** Runs a check. What it returns is printed behind its name. */
    async check(name, body, patienceMs = PATIENCE_MS) {
        const began = Date.now();
        let timer;
        const late = new Promise((_, fail) => {
            timer = setTimeout(() => fail(new Error(`no end in ${patienceMs / 1000} s`)), patienceMs);
        });
        let failure = null;
        let detail = '';
        try {
            detail = await Promise.race([body(), late]) ?? '';
        } catch (e) {
            failure = e;
        } finally {
            clearTimeout(timer);
        }
        const seconds = ((Date.now() - began) / 1000).toFixed(1).padStart(5);
        const row = `${`${this.group}: ${name}`.padEnd(66)} ${seconds} s`;
        if (failure === null) {
            this.passed++;
            console.log(`ok     ${row}  ${detail}`.trimEnd());
            return true;
        }
        this.failed++;
        await this.onFailure(name);
        console.log(`FAILED ${row}`);
        const text = String(failure.message ?? failure).replace(/\u001b\[[0-9;]*m/g, '');
        const at = /groups\/[^)\s]*/.exec(failure.stack ?? '')?.[0];
        for (const line of text.split('\n').slice(0, 12)) console.log(`         ${line}`);
        if (at) console.log(`         at ${at}`);
        return false;
    }
}
