// A person at a browser: one window, and what must never happen in it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { axePath, chromium } from './packages.mjs';
import { want } from './report.mjs';

const axe = readFileSync(axePath, 'utf8');

// Chromium's own services would look for hosts outside.
const ARGUMENTS = ['--disable-quic', '--disable-gpu', '--disable-dev-shm-usage', '--no-proxy-server',
    '--force-color-profile=srgb'];

/** The one Chromium of a run. */
export class Browsers {
    browser = null;
    visitors = new Set();

    constructor(place) {
        this.place = place;
    }

    /**
     * Opens a window of a new, empty profile. options are those of Playwright's newContext;
     * `expected` are patterns of console errors that the check provokes.
     */
    async visit(options = {}, expected = []) {
        this.browser ??= await chromium.launch({ executablePath: process.env.CHROMIUM,
            args: ARGUMENTS });
        const context = await this.browser.newContext({ viewport: { width: 1100, height: 760 },
            locale: 'en-GB', timezoneId: 'Europe/Berlin', ...options });
        context.setDefaultTimeout(20_000);
        const visitor = new Visitor(this, context, expected, options.colorScheme ?? 'light');
        this.visitors.add(visitor);
        await visitor.open();
        return visitor;
    }

    /** A picture of each window; there may be none that still can be taken. */
    async pictureAll(name) {
        const all = [...this.visitors].map((visitor, i) => visitor.picture(`${name}-${i}`));
        for (const { reason } of await Promise.allSettled(all)) {
            if (reason) console.log(`no picture: ${reason.message.split('\n')[0]}`);
        }
    }

    async closeVisitors() {
        for (const visitor of this.visitors) await visitor.close();
    }

    /** What the checks ran in; none of them may have needed a browser. */
    get version() {
        return this.browser?.version() ?? 'that was not started';
    }

    async close() {
        await this.browser?.close();
    }
}

export class Visitor {
    dialogs = [];
    violations = [];
    errors = [];

    constructor(browsers, context, expected, colorScheme) {
        this.browsers = browsers;
        this.context = context;
        this.expected = expected;
        this.colorScheme = colorScheme;
    }

    async open() {
        await this.context.exposeFunction('millraceReports', text => { this.violations.push(text); });
        await this.context.addInitScript(() => {
            document.addEventListener('securitypolicyviolation', e => globalThis.millraceReports(
                `${e.effectiveDirective} blocked ${e.blockedURI} ${e.sample}`));
        });
        await this.newTab();
    }

    /** Another tab of the same profile; it is `page` from then on. */
    async newTab() {
        const page = await this.context.newPage();
        page.on('dialog', dialog => {
            this.dialogs.push(`${dialog.type()}: ${dialog.message()}`);
            // A tab that closes may have gone before its dialog is dismissed.
            dialog.dismiss().catch(() => {});
        });
        page.on('pageerror', e => this.errors.push(`exception: ${e.message}`));
        page.on('console', message => {
            const text = message.text();
            if (/Content Security Policy/.test(text)) this.violations.push(text);
            else if (message.type() === 'error' && !this.expected.some(p => p.test(text))) {
                this.errors.push(`${text} (${message.location().url})`);
            }
        });
        this.page = page;
        return page;
    }

    /** Fails if a dialog of the browser opened, a policy was violated or the console has an error. */
    wantQuiet() {
        // Taken away, so that one fault doesn't fail the checks that follow.
        const [dialogs, violations, errors] = [this.dialogs, this.violations, this.errors]
            .map(heard => heard.splice(0).join('; '));
        want(dialogs === '', `the browser opened ${dialogs}`);
        want(violations === '', `the policy was violated: ${violations}`);
        want(errors === '', `the console says: ${errors}`);
    }

    /**
     * Fails if axe-core finds anything in what is shown now, in light or in dark; what is previewed
     * is not the page's.
     */
    async wantAccessible() {
        let rules = 0;
        for (const colorScheme of ['light', 'dark']) {
            await this.page.emulateMedia({ colorScheme });
            rules += await this.findNothing(colorScheme);
        }
        await this.page.emulateMedia({ colorScheme: this.colorScheme });
        return `axe-core: ${rules} rules`;
    }

    async findNothing(colorScheme) {
        // What fades in has less contrast until it has.
        await this.page.evaluate(() => Promise.allSettled(
            document.getAnimations().map(animation => animation.finished)));
        await this.page.evaluate(`if (!globalThis.axe) { ${axe} }`);
        const found = await this.page.evaluate(() => globalThis.axe.run({ exclude: [['iframe']] },
            { iframes: false, preload: false, resultTypes: ['violations'] }));
        const lines = found.violations.map(v => `${v.id} (${v.impact}): ${v.help}: `
            + v.nodes.slice(0, 3).map(n => `${n.target.join(' ')} ${n.failureSummary ?? ''}`)
                .join('; ').replace(/\s+/g, ' '));
        want(lines.length === 0,
            `axe-core finds ${lines.length} in ${colorScheme}:\n${lines.join('\n')}`);
        want(found.passes.length > 0, 'axe-core looked at nothing');
        return found.passes.length;
    }

    /** Writes a picture of the window to the folder of the screenshots. */
    async picture(name, options = {}) {
        await this.page.screenshot({ path: join(this.browsers.place.out, `${name}.png`), ...options });
    }

    async close() {
        this.browsers.visitors.delete(this);
        await this.context.close();
    }
}
