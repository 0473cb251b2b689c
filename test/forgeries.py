"""Tokens that look like ours and are none, and other spellings of one that is."""

import base64
import hmac
import json
from collections.abc import Callable
from typing import Any

import jwt

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
HEADER = {"alg": "HS256", "typ": "JWT"}
CLAIM_NAMES = ("iss", "sub", "admin", "iat", "exp", "jti")
NOBODY = "00000000-0000-4000-8000-000000000000"


def encoded(value: Any) -> str:
    """Return *value*, a text or plain data, as a part of a token, written as PyJWT writes it."""
    text = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


class Forge:
    """Makes tokens of *token* and the very *key* that signed it; *other* is another user's public_id."""

    def __init__(self, token: str, key: str, other: str = NOBODY) -> None:
        self.token, self.key, self.other = token, key, other
        self.header, self.payload, self.signature = token.split(".")
        self.claims = jwt.decode(token, key, algorithms=["HS256"])
        self.json = json.dumps(self.claims, separators=(",", ":"))

    def sealed(self, message: str, digest: str = "sha256") -> str:
        """Return *message* with our signature."""
        mac = hmac.digest(self.key.encode(), message.encode(), digest)
        return f"{message}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"

    def claiming(self, **changes: Any) -> str:
        """Return a well-signed token with other claims; ``...`` takes a claim away."""
        return self.with_payload({k: v for k, v in (self.claims | changes).items() if v is not ...})

    def with_header(self, header: Any, digest: str = "sha256") -> str:
        """Return a well-signed token with another header."""
        return self.sealed(f"{encoded(header)}.{self.payload}", digest)

    def with_payload(self, payload: Any) -> str:
        """Return a well-signed token with another payload."""
        return self.sealed(f"{encoded(HEADER)}.{encoded(payload)}")

    def unsigned(self, header: Any, payload: Any = None) -> str:
        """Return a token with no signature."""
        return f"{encoded(header)}.{encoded(payload or self.claims)}."


Forgery = Callable[[Forge], str]


def last_bits(part: str, step: int) -> str:
    """Return *part* with the bits changed that its last character has too many."""
    return part[:-1] + ALPHABET[ALPHABET.index(part[-1]) + step]


def of_algorithm(name: Any) -> dict[str, Forgery]:
    """Return tokens that say that they are signed by *name*."""
    header = {"alg": name, "typ": "JWT"}
    return {
        f"alg {name!r}, unsigned": lambda f: f.unsigned(header, f.claims | {"admin": True}),
        f"alg {name!r}, with the old signature": lambda f: f"{encoded(header)}.{f.payload}.{f.signature}",
        f"alg {name!r}, signed": lambda f: f.with_header(header),
    }


def of_claim(name: str, *values: Any, **made: Callable[[Any], Any]) -> dict[str, Forgery]:
    """Return tokens whose claim *name* has each of *values*, or is *made* of the true one, well signed."""
    return {f"{name} {str(value)[:20]!r}": lambda f, v=value: f.claiming(**{name: v}) for value in values} | {
        f"{name} {how}": lambda f, make=make: f.claiming(**{name: make(f.claims[name])})
        for how, make in made.items()
    }


