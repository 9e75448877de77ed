// The npm packages, from the folder where `run` has installed them.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const folder = process.env.BROWSER_RUN_PACKAGES;
if (!folder) throw new Error('start it by server-app/src/browser/run, which installs the packages');

/** node_modules, for a bundler. */
export const modules = join(folder, 'node_modules');

const require = createRequire(join(folder, 'package.json'));

export const { chromium, selectors } = require('playwright-core');
export const tus = require('tus-js-client');
export const esbuild = require('esbuild');
export const axePath = require.resolve('axe-core/axe.min.js');
export const tusPath = require.resolve('tus-js-client/dist/tus.min.js');
