// Sends the pings of one page by @remy/webmention: `node drive.cjs FOLDER SOURCE`. It fetches the
// page, follows its links to their doors, pings them, and what it made of the answers is printed
// as JSON: `endpoints`, `sent` and `errors`.
const { createRequire } = require('node:module');

const [folder, source] = process.argv.slice(2);
const Webmention = createRequire(`${folder}/package.json`)('@remy/webmention');

const told = { endpoints: [], sent: [], errors: [] };
const client = new Webmention({ limit: 1, send: true });
client.on('error', (error) => told.errors.push(String(error.message || error)));
client.on('endpoints', (found) => { told.endpoints = found.map(({ endpoint }) => endpoint); });
client.on('sent', ({ status, error }) => told.sent.push({ status, error: error || null }));
client.on('end', () => console.log(JSON.stringify(told)));
client.fetch(source);
