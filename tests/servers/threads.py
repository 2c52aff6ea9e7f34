"""A server of Python's own library, socketserver: a thread for each connection, and each line comes back.

usage: threads.py BACKLOG   prints its port, and serves 127.0.0.1 until it is killed

An accept that fails is tried again: socketserver ignores its error.
"""
import socketserver
import sys


class Echo(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            self.wfile.write(line)


class Server(socketserver.ThreadingTCPServer):
    request_queue_size = int(sys.argv[1])  # of socketserver itself: 5
    daemon_threads = True


with Server(("127.0.0.1", 0), Echo) as server:
    print(server.server_address[1], flush=True)
    server.serve_forever()
