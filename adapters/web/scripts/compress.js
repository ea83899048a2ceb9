// Writes a .br and a .gz beside every file that a browser may ask for compressed.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const directory = process.argv[2] ?? 'dist';

for (const name of readdirSync(directory, { recursive: true })) {
  if (!/\.(js|css|svg)$/.test(name)) continue;
  const file = join(directory, name);
  const text = readFileSync(file);
  writeFileSync(`${file}.br`, brotliCompressSync(text));
  writeFileSync(`${file}.gz`, gzipSync(text, { level: 9 }));
}
