"""A TLS context for libraries that know only the host, with a name to verify that may differ."""

import socket
import ssl

from config.probe import TlsSettings


class NamedContext(ssl.SSLContext):
    """Does what paho-mqtt and smtplib have no setting for, and closes what the former leaves open.

    It verifies `server_name` instead of the host, and gives up the socket of a failed handshake.
    """

    server_name: str | None = None
    wrapped: ssl.SSLSocket | None = None

    def wrap_socket(  # type: ignore[override]  # only what they call it with
        self,
        sock: socket.socket,
        *,
        server_hostname: str | None = None,
        do_handshake_on_connect: bool = True,
    ) -> ssl.SSLSocket:
        self.wrapped = super().wrap_socket(
            sock,
            server_hostname=self.server_name or server_hostname,
            do_handshake_on_connect=do_handshake_on_connect,
        )
        return self.wrapped

    def give_up(self) -> None:
        """Close the socket that was wrapped last."""
        if self.wrapped is not None:
            self.wrapped.close()


def context_of(tls: TlsSettings) -> NamedContext:
    """Return a context for TLS 1.2 and later. Reads files: call it in a thread.

    Raises:
        ValueError: a certificate file cannot be used; the message names the files.

    """
    context = NamedContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.server_name = tls.server_name
    try:
        if tls.ca_file is not None:
            context.load_verify_locations(cafile=tls.ca_file)
        else:
            context.load_default_certs()
        if tls.cert_file is not None:
            context.load_cert_chain(tls.cert_file, tls.key_file)
    except OSError as error:  # ssl.SSLError is one
        named = ", ".join(filter(None, (tls.ca_file, tls.cert_file, tls.key_file)))
        raise ValueError(f"cannot use the certificates in {named}: {error}") from error
    if not tls.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
