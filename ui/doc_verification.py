"""How a receiver checks a signature, as code to copy; a test runs it against a real one."""

PYTHON = '''import base64, hashlib, hmac

def is_genuine(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """secret as shown: whsec_…; headers with lower-case names; body: the bytes as they arrived."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    mac = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(f"v1,{mac}", given) for given in headers["webhook-signature"].split())'''
