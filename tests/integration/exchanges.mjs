// Servers of other protocols for exchanges.sh, on ports of their own: prints "NAME PORT" for each, then "ready". Ends
// when its standard input does.
import http from "node:http";
import net from "node:net";

/** Calls `answer(socket, line)` for each line that a connection sends. */
const ofLines = (answer) => (socket) => {
    let rest = "";
    socket.on("data", (bytes) => {
        const lines = (rest + bytes).split("\n");
        rest = lines.pop();
        for (const line of lines) answer(socket, `${line}\n`);
    });
};

/** Serves the first `most` connections, and turns the others away. */
const withCap = (most, serve, words) => {
    let open = 0;
    return (socket) => {
        if (open === most) {
            socket.end(words);
            return;
        }
        open++;
        socket.on("close", () => open--);
        serve(socket);
    };
};

const pong = ofLines((socket) => socket.write("+PONG\r\n"));

const pages = {
    "/": (response) => response.end("hello"),
    "/big": (response) => response.end(Buffer.alloc(1 << 20, "x")),
    "/chunks": (response) => {
        response.write(Buffer.alloc(9000, "x"));
        response.end("y");
    },
    "/nothing": (response) => response.writeHead(204).end(),
    "/elsewhere": (response) => response.writeHead(302, { Location: "/" }).end(),
    "/closing": (response) => response.writeHead(200, { Connection: "close" }).end("bye"),
};

let asked = 0;
const servers = {
    echo: net.createServer(ofLines((socket, line) => socket.write(line))),
    redis: net.createServer(pong),
    memcached: net.createServer(ofLines((socket) => socket.write("VERSION 1.6.18\r\n"))),
    greeting: net.createServer((socket) => socket.resume().write("220 welcome\r\n")),
    silent: net.createServer((socket) => socket.resume()),
    capped: net.createServer(withCap(10, pong, "-ERR max number of clients reached\r\n")),
    many: net.createServer((socket) => socket.end(`${"-".repeat(90)}\r\n`)),
    varied: net.createServer(ofLines((socket) => socket.end(`no ${asked++}\r\n`))),
    web: http.createServer((request, response) => {
        const page = pages[request.url];
        const status = Number(request.url.slice(1));
        if (page) page(response);
        else response.writeHead(asked++ % 2 && status === 500 ? 501 : status).end("an error\n");
    }),
};

for (const [name, server] of Object.entries(servers)) {
    server.on("connection", (socket) => socket.on("error", () => {}));
    await new Promise((done) => server.listen({ host: "127.0.0.1", port: 0, backlog: 4096 }, done));
    console.log(name, server.address().port);
}
console.log("ready");
process.stdin.on("end", () => process.exit()).resume();
