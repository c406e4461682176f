"""One connection's TLS handshake: a short one where that is allowed, else a full one.

What a full handshake is for, the certificate, is looked at in every full one, which comes at
the latest after `full_handshake_every`, after each failed run, and when a short one is refused.
"""

import socket
import ssl
from datetime import datetime

from probes.certificate import earliest_expiry, presented_chain
from probes.readiness import READ, WRITE, Readiness
from probes.tls_sessions import FullHandshake, Place, TlsSessions


async def shake_hands(
    calling: socket.socket,
    client: tuple[ssl.SSLContext, str],
    session: ssl.SSLSession | None,
    readiness: Readiness,
) -> ssl.SSLSocket:
    """Return the encrypted end of a connected socket, which is used up, and closed on failure.

    `client` is how we present ourselves, and the name that the certificate has to be for.

    Raises:
        OSError: closed or reset; ssl.SSLError for a refused certificate and all else of TLS

    """
    context, name = client
    with calling:  # wrapping takes its descriptor over, and leaves nothing here to close
        tls = context.wrap_socket(
            calling, do_handshake_on_connect=False, server_hostname=name, session=session
        )
    descriptor = tls.fileno()
    try:
        while wanted := _step(tls):
            await readiness.ready(descriptor, wanted)
    except BaseException:
        readiness.forget(descriptor)
        tls.close()
        raise
    return tls


def _step(tls: ssl.SSLSocket) -> int:
    """Go one step further; return what the socket must be ready for before the next, if any."""
    try:
        tls.do_handshake()
    except ssl.SSLWantReadError:
        return READ
    except ssl.SSLWantWriteError:
        return WRITE
    return 0


class Resumption:
    """What one run takes from the memory of a server, and puts back when all went well.

    Without a turn given back (`keep`), the next run finds nothing and makes a full handshake.
    """

    def __init__(self, sessions: TlsSessions, place: Place, every_s: float) -> None:
        self._sessions = sessions
        self._place = place
        self._every_s = every_s
        self._known = sessions.take(place) if every_s > 0 else None
        self._made: FullHandshake | None = None
        self._expires_at: datetime | None = None

    @property
    def offered(self) -> ssl.SSLSession | None:
        """What to begin the handshake with."""
        return self._known.session if self._known is not None else None

    def broke(self) -> None:
        """Hear that the handshake failed where a session was offered: a full one follows."""
        self._known = FullHandshake(None, None, self._renewal_s())

    def met(self, tls: ssl.SSLSocket) -> datetime | None:
        """Hear of the handshake made; return when the certificates shown last expire."""
        known = self._known
        if known is not None and tls.session_reused:
            self._made = known
            return known.expires_at
        self._expires_at = earliest_expiry(presented_chain(tls))
        if known is not None:  # it declined to resume, now or before: not asked until then
            declined_now = known.session is not None
            renew_s = self._renewal_s() if declined_now else known.renew_s
            self._made = FullHandshake(None, self._expires_at, renew_s)
        return self._expires_at

    def learn(self, tls: ssl.SSLSocket) -> None:
        """Take the session of a full handshake; tickets come with the answer, so: after it."""
        if self._made is None and self._every_s > 0:
            self._made = FullHandshake(tls.session, self._expires_at, self._renewal_s())

    def keep(self) -> None:
        """Remember: the run was a success."""
        if self._made is not None:
            self._sessions.keep(self._place, self._made)

    def _renewal_s(self) -> float:
        return self._sessions.renewal_s(self._every_s)
