// A client that is not Koneksi's: how many connections a server carries at the same time.
//
//   node bare_client.mjs PORT EXPECTED BEYOND REQUEST BEGINNING
//
// Opens EXPECTED + BEYOND connections to 127.0.0.1 and sends REQUEST on each. Prints how many got a reply that begins
// with BEGINNING and were still open at the end: when each has a reply or is closed; or 1 second after EXPECTED of them
// had that reply; or after 10 seconds.
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const [port, expected, beyond, request, beginning] = process.argv.slice(2);
const EXPECTED_MS = 10000;
const BEYOND_MS = 1000;

let served = 0;
let expectedAreServed;
const expectedServed = new Promise((resolve) => { expectedAreServed = resolve; });
const clients = [];

function ask() {
  return new Promise((resolve) => {
    const client = { socket: connect(Number(port), '127.0.0.1'), served: false, open: true };
    clients.push(client);
    let reply = '';
    client.socket.setEncoding('latin1');
    client.socket.write(request);
    client.socket.on('error', () => {});
    client.socket.on('data', (text) => {
      if (reply.length >= beginning.length) return;
      reply += text;
      if (reply.length < beginning.length) return;
      client.served = reply.startsWith(beginning);
      if (client.served && ++served >= Number(expected)) expectedAreServed();
      resolve();
    });
    client.socket.on('end', () => { client.open = false; });
    client.socket.on('close', () => { client.open = false; resolve(); });
  });
}

const all = Promise.all(Array.from({ length: Number(expected) + Number(beyond) }, ask));
await Promise.race([all, expectedServed, pause(EXPECTED_MS)]);
await Promise.race([all, pause(served >= Number(expected) ? BEYOND_MS : 0)]);
await pause(100); // what was closed meanwhile is read
console.log(clients.filter((client) => client.served && client.open).length);
process.exit(0);
