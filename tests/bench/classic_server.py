"""A TIME server in the classic shape of the course: one Python thread for each connection, a log line for each.

usage: classic_server.py BACKLOG   prints "port N", serves 127.0.0.1 until its standard input ends
"""
import logging
import socket
import sys
import threading
import time


class Client(threading.Thread):
    def __init__(self, connection):
        super().__init__(daemon=True)
        self.connection = connection

    def run(self):
        received = b""
        while True:
            data = self.connection.recv(32)
            if not data:
                break
            received += data
            if received.startswith(b"TIME") and received.endswith(b"\r\n"):
                self.connection.sendall(time.strftime("JAM %H:%M:%S\r\n").encode())
                received = b""
        self.connection.close()


def main():
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", 0))
    listener.listen(int(sys.argv[1]))
    print("port", listener.getsockname()[1], flush=True)
    threading.Thread(target=accept_all, args=(listener,), daemon=True).start()
    sys.stdin.read()


def accept_all(listener):
    total = 0
    while True:
        connection, _ = listener.accept()
        total += 1
        logging.warning("total koneksi %d", total)
        Client(connection).start()


main()
