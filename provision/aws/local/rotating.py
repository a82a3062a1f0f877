"""Calls the functions that rotate secrets, step by step, after RotateSecret has been answered.

It looks at the account, not at the calls: what a killed server was at goes on with the next one.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from provision.aws.local import lookup
from provision.aws.local.account import Account
from provision.aws.local.corrections import secret_rotation
from provision.aws.local.corrections.functions import found
from provision.aws.local.invoking import Invoking
from provision.aws.local.wire import Refusal

log = logging.getLogger("provision.local")

END_SECONDS = 5.0


class Rotating:
    """All rotations of one account; each has a thread while it is under way. `ready` waits until engines are there."""

    def __init__(self, account: Account, invoking: Invoking, *, ready: Callable[[], None]) -> None:
        self._account = account
        self._invoking = invoking
        self._ready = ready
        self._threads: dict[str, threading.Thread] = {}
        self._ending = False

    def look(self) -> None:
        """Begin, or go on with, what the account has under way."""
        with self._account.lock:
            for region, secrets in self._account.regions("secretsmanager").items():
                for secret in secrets.secrets.values():
                    if secret_rotation.event(secret) and secret.arn not in self._threads:
                        thread = threading.Thread(target=self._rotate, args=(region, secret.arn), daemon=True)
                        self._threads[secret.arn] = thread
                        thread.start()

    def stop(self) -> None:
        """No step begins any more. What is under way stays so in the account, whatever becomes of its present step."""
        with self._account.lock:
            self._ending = True

    def join(self) -> None:
        """Wait for the present steps; the functions have ended."""
        deadline = time.monotonic() + END_SECONDS
        for thread in list(self._threads.values()):
            thread.join(max(0.0, deadline - time.monotonic()))

    def _rotate(self, region: str, arn: str) -> None:
        try:
            self._ready()
            while self._step(region, arn):
                pass
        except Exception:
            log.exception("the rotation of %s stumbled", arn)
            with self._account.lock:
                self._threads.pop(arn, None)

    def _step(self, region: str, arn: str) -> bool:
        """The next step; False when there is none, and then this thread counts no more."""
        with self._account.lock:
            secret = lookup.secret(self._account.backend("secretsmanager", region), arn)
            rotation, event = secret_rotation.of(secret), secret_rotation.event(secret)
            if self._ending or event is None:
                del self._threads[arn]
                return False
        failure = self._failure(region, secret, event)
        with self._account.lock:
            if not self._ending and secret_rotation.of(secret) is rotation:  # else cancelled meanwhile
                secret_rotation.advance(secret, failed=bool(failure))
                self._account.save()
                if failure:
                    log.warning("the rotation of %s failed: %s of %s", arn, failure, event.decode())
        return True

    def _failure(self, region: str, secret: Any, event: bytes) -> str:
        """Call the function; why that failed, if it did."""
        try:
            with self._account.lock:
                function = found(self._account.backend("lambda", region), secret.rotation_lambda_arn)
            return self._invoking.run(function, region, event).function_error or ""
        except Refusal as refusal:
            return str(refusal)
