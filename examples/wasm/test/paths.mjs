// Where is a path that is given relative to this folder?

import { fileURLToPath } from 'node:url';

export const folder = (path) => fileURLToPath(new URL(path, import.meta.url));
