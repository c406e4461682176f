"""TLS towards mail servers and brokers: what files may say, and what is said where they do not."""

import ssl
from pathlib import Path

import pytest
import trustme

from config.probe import TlsSettings
from exporters.tls import context_of

CA = trustme.CA()


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """An authority, and a certificate of ours with its key."""
    own = CA.issue_cert("guardia.example.mx")
    ca, certificate, key = (str(tmp_path / name) for name in ("ca.pem", "cert.pem", "key.pem"))
    CA.cert_pem.write_to_path(ca)
    own.cert_chain_pems[0].write_to_path(certificate)
    own.private_key_pem.write_to_path(key)
    return {"ca_file": ca, "cert_file": certificate, "key_file": key}


def test_certificates_are_verified_unless_the_settings_say_no() -> None:
    careful, careless = context_of(TlsSettings()), context_of(TlsSettings(verify=False))
    assert (careful.verify_mode, careful.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert (careless.verify_mode, careless.check_hostname) == (ssl.CERT_NONE, False)
    assert careful.minimum_version is ssl.TLSVersion.TLSv1_2


def test_an_authority_and_a_certificate_of_our_own_are_taken(files: dict[str, str]) -> None:
    context = context_of(TlsSettings.model_validate(files))
    (known,) = context.get_ca_certs()
    assert known["subject"] == known["issuer"]


@pytest.mark.parametrize("broken", ["ca_file", "key_file"])
@pytest.mark.parametrize("is_there", [True, False])
def test_files_that_cannot_be_used_are_named(
    files: dict[str, str], broken: str, is_there: bool
) -> None:
    if is_there:
        Path(files[broken]).write_text("no certificate, and no key", encoding="utf-8")
    else:
        Path(files[broken]).unlink()
    with pytest.raises(ValueError, match="cannot use the certificates in ") as caught:
        context_of(TlsSettings.model_validate(files))
    assert files[broken] in str(caught.value)
