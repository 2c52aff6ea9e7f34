"""The clients of the course in their classic shape: each connects, sends, logs what it sends and gets, and closes.

usage: classic_client.py thread|pool|process PORT COUNT   prints {"clients": N, "failed": N, "seconds": S}

thread: a threading.Thread for each client. pool: concurrent.futures.ThreadPoolExecutor with its usual size. process: a
multiprocessing.Process for each client; the parent keeps two descriptors for each until it is joined.
"""
import concurrent.futures
import json
import logging
import multiprocessing
import socket
import sys
import threading
import time


def run_client(number, port):
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as connection:
            connection.connect(("127.0.0.1", port))
            message = b"TIME\r\n\r\n"
            logging.warning("[CLIENT %d] sending %r", number, message)
            connection.sendall(message)
            reply = connection.recv(32)
            logging.warning("[CLIENT %d] received %r", number, reply)
            return reply.startswith(b"JAM ")
    except OSError as error:
        logging.warning("[CLIENT %d] %s", number, error)
        return False


def in_threads(port, count):
    done = []
    threads = [threading.Thread(target=lambda n=n: done.append(run_client(n, port))) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done)


def in_pool(port, count):
    with concurrent.futures.ThreadPoolExecutor() as pool:
        futures = [pool.submit(run_client, number, port) for number in range(count)]
        return sum(future.result() for future in futures)


def exit_with_outcome(number, port):
    sys.exit(0 if run_client(number, port) else 1)


def in_processes(port, count):
    processes = [multiprocessing.Process(target=exit_with_outcome, args=(n, port)) for n in range(count)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return sum(process.exitcode == 0 for process in processes)


def main():
    modes = {"thread": in_threads, "pool": in_pool, "process": in_processes}
    run, port, count = modes[sys.argv[1]], int(sys.argv[2]), int(sys.argv[3])
    began = time.monotonic()
    completed = run(port, count)
    print(json.dumps({"clients": count, "failed": count - completed, "seconds": time.monotonic() - began}))


if __name__ == "__main__":
    main()
