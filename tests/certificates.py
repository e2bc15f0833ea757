"""Certificates made on the fly, so that receivers can be spoken to by https, and be wrong about it."""

import ssl
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Authority:
    """An own certificate authority; `bundle` is what a client trusts it by."""

    folder: Path
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def bundle(self) -> Path:
        return self.folder / "authority.pem"

    def server(self, host: str = "127.0.0.1", *, valid_from: timedelta = -DAY, valid_to: timedelta = DAY) -> Path:
        """A PEM with key and certificate for one host; the times are relative to now."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _for_host(host, key, self.certificate.subject, valid_from, valid_to)
        return _pem(self.folder, key, builder.sign(self.key, hashes.SHA256()))


def new_authority(folder: Path) -> Authority:
    """Make an authority whose files lie in this folder."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("Postbacks tests")
    builder = _unsigned("Postbacks tests", key, name, -DAY, DAY)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    authority = Authority(folder, key, builder.sign(key, hashes.SHA256()))
    authority.bundle.write_bytes(authority.certificate.public_bytes(serialization.Encoding.PEM))
    return authority


def self_signed(folder: Path, host: str = "127.0.0.1") -> Path:
    """A PEM with key and certificate that vouches for itself and nobody else does."""
    key = ec.generate_private_key(ec.SECP256R1())
    return _pem(folder, key, _for_host(host, key, _name(host), -DAY, DAY).sign(key, hashes.SHA256()))


def tls(pem: Path) -> ssl.SSLContext:
    """A server's side of TLS with this key and certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


def only_tls_1_1(pem: Path) -> ssl.SSLContext:
    """A server's side that speaks nothing newer than TLS 1.1."""
    context = tls(pem)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context


def _for_host(
    host: str, key: ec.EllipticCurvePrivateKey, issuer: x509.Name, valid_from: timedelta, valid_to: timedelta
) -> x509.CertificateBuilder:
    name: x509.GeneralName = x509.IPAddress(IPv4Address(host)) if host[0].isdigit() else x509.DNSName(host)
    builder = _unsigned(host, key, issuer, valid_from, valid_to)
    return builder.add_extension(x509.SubjectAlternativeName([name]), critical=False)


def _unsigned(
    subject: str, key: ec.EllipticCurvePrivateKey, issuer: x509.Name, valid_from: timedelta, valid_to: timedelta
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(_name(subject)).issuer_name(issuer).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    return builder.not_valid_before(now + valid_from).not_valid_after(now + valid_to)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _pem(folder: Path, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> Path:
    own = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = folder / f"server-{certificate.serial_number:x}.pem"
    file.write_bytes(own + certificate.public_bytes(serialization.Encoding.PEM))
    return file
