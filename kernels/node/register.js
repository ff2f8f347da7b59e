/** Makes `parley` importable in a program that Parley does not start: `node --import …/register.js app.mjs`. */

import { install } from './loader.js';
import * as sdk from './plugin.js';

install(sdk);
