// The page of a folder, as a person uses it: by what is written on things and what they are for.
import { selectors } from './packages.mjs';
import { want, until } from './report.mjs';

// Addresses can be written in several ways, and names have all the characters that selectors use.
await selectors.register('entry', () => {
    const nameOf = link => {
        const [, last, slash] = /([^/]*)(\/?)$/.exec(link.pathname);
        return decodeURIComponent(last) + slash;
    };
    const wanted = text => new TextDecoder().decode(Uint8Array.from(
        atob(text.replaceAll('-', '+').replaceAll('_', '/')), c => c.charCodeAt(0)));
    const all = (root, text) => [...(root.ownerDocument ?? root).querySelectorAll('#list tbody a')]
        .filter(link => nameOf(link) === wanted(text));
    return { query: (root, text) => all(root, text)[0] ?? null, queryAll: all };
});

export class Folder {
    constructor(visitor) {
        this.visitor = visitor;
    }

    get page() {
        return this.visitor.page;
    }

    /** Opens a folder, and waits until its script has run. */
    async open(url) {
        await this.page.goto(url);
        await this.page.getByRole('searchbox').waitFor();
        return this;
    }

    /** The link of an entry, found by where it leads; a folder's name ends with a slash. */
    link(name) {
        return this.page.locator(`entry=${Buffer.from(name).toString('base64url')}`);
    }

    row(name) {
        return this.link(name).locator('xpath=ancestor::tr');
    }

    async wantListed(...names) {
        for (const name of names) {
            await this.link(name).waitFor({ state: 'attached' }).catch(() => {
                throw new Error(`${name} is not listed`);
            });
        }
    }

    async wantNotListed(...names) {
        for (const name of names) {
            await until(`${name} is not listed any more`,
                async () => await this.link(name).count() === 0);
        }
    }

    /** What is written in the column of the names, from top to bottom. */
    async names() {
        return this.page.locator('#list tbody .n a').allTextContents();
    }

    /** Chooses an item of the menu of an entry. */
    async choose(name, item) {
        await this.row(name).getByRole('button', { name: /^More/ }).click();
        await this.page.getByRole('menuitem', { name: item }).click();
    }

    /** Chooses an item of the menu of the folder. */
    async chooseForFolder(item) {
        await this.page.locator('#tools').getByRole('button', { name: /^More/ }).click();
        await this.page.getByRole('menuitem', { name: item }).click();
    }

    get dialog() {
        return this.page.getByRole('dialog');
    }

    async press(label) {
        await this.dialog.getByRole('button', { name: label, exact: true }).click();
    }

    async wantNoDialog() {
        await until('the dialog is closed', async () => await this.dialog.count() === 0);
    }

    async newFolder(name) {
        await this.page.getByRole('button', { name: 'New folder' }).click();
        await this.dialog.getByRole('textbox').fill(name);
        await this.press('Create');
    }

    // --- uploads

    /** Chooses files, as the browser's picker does. */
    async pick(...paths) {
        await this.page.locator('input[type=file]:not([webkitdirectory])').setInputFiles(paths);
    }

    async pickFolder(path) {
        await this.page.locator('input[type=file][webkitdirectory]').setInputFiles(path);
    }

    /** Drops files and folders of the disk on the page. A script can't: it has no folders. */
    async drop(...paths) {
        const session = await this.visitor.context.newCDPSession(this.page);
        const { width, height } = this.page.viewportSize();
        const data = { items: [], files: paths, dragOperationsMask: 1 };
        for (const type of ['dragEnter', 'dragOver', 'drop']) {
            await session.send('Input.dispatchDragEvent',
                { type, x: Math.round(width / 2), y: Math.round(height / 2), data });
        }
        await session.detach();
    }

    /** The line of an upload that is not done yet. */
    upload(name) {
        return this.page.locator('#upload-list li').filter({ hasText: name });
    }

    async wantUploaded(store, path, bytes) {
        await until(`the upload of ${path} is done`, async () => await store.get(path) !== null, 40_000);
        await store.wantBytes(path, bytes);
    }

    async wantNoUpload() {
        await until('no upload is under way',
            async () => await this.page.locator('#upload-list li').count() === 0, 40_000);
    }

    /** Fails if the page is wider than the window. */
    async wantNoSideways() {
        const [page, window] = await this.page.evaluate(
            () => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
        want(page <= window, `the page is ${page} px wide in a window of ${window} px`);
    }
}
