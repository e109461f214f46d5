"""A real SMTP server that keeps every letter it takes."""

import email
from email import policy

from aiosmtpd.controller import Controller

from tests.rig.servers import free_port


class MailServer:
    """`messages` are the letters taken so far; while `refusal` is set, every letter is answered with it."""

    def __init__(self):
        self.messages = []
        self.refusal = ""
        self.port = free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.port}"

    def start(self):
        self._controller.start()

    def stop(self):
        self._controller.stop()

    async def handle_DATA(self, server, session, envelope):
        if self.refusal:
            return self.refusal
        self.messages.append(email.message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"
