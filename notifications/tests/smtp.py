"""A mail server on this machine that answers as it is told."""

import socketserver
import threading
from contextlib import contextmanager


class Server(socketserver.ThreadingTCPServer):
    """``answers`` maps a command (RCPT, DATA, END, …) to the line sent back for it.

    Or to a function of the session, whose ``mail`` is the last one taken, that gives the line.
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, answers):
        super().__init__(("127.0.0.1", 0), Session)
        self.answers = answers
        self.received = []
        self.connections = 0

    @property
    def port(self):
        return self.server_address[1]


class Session(socketserver.StreamRequestHandler):
    """One connection."""

    def handle(self):
        self.server.connections += 1
        if not self._answer("CONNECT", "220 ready"):
            return
        for line in self.rfile:
            command = line.decode().split(" ")[0].split(":")[0].strip().upper()
            if command == "DATA" and self._answer("DATA", "354 go on"):
                self._take()
            elif command == "QUIT":
                self._answer("QUIT", "221 bye")
                return
            elif command != "DATA" and not self._answer(command, "250 ok"):
                return

    def _take(self):
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line)
        else:
            # The sender is gone in the middle of a mail.
            return
        self.mail = b"".join(lines)
        self.server.received.append(self.mail)
        self._answer("END", "250 taken")

    def _answer(self, command, usual):
        """Say what is to be said; an empty answer is silence. Returns whether to go on."""
        answer = self.server.answers.get(command, usual)
        if callable(answer):
            answer = answer(self)
        if not answer:
            self.server.answers["silent"].wait(10)
            return False
        self.wfile.write(answer.encode() + b"\r\n")
        return answer[0] in "23"


@contextmanager
def smtp_server(**answers):
    """A running server; ``RCPT="550 no such box"`` changes an answer, ``END=""`` keeps silent."""
    silence = threading.Event()
    with Server(answers | {"silent": silence}) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            silence.set()
            server.shutdown()
            thread.join()