ALGORITHMS: dict[str, Forgery] = {
    name: forgery
    for algorithm in (
        *("none", "None", "NONE", "nOnE", "none ", "", "hs256", "HS256 ", "HS1", "RS256", "ES256", "PS256"),
        *("EdDSA", "dir", None, ["HS256"], {"HS256": 1}, 256, True),
    )
    for name, forgery in of_algorithm(algorithm).items()
}
HEADERS: dict[str, Forgery] = {
    "HS384": lambda f: f.with_header({"alg": "HS384", "typ": "JWT"}, "sha384"),
    "HS512": lambda f: f.with_header({"alg": "HS512", "typ": "JWT"}, "sha512"),
    **{
        f"header {str(header)[:32]}": lambda f, h=header: f.with_header(h)
        for header in (
            *(
                {},
                {"typ": "JWT"},
                {"alg": "HS256"},
                ["HS256"],
                [],
                "HS256",
                "null",
                "1",
                "[" * 250,
                "{",
                "\0",
            ),
            *(HEADER | {"typ": kind} for kind in ("at+jwt", "refresh+jwt", "JWE", "jwt", None, "", ["JWT"])),
            *(HEADER | {"kid": kid} for kid in ("../../../../dev/null", "' OR 1=1", "", 1)),
            *(HEADER | {name: "https://evil.example/key"} for name in ("jku", "x5u")),
            *(
                HEADER | {"jwk": {"kty": "oct", "k": "AAAA"}},
                HEADER | {"x5c": ["AAAA"]},
                HEADER | {"cty": "JWT"},
            ),
            *(
                HEADER | {"crit": ["x"], "x": 1},
                HEADER | {"crit": []},
                HEADER | {"b64": False, "crit": ["b64"]},
            ),
            *(HEADER | {"b64": False}, HEADER | {"enc": "A128GCM"}, HEADER | {"zip": "DEF"}),
            *('{"alg":"none","alg":"HS256","typ":"JWT"}', '{"alg": "HS256", "typ": "JWT"}', "\ufeff{}"),
        )
    },
}
CLAIMS: dict[str, Forgery] = {
    **{f"no {name}": lambda f, n=name: f.claiming(**{n: ...}) for name in CLAIM_NAMES},
    **of_claim("iss", "elsewhere", "", None, ["widget-api"], "WIDGET-API", "widget-api/", {"widget-api": 1}),
    **of_claim("aud", "elsewhere", "widget-api", ["widget-api"], None),
    **of_claim("typ", "refresh", "access"),
    **of_claim("purpose", "reset-password"),
    **of_claim("scope", "admin"),
    **of_claim("role", "admin"),
    **of_claim("nbf", 0, 2_000_000_000, "soon", None),
    **of_claim("iat", -1, 0, "now", True, None, 10**400, float("nan")),
    **of_claim("iat", later=lambda iat: iat + 1_000, float=float, text=str, listed=lambda iat: [iat]),
    **of_claim("exp", "tomorrow", None, True, {}, 10**10, 10**17, 10**400, 253402300799),
    **of_claim("exp", float("inf"), float("-inf"), float("nan")),
    **of_claim("exp", float=float, text=str, listed=lambda exp: [exp], fraction=lambda exp: exp + 0.5),
    **of_claim("exp", in_a_year=lambda exp: exp + 365 * 24 * 3600),
    **of_claim("sub", NOBODY, 1, None, True, "", "a\0b", "' OR 1=1 --", "\ud800", "*", "%"),
    **of_claim(
        "sub", upper=str.upper, plain=lambda sub: sub.replace("-", ""), braced=lambda sub: f"{{{sub}}}"
    ),
    **of_claim(
        "sub", urn=lambda sub: f"urn:uuid:{sub}", listed=lambda sub: [sub], nul=lambda sub: f"{sub}\0"
    ),
    **of_claim("admin", "true", "false", 1, 0, None, [True]),
    **of_claim("jti", "", None, 1, ["a"], "a\0b", "x" * 37, "\ud800"),
    **of_claim("jti", upper=str.upper, listed=lambda jti: [jti], spaced=lambda jti: f" {jti}"),
}
PAYLOADS: dict[str, Forgery] = {
    **{
        f"payload {str(payload)[:20]!r}": lambda f, p=payload: f.with_payload(p)
        for payload in (
            [],
            [1],
            1,
            "null",
            "true",
            '"text"',
            {},
            "{",
            "[" * 300,
            '{"a":' * 60,
            "\0",
            " ",
            "NaN",
        )
    },
    "sub twice": lambda f: f.with_payload(f'{{"sub":"{f.other}",{f.json[1:]}'),
    "sub twice, the other last": lambda f: f.with_payload(f'{f.json[:-1]},"sub":"{f.other}"}}'),
    "admin twice": lambda f: f.with_payload(f.json.replace('"admin":false', '"admin":true,"admin":false')),
    "claim spelled otherwise": lambda f: f.with_payload(f.json.replace('"sub"', '"\\u0073ub"')),
    "spaces between claims": lambda f: f.with_payload(json.dumps(f.claims)),
    "byte order mark": lambda f: f.with_payload("\ufeff" + f.json),
    "a token in a token": lambda f: f.with_payload(f.token),
    "exp an exponent": lambda f: f.with_payload(f.json.replace(str(f.claims["exp"]), f"{f.claims['exp']}e0")),
}
SPELLINGS: dict[str, Forgery] = {
    "payload changed": lambda f: f"{f.header}.{encoded(f.claims | {'admin': True})}.{f.signature}",
    "of another user": lambda f: f"{f.header}.{encoded(f.claims | {'sub': f.other})}.{f.signature}",
    "no signature": lambda f: f"{f.header}.{f.payload}.",
    "no header": lambda f: f".{f.payload}.{f.signature}",
    "no payload": lambda f: f"{f.header}..{f.signature}",
    "two parts": lambda f: f"{f.header}.{f.payload}",
    "one part": lambda f: f.payload,
    "four parts": lambda f: f"{f.token}.{f.signature}",
    "five parts": lambda f: (
        f"{encoded({'alg': 'dir', 'enc': 'A128GCM'})}..{f.header}.{f.payload}.{f.signature}"
    ),
    "only dots": lambda _: "..",
    "signature of another": lambda f: f"{f.header}.{f.payload}.{f.claiming(jti=NOBODY).split('.')[2]}",
    "signature of nothing": lambda f: (
        f"{f.header}.{f.payload}.{encoded(hmac.new(b'', b'', 'sha256').hexdigest())}"
    ),
    "signature twice": lambda f: f.token + f.signature,
    "signature in hexadecimal": lambda f: (
        f"{f.header}.{f.payload}.{hmac.new(b'x', b'', 'sha256').hexdigest()}"
    ),
    "signature all zero": lambda f: f"{f.header}.{f.payload}.{'A' * 43}",
    **{f"signature cut by {n}": lambda f, n=n: f.token[:-n] for n in (1, 2, 4, 42)},
    **{f"last bits of the signature +{n}": lambda f, n=n: last_bits(f.token, n) for n in (1, 2, 3)},
    "last bits of the header": lambda f: f.sealed(f"{f.header[:-1]}{chr(ord(f.header[-1]) + 1)}.{f.payload}"),
    "first character changed": lambda f: "f" + f.token[1:],
    "another key": lambda f: jwt.encode(f.claims, "k" * 32, algorithm="HS256"),
    "another digest": lambda f: f.sealed(f"{f.header}.{f.payload}", "sha1"),
    "key as we print it": lambda f: jwt.encode(f.claims, f.key.encode().hex(), algorithm="HS256"),
    "key with a new line": lambda f: jwt.encode(f.claims, f.key + "\n", algorithm="HS256"),
    "not base64": lambda f: f"{f.header}.{f.payload}.!!!",
    "not ASCII": lambda f: f.token + "é",
    "digits of another alphabet": lambda f: f.token[:-1] + "１",
    "NUL": lambda f: f.token + "%00",
    "very long": lambda f: f.token + "x" * 5_000,
    "long payload, well signed": lambda f: f.claiming(x="x" * 500),
    "a JSON serialization": lambda f: json.dumps({"protected": f.header, "payload": f.payload}),
    "words": lambda _: "null",
}
# Of a token that is ours, too: none of them is taken, whatever becomes of the token.
OTHER_SPELLINGS: dict[str, Forgery] = {
    **{f"padded by {n}": lambda f, n=n: f.token + "=" * n for n in (1, 2, 3, 4)},
    "payload padded": lambda f: f"{f.header}.{f.payload}=.{f.signature}",
    "all padded": lambda f: f"{f.header}=.{f.payload}=.{f.signature}=",
    "spaces around the dots": lambda f: f.token.replace(".", " . "),
    "new line inside": lambda f: f.token.replace(".", "%0a."),
    "dots escaped": lambda f: f.token.replace(".", "%2e"),
    "dots doubled": lambda f: f.token.replace(".", ".."),
    "dot in front": lambda f: "." + f.token,
    "dot behind": lambda f: f.token + ".",
    "in quotes": lambda f: f'"{f.token}"',
    "in brackets": lambda f: f"<{f.token}>",
    "comma behind": lambda f: f.token + ",",
    "semicolon behind": lambda f: f.token + ";",
    "twice": lambda f: f"{f.token} {f.token}",
    "twice with a comma": lambda f: f"{f.token},Bearer {f.token}",
    "tab behind": lambda f: f.token + "\t",
    "plus and slash": lambda f: f.token.replace("-", "+").replace("_", "/") + "+/",
    "lower case": lambda f: f.token.lower(),
    "upper case": lambda f: f.token.upper(),
    "case swapped": lambda f: f.token.swapcase(),
    "dots of full width": lambda f: f.token.replace(".", "\uff0e").encode().decode("latin-1"),
    "space that does not break": lambda f: f"{f.token}\xa0",
}
FORGERIES = ALGORITHMS | HEADERS | CLAIMS | PAYLOADS | SPELLINGS | OTHER_SPELLINGS
