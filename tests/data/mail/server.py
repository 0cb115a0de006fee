"""A real SMTP server (aiosmtpd) that prints each message it takes as one line of JSON.

Addresses that start with `weg` do not exist (550); those that start with `druk` are refused for now (451).
Prints the port first.
"""
import asyncio
import email
import email.policy
import json
import sys

from aiosmtpd.smtp import SMTP


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("weg"):
            return "550 5.1.1 no such mailbox"
        if address.startswith("druk"):
            return "451 4.3.2 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        taken = {
            "to": envelope.rcpt_tos,
            "from": envelope.mail_from,
            "subject": message["Subject"],
            "id": message["Message-ID"],
            "auto": message["Auto-Submitted"],
            "unsubscribe": message["List-Unsubscribe"],
            "bcc": message["Bcc"],
            "text": message.get_content(),
        }
        print(json.dumps(taken), flush=True)
        return "250 OK"


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Handler(), hostname="localhost"), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    # Ends with whoever started it.
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
